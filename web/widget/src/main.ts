// The one tag: <script src="https://chat.example.org/static/chat.js" data-token-url="/chat-token" defer></script>
//   data-token-url         answers {"token": "…"} to a signed-in student (of the page's own portal)
//   data-chat-url          where Rasa's channel answers; default: where this script came from
//   data-notifications-url default: /notifications where this script came from; "none": no notifications
//   data-language          vi or en; default: the page's
//   data-target            a selector of the element to fill; default: a button in the corner opens the chat

import { Chat, type Options } from "./chat";
import { button, element } from "./dom";
import { languageOf, TEXTS } from "./texts";
import style from "./style.css";

function optionsOf(script: HTMLScriptElement): Options {
  const home = new URL(script.src).origin;
  const { tokenUrl, trialUrl, chatUrl, notificationsUrl, language, target } = script.dataset;
  return {
    tokenUrl: tokenUrl ?? "",
    trialUrl: trialUrl ?? "",
    chatUrl: chatUrl || home,
    notificationsUrl: notificationsUrl === "none" ? "" : notificationsUrl || `${home}/notifications`,
    language: languageOf(language ?? document.documentElement.lang),
    canClose: !target,
  };
}

/** A place of its own in the page: neither takes the other's style. */
function shadow(host: HTMLElement): ShadowRoot {
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  return root;
}

function fill(host: HTMLElement, options: Options): void {
  const frame = element("div", { class: "frame inline" });
  shadow(host).append(frame);
  void new Chat(frame, options, () => undefined).start();
}

function corner(options: Options): void {
  const texts = TEXTS[options.language];
  const frame = element("div", { class: "frame floating", id: "frame" });
  const chat = new Chat(frame, options, () => toggle(false));
  let started = false;
  const opener = button("💬", () => toggle(frame.hidden), { class: "opener", "aria-label": texts.open, "aria-expanded": "false" });
  frame.hidden = true;
  frame.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  const host = element("div");
  shadow(host).append(opener, frame);
  document.body.append(host);

  function toggle(open: boolean): void {
    frame.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    const first = open && !started ? chat.start() : Promise.resolve();
    started ||= open;
    void first.then(() => (open ? chat.focus() : opener.focus()));
  }
}

const script = document.currentScript as HTMLScriptElement;
const options = optionsOf(script);

function mount(): void {
  const host = script.dataset.target ? document.querySelector<HTMLElement>(script.dataset.target) : null;
  if (host) fill(host, options);
  else corner(options);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mount);
else mount();
