// The socket.io connection: says what the transcript owes, and asks for what it lacks, after every break.

import { io, type Socket } from "socket.io-client";
import type { Item, Pending, Transcript } from "./transcript";

const PATH = "/webhooks/student_socketio/socket.io";
const ACK_TIMEOUT = 10_000; // milliseconds

export type Status = "connecting" | "online" | "offline";

export interface Refusal {
  error?: string;
  message?: string;
  retry_after?: number;
}

export interface Listener {
  changed(): void;
  status(status: Status): void;
  refused(pending: Pending, refusal: Refusal): void;
  /** The token is no longer taken: a new one, or null where there is none to be had. */
  renew(): Promise<string | null>;
}

export class Connection {
  private readonly socket: Socket;
  private resuming = false;
  private early: Item[] = [];
  private handing: Promise<void> = Promise.resolve(); // one after the other, in the order they were said

  constructor(
    url: string,
    private token: string,
    private readonly transcript: Transcript,
    private readonly listener: Listener,
  ) {
    this.socket = io(url, {
      path: PATH,
      transports: ["websocket", "polling"],
      auth: (give) => give({ token: this.token }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    });
    this.socket.on("connect", () => void this.resume());
    this.socket.on("disconnect", (reason) => this.lost(reason));
    this.socket.on("connect_error", () => this.failed());
    this.socket.on("bot_uttered", (item: Item) => this.take(item));
    listener.status("connecting");
  }

  say(pending: Pending): void {
    this.handing = this.handing.then(() => this.hand(pending));
  }

  close(): void {
    this.socket.removeAllListeners();
    this.socket.disconnect();
  }

  private async resume(): Promise<void> {
    this.resuming = true;
    try {
      const answer = await this.ask("resume", this.transcript.place);
      this.transcript.resume(answer.epoch as string, answer.items as Item[]);
    } catch {
      this.again();
      return;
    } finally {
      this.resuming = false;
    }
    for (const item of this.early.splice(0)) this.transcript.take(item);
    this.listener.status("online");
    this.listener.changed();
    for (const pending of this.transcript.pending) this.say(pending);
  }

  /** Items that come before the answer to `resume` wait for it, for they are numbered after those in it. */
  private take(item: Item): void {
    if (this.resuming) this.early.push(item);
    else {
      this.transcript.take(item);
      this.listener.changed();
    }
  }

  private async hand(pending: Pending): Promise<void> {
    if (!this.socket.connected || this.resuming) return; // it stays owed, and is said after `resume`
    try {
      const answer = await this.ask("user_uttered", pending);
      if (answer.error === "token_expired" || answer.error === "bad_token") await this.renew();
      else if (answer.error) this.listener.refused(pending, answer);
    } catch {
      this.again();
    }
  }

  private async ask(event: string, data: unknown): Promise<Record<string, unknown> & Refusal> {
    return (await this.socket.timeout(ACK_TIMEOUT).emitWithAck(event, data)) as Record<string, unknown>;
  }

  private again(): void {
    if (this.socket.connected) this.socket.disconnect().connect();
  }

  private lost(reason: string): void {
    this.early = [];
    this.listener.status("offline");
    if (reason === "io server disconnect") void this.renew(); // the token's time is over
  }

  private failed(): void {
    this.listener.status("offline");
    if (!this.socket.active) void this.renew(); // refused by the server, not by the network
  }

  private async renew(): Promise<void> {
    const token = await this.listener.renew();
    if (token === null) return;
    this.token = token;
    this.socket.disconnect().connect();
  }
}
