// Notifications for the student, asked for every few seconds while the window is in sight.

const EVERY = 10_000; // milliseconds

interface Notification {
  id: number;
  title: string;
  content: string;
}

export class Notifications {
  private timer = 0;

  constructor(
    private readonly url: string,
    private readonly token: () => string,
    private readonly last: () => number,
    private readonly notify: (id: number, title: string, content: string) => void,
  ) {}

  start(): void {
    void this.ask();
    this.timer = window.setInterval(() => void this.ask(), EVERY);
  }

  stop(): void {
    window.clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (document.hidden) return;
    try {
      const headers = { Authorization: `Bearer ${this.token()}` };
      const reply = await fetch(`${this.url}?after=${this.last()}`, { headers, cache: "no-store" });
      if (!reply.ok) return;
      const { notifications } = (await reply.json()) as { notifications: Notification[] };
      for (const one of notifications) this.notify(one.id, one.title, one.content);
    } catch {
      // The next round asks for the same ones.
    }
  }
}
