// One chat in one place of a page: from the token to the conversation.

import { Connection, type Refusal, type Status } from "./connection";
import { notice, trialForm } from "./door";
import { Notifications } from "./notifications";
import { SignIn, studentOf, type Source } from "./sign_in";
import { TEXTS, type Language, type Texts } from "./texts";
import { Transcript, type Pending } from "./transcript";
import { View } from "./view";

export interface Options extends Source {
  /** Where Rasa's channel answers. */
  chatUrl: string;
  /** Where notifications are read; empty: none are. */
  notificationsUrl: string;
  language: Language;
  canClose: boolean;
}

export class Chat {
  private readonly signIn: SignIn;
  private language: Language;
  private token = "";
  private transcript: Transcript | null = null;
  private view: View | null = null;
  private connection: Connection | null = null;
  private notifications: Notifications | null = null;
  private status: Status = "connecting";

  constructor(
    private readonly place: ParentNode,
    private readonly options: Options,
    private readonly close: () => void,
  ) {
    this.signIn = new SignIn(options);
    this.language = options.language;
  }

  async start(): Promise<void> {
    const token = await this.signIn.current();
    if (token) this.open(token);
    else this.showDoor(this.texts.signIn);
  }

  focus(): void {
    this.view?.focus();
  }

  private get texts(): Texts {
    return TEXTS[this.language];
  }

  private open(token: string): void {
    this.token = token;
    this.transcript = new Transcript(`registration-chat-${studentOf(token)}`, sessionStorage);
    this.connection = new Connection(this.options.chatUrl, token, this.transcript, {
      changed: () => this.render(),
      status: (status) => this.setStatus(status),
      refused: (pending, refusal) => this.refused(pending, refusal),
      renew: () => this.renew(),
    });
    this.showConversation();
  }

  private listen(): void {
    const { notificationsUrl } = this.options;
    if (!notificationsUrl || this.notifications) return;
    this.notifications = new Notifications(
      notificationsUrl,
      () => this.token,
      () => this.transcript?.notified ?? 0,
      (id, title, content) => {
        this.transcript?.notify(id, title, content);
        this.render();
      },
    );
    this.notifications.start();
  }

  private showConversation(): void {
    const handler = {
      say: (message: string, title: string) => this.say(message, title),
      startOver: () => this.say(this.texts.startOverSaid, this.texts.startOver),
      switchLanguage: () => this.switchLanguage(),
      close: this.close,
    };
    this.view = new View(this.texts, handler, this.signIn.isTrial, this.options.canClose);
    this.put(this.view.root);
    this.setStatus(this.status);
    this.render();
  }

  private showDoor(text: string): void {
    this.view = null;
    if (this.signIn.isTrial) this.put(trialForm(this.texts, (student) => this.tryOut(student), () => this.switchLanguage()));
    else this.put(notice(this.texts, text));
  }

  private put(shown: HTMLElement): void {
    shown.lang = this.language;
    this.place.replaceChildren(shown);
  }

  private async tryOut(student: string): Promise<boolean> {
    const token = await this.signIn.trial(student);
    if (!token) return false;
    this.open(token);
    this.focus();
    return true;
  }

  private say(message: string, title: string): void {
    const pending = this.transcript?.say(message, title);
    this.setStatus(this.status); // what was refused before is forgotten
    this.render();
    if (pending) this.connection?.say(pending);
  }

  private refused(pending: Pending, refusal: Refusal): void {
    const { texts } = this;
    this.transcript?.drop(pending.id);
    this.render();
    this.view?.giveBack(pending.title);
    const reasons: Record<string, string> = { too_many: texts.tooMany(refusal.retry_after ?? 1), too_long: texts.tooLong };
    this.view?.setStatus(reasons[refusal.error ?? ""] ?? texts.refused);
  }

  private async renew(): Promise<string | null> {
    const token = await this.signIn.renew();
    if (token && studentOf(token) === studentOf(this.token)) return (this.token = token);
    this.end();
    if (token) this.open(token);
    else this.showDoor(this.texts.expired);
    return null;
  }

  private end(): void {
    this.connection?.close();
    this.notifications?.stop();
    this.connection = this.notifications = null;
  }

  private switchLanguage(): void {
    this.language = this.language === "vi" ? "en" : "vi";
    if (this.view) {
      this.showConversation();
      this.focus();
    } else this.showDoor(this.texts.signIn);
  }

  private setStatus(status: Status): void {
    this.status = status;
    if (status === "online") this.listen(); // by then the token is known to be good
    const words: Record<Status, string> = { connecting: this.texts.connecting, online: "", offline: this.texts.offline };
    this.view?.setStatus(words[status]);
  }

  private render(): void {
    if (this.transcript) this.view?.show(this.transcript);
  }
}
