// The chat as it is seen and heard: a log, the answers that may be pressed, and a line to write in.

import { button, element, isWebAddress, linked } from "./dom";
import { asksForDays, dayPicker } from "./days";
import type { Texts } from "./texts";
import type { Button, Entry, Transcript } from "./transcript";

const PICTURE_TRIES = 5;
const PICTURE_PAUSE = 3_000; // milliseconds

export interface Handler {
  say(message: string, title: string): void;
  startOver(): void;
  switchLanguage(): void;
  close(): void;
}

export class View {
  readonly root: HTMLElement;
  private readonly welcome: HTMLElement;
  private readonly log: HTMLElement;
  private readonly answers: HTMLElement;
  private readonly status: HTMLElement;
  private readonly typing: HTMLElement;
  private readonly input: HTMLTextAreaElement;
  private shown: Entry[] = [];
  private buttonsShown = "";

  constructor(
    private readonly texts: Texts,
    private readonly handler: Handler,
    isTrial: boolean,
    canClose: boolean,
  ) {
    this.welcome = element("p", { class: "welcome" }, texts.welcome);
    this.log = element("div", { class: "log", role: "log", "aria-label": texts.conversation, tabindex: "0" });
    this.answers = element("div", { class: "answers", role: "group", "aria-label": texts.options });
    this.status = element("p", { class: "status", role: "status" });
    this.typing = element("p", { class: "typing", role: "status" });
    this.input = element("textarea", { rows: "1", "aria-label": texts.message, placeholder: texts.placeholder });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    const write = element("div", { class: "write" }, this.input, button(texts.send, () => this.submit(), { class: "main" }));
    this.root = element("section", { class: "chat", "aria-label": texts.title });
    this.root.append(this.head(isTrial, canClose), this.status, this.welcome, this.log, this.typing, this.answers, write);
  }

  setStatus(text: string): void {
    this.status.textContent = text;
    this.status.hidden = text === "";
  }

  focus(): void {
    this.input.focus();
  }

  /** Give a message back that was refused, unless the student is writing another. */
  giveBack(text: string): void {
    if (!this.input.value) this.input.value = text;
  }

  /** Show what is new; what is shown already stays as it is, so that a reader is not told it again. */
  show(transcript: Transcript): void {
    const entries = [...transcript.entries];
    const kept = this.shown.findIndex((entry, place) => entry !== entries[place]);
    const same = kept < 0 ? this.shown.length : kept;
    while (this.log.childElementCount > same) this.log.lastElementChild?.remove();
    for (const entry of entries.slice(same)) this.log.append(this.bubble(entry));
    this.shown = entries;
    this.welcome.hidden = entries.length > 0;
    this.typing.textContent = transcript.pending.length ? this.texts.typing : "";
    this.offer(entries.length ? transcript.buttons : [{ title: this.texts.begin, payload: this.texts.beginSaid }]);
    this.log.scrollTop = this.log.scrollHeight;
  }

  private head(isTrial: boolean, canClose: boolean): HTMLElement {
    const { texts, handler } = this;
    const tools = element("div", { class: "tools" });
    tools.append(
      button(texts.startOver, () => handler.startOver()),
      button(texts.language, () => handler.switchLanguage(), { lang: texts.language === "English" ? "en" : "vi" }),
    );
    if (canClose) tools.append(button("✕", () => handler.close(), { "aria-label": texts.close }));
    const badge = isTrial ? [element("span", { class: "badge" }, texts.trial)] : [];
    return element("header", {}, element("h2", {}, texts.title, ...badge), tools);
  }

  private bubble(entry: Entry): HTMLElement {
    const who = { user: this.texts.you, bot: this.texts.bot, note: this.texts.notification }[entry.from];
    const made = element("div", { class: `bubble ${entry.from}` }, element("span", { class: "who" }, `${who}: `));
    if (entry.title) made.append(element("strong", {}, entry.title));
    if (entry.text) made.append(element("p", {}, ...linked(entry.text)));
    if (entry.image && isWebAddress(entry.image)) {
      made.classList.add("wide");
      made.append(this.picture(entry.image));
    }
    return made;
  }

  private picture(address: string): HTMLElement {
    const image = element("img", { src: address, alt: this.texts.picture });
    image.addEventListener("load", () => (this.log.scrollTop = this.log.scrollHeight));
    let tries = 0; // a picture is drawn when it is asked for, and a busy server may take too long at first
    image.addEventListener("error", () => {
      if (tries++ < PICTURE_TRIES) window.setTimeout(() => (image.src = address), PICTURE_PAUSE);
    });
    return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, image);
  }

  private offer(buttons: readonly Button[]): void {
    const wanted = JSON.stringify(buttons);
    if (wanted === this.buttonsShown) return;
    this.buttonsShown = wanted;
    const chips = buttons.map(({ title, payload }) =>
      button(title, () => this.answer(payload, title), { class: "chip" }),
    );
    const picker = asksForDays(buttons) ? [dayPicker(this.texts, (payload, title) => this.answer(payload, title))] : [];
    this.answers.replaceChildren(...picker, ...chips);
  }

  private answer(payload: string, title: string): void {
    this.handler.say(payload, title);
    this.focus(); // the chip that had it is gone
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.handler.say(text, text);
    this.focus();
  }
}
