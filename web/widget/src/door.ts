// What is shown to somebody without a token: where to sign in, or the trial's form.

import { button, element } from "./dom";
import type { Texts } from "./texts";

export function notice(texts: Texts, text: string): HTMLElement {
  return element("section", { class: "chat door", "aria-label": texts.title }, element("h2", {}, texts.title), element("p", { role: "status" }, text));
}

/** A form for the number; `start` gives false where it was not taken. */
export function trialForm(texts: Texts, start: (student: string) => Promise<boolean>, switchLanguage: () => void): HTMLElement {
  const input = element("input", { id: "number", inputmode: "numeric", autocomplete: "off", required: "", "aria-describedby": "hint error" });
  const error = element("p", { id: "error", class: "error", role: "alert" });
  const form = element(
    "form",
    {},
    element("label", { for: "number" }, texts.number),
    input,
    element("p", { id: "hint" }, texts.numberHint),
    error,
    element("button", { class: "main", type: "submit" }, texts.start),
  );
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void start(input.value.trim()).then((taken) => {
      error.textContent = taken ? "" : texts.badNumber;
      if (!taken) input.focus();
    });
  });
  const language = button(texts.language, switchLanguage, { lang: texts.language === "English" ? "en" : "vi" });
  const badge = element("span", { class: "badge" }, texts.trial);
  const head = element("header", {}, element("h2", {}, texts.title, badge), element("div", { class: "tools" }, language));
  return element("section", { class: "chat door", "aria-label": texts.title }, head, form);
}
