// Several days at once: each chip goes from "no matter" to wanted, to avoided, and back.

import { button, element } from "./dom";
import type { Texts } from "./texts";
import type { Button } from "./transcript";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MARKS = ["", "✓ ", "✗ "];

/** Whether these buttons answer the question about days, which takes several. */
export function asksForDays(buttons: readonly Button[]): boolean {
  return buttons.some(({ payload }) => payload.includes('"prefer_days"') && payload.includes('"avoid_days"'));
}

export function dayPicker(texts: Texts, send: (payload: string, title: string) => void): HTMLElement {
  const marks = DAYS.map(() => 0);
  const done = button(texts.sendDays, () => send(payloadOf(marks), titleOf(marks, texts)), { class: "chip main" });
  done.disabled = true;
  const chips = DAYS.map((_, day) => {
    const chip = button("", () => {
      marks[day] = (marks[day]! + 1) % 3;
      show(chip, day, marks[day]!, texts);
      done.disabled = marks.every((mark) => mark === 0);
    });
    show(chip, day, 0, texts);
    return chip;
  });
  const legend = element("legend", {}, texts.days);
  return element("fieldset", { class: "days" }, legend, ...chips, done);
}

function show(chip: HTMLButtonElement, day: number, mark: number, texts: Texts): void {
  const name = texts.dayNames[day] ?? "";
  const state = ["", texts.want, texts.avoid][mark];
  chip.textContent = MARKS[mark]! + name;
  chip.className = `chip mark${mark}`;
  chip.setAttribute("aria-label", state ? `${name}: ${state}` : name);
}

function marked(marks: number[], mark: number, names: readonly string[]): string[] {
  return names.filter((_, day) => marks[day] === mark);
}

function payloadOf(marks: number[]): string {
  return `/inform${JSON.stringify({ prefer_days: marked(marks, 1, DAYS), avoid_days: marked(marks, 2, DAYS) })}`;
}

function titleOf(marks: number[], texts: Texts): string {
  const parts = [
    [texts.wanted, marked(marks, 1, texts.dayNames)],
    [texts.avoided, marked(marks, 2, texts.dayNames)],
  ] as const;
  return parts
    .filter(([, days]) => days.length)
    .map(([word, days]) => `${word}: ${days.join(", ")}`)
    .join("; ");
}
