// What this window shows of the conversation, and what it still owes the server; kept over a reload.
// Every item of the server has a number within its epoch, so that none is shown twice and a gap is asked for.

export interface Button {
  title: string;
  payload: string;
}

export interface Entry {
  from: "user" | "bot" | "note";
  turn?: string;
  text?: string;
  title?: string;
  image?: string;
  buttons?: Button[];
}

export interface Pending {
  id: string;
  message: string;
  title: string;
}

export interface Item {
  id: number;
  epoch: string;
  kind: "user" | "bot" | "done";
  turn: string;
  text?: string;
  message?: BotMessage;
}

interface BotMessage {
  text?: string;
  quick_replies?: Button[];
  attachment?: { type: string; payload?: { src?: string } };
}

interface State {
  epoch: string;
  last: number;
  notified: number;
  entries: Entry[];
  pending: Pending[];
}

const MAX_ENTRIES = 300;
const EMPTY: State = { epoch: "", last: 0, notified: 0, entries: [], pending: [] };

export class Transcript {
  private state: State;

  constructor(
    private readonly key: string,
    private readonly store: Storage,
  ) {
    this.state = { ...EMPTY, entries: [], pending: [], ...this.stored() };
  }

  get entries(): readonly Entry[] {
    return this.state.entries;
  }

  get pending(): readonly Pending[] {
    return this.state.pending;
  }

  get notified(): number {
    return this.state.notified;
  }

  get place(): { epoch: string; last: number } {
    return { epoch: this.state.epoch, last: this.state.last };
  }

  /** The buttons that may still be pressed: those of the last turn, while nothing is being answered. */
  get buttons(): readonly Button[] {
    if (this.state.pending.length) return [];
    for (let at = this.state.entries.length - 1; at >= 0; at--) {
      const entry = this.state.entries[at]!;
      if (entry.from === "user") return [];
      if (entry.buttons?.length) return entry.buttons;
    }
    return [];
  }

  say(message: string, title: string): Pending {
    const pending = { id: crypto.randomUUID?.() ?? randomId(), message, title };
    this.state.pending.push(pending);
    this.push({ from: "user", turn: pending.id, text: title });
    return pending;
  }

  /** The server refused a message: it is neither owed nor shown any longer. */
  drop(id: string): void {
    this.state.pending = this.state.pending.filter((pending) => pending.id !== id);
    this.state.entries = this.state.entries.filter((entry) => entry.turn !== id);
    this.save();
  }

  /** The server's answer to `resume`. Under a new epoch it knows nothing of what is owed: that begins again. */
  resume(epoch: string, items: Item[]): void {
    if (epoch !== this.state.epoch) {
      const owed = new Set(this.state.pending.map((pending) => pending.id));
      this.state.entries = this.state.entries.filter(
        (entry) => entry.from !== "bot" || !owed.has(entry.turn ?? ""),
      );
      this.state.epoch = epoch;
      this.state.last = 0;
    }
    for (const item of items) this.take(item);
    this.save();
  }

  take(item: Item): void {
    if (item.epoch !== this.state.epoch || item.id <= this.state.last) return;
    this.state.last = item.id;
    if (item.kind === "user" && !this.knows(item.turn)) {
      this.push({ from: "user", turn: item.turn, text: item.text ?? "" });
    } else if (item.kind === "bot") {
      this.push(entryOf(item));
    } else if (item.kind === "done") {
      this.state.pending = this.state.pending.filter((pending) => pending.id !== item.turn);
    }
    this.save();
  }

  notify(id: number, title: string, content: string): void {
    if (id <= this.state.notified) return;
    this.state.notified = id;
    this.push({ from: "note", title, text: content });
  }

  private knows(turn: string): boolean {
    return this.state.entries.some((entry) => entry.from === "user" && entry.turn === turn);
  }

  private push(entry: Entry): void {
    this.state.entries.push(entry);
    this.state.entries.splice(0, this.state.entries.length - MAX_ENTRIES);
    this.save();
  }

  private stored(): Partial<State> {
    try {
      return JSON.parse(this.store.getItem(this.key) ?? "{}") as Partial<State>;
    } catch {
      return {};
    }
  }

  private save(): void {
    try {
      this.store.setItem(this.key, JSON.stringify(this.state));
    } catch {
      // A full or forbidden store costs the reload, not the conversation.
    }
  }
}

function entryOf(item: Item): Entry {
  const message = item.message ?? {};
  const attachment = message.attachment;
  const image = attachment?.type === "image" ? attachment.payload?.src : undefined;
  return {
    from: "bot",
    turn: item.turn,
    ...(message.text ? { text: message.text } : {}),
    ...(image ? { image } : {}),
    ...(message.quick_replies?.length ? { buttons: message.quick_replies } : {}),
  };
}

/** For pages without a secure context, where randomUUID is missing. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
