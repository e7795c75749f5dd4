"""What the bot says, by language: texts from a table, filled with what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from registration.dialogue.flow import Outcome, Say
from registration.dialogue.hearing import payload
from registration.dialogue.question import CONFIRM, Preferences, Questionnaire


class Button(Struct, frozen=True):
    title: str
    payload: str


class Reply(Struct, frozen=True, omit_defaults=True):
    """One bubble; as JSON without what it does not have."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str | None = None  # an address


@dataclass(frozen=True)
class Wording:
    """One language's texts, as its YAML file holds them, and the questionnaire that they speak of."""

    texts: Mapping[str, Any]
    questionnaire: Questionnaire
    hours: str  # how long an unfinished dialogue is kept
    _known_buttons: dict[str, tuple[Button, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def language(self) -> str:
        return str(self.texts["language"])

    def replies(self, outcome: Outcome) -> list[Reply]:
        """All that is said after a turn: what happened in one bubble, then the waiting question."""
        told = [say for say in outcome.say if not self._is_asked_with(say, outcome.ask)]
        happened = "\n".join(self.say(say, outcome.state.preferences) for say in told)
        replies = [Reply(happened)] if happened else []
        if outcome.ask and outcome.ask != self.questionnaire.choice:
            asked = self.ask(outcome.ask, outcome.state.preferences, outcome.rephrase)
            suggested = tuple(Button(one.title, payload(one.values)) for one in outcome.suggestions)
            replies.append(replace(asked, buttons=suggested + asked.buttons) if suggested else asked)
        return replies

    def _is_asked_with(self, say: Say, asked: str | None) -> bool:
        """Whether a summary is told once more by the question that follows it, that of the confirmation."""
        if say.key != "summary" or asked != CONFIRM:
            return False
        return "{summary}" in self.texts["questions"][CONFIRM]["ask"]

    def say(self, say: Say, preferences: Preferences) -> str:
        if say.key.startswith("help_"):
            return str(self.texts["questions"][say.key.removeprefix("help_")]["help"])
        shown = say.values.get("preferences", preferences)
        rejected = ", ".join(f"“{text[:40]}”" for text in say.values.get("rejected", ()))
        template: str = self.texts["say"][say.key]
        return self._filled(template, shown, rejected=rejected)

    def small_talk(self, intent: str, inside: bool = False) -> str | None:
        """The reply to small talk, inside a dialogue or not; None where there is none for the intent."""
        texts = {**self.texts["small_talk"], **(self.texts["small_talk_inside"] if inside else {})}
        return self._filled(texts[intent], {}) if intent in texts else None

    def ask(self, name: str, preferences: Preferences, rephrase: bool = False) -> Reply:
        texts = self.texts["questions"][name]
        template = texts["again" if rephrase else "ask"]
        return Reply(self._filled(template, preferences), self._buttons(name))

    def _buttons(self, name: str) -> tuple[Button, ...]:
        if name not in self._known_buttons:  # the same in every turn
            titles = self.texts["questions"][name].get("buttons", ())
            options = self.questionnaire.options(name)
            self._known_buttons[name] = tuple(
                Button(title, payload(option)) for title, option in zip(titles, options, strict=True)
            )
        return self._known_buttons[name]

    def _filled(self, template: str, preferences: Preferences, **values: str) -> str:
        if "{" not in template and "}" not in template:  # as most are
            return template
        lines = self.lines(preferences) if "{summary" in template else []
        return template.format(
            summary="\n".join(f"• {line}" for line in lines) or self.texts["say"]["nothing"],
            summary_line="; ".join(lines) or self.texts["say"]["nothing"],
            hours=self.hours,
            **values,
        )

    def lines(self, preferences: Preferences) -> list[str]:
        """The answers in words, in the order of their questions, and what was chosen after them."""
        shown = []
        for question in self.questionnaire.questions:
            answered = [key for key in question.keys if key in preferences]
            texts = [text for key in answered if (text := self._answer(key, preferences[key]))]
            none = self.texts["questions"][question.name].get("none")
            if not texts and none and answered:
                texts = [none]
            shown += texts
        chosen = self.questionnaire.choice_key
        if chosen in preferences and chosen in self.texts["answers"]:
            shown.append(self._answer(chosen, preferences[chosen]))
        return shown

    def _answer(self, key: str, value: Any) -> str:
        texts = self.texts["answers"][key]
        if isinstance(value, list):
            names = texts.get("values", self.texts["values"])
            names = names() if callable(names) else names  # of a catalogue, as they are now
            words = (str(names.get(item, item)) for item in value)
            return str(texts["list"].format(value=", ".join(words))) if value else ""
        if isinstance(value, dict):
            return _times(texts, value)
        if str(value).lower() in texts:
            return str(texts[str(value).lower()])
        return str(texts["value"].format(value=value if isinstance(value, str) else f"{value:,}"))


def _times(texts: Mapping[str, str], value: Mapping[str, str | None]) -> str:
    start, end = value.get("start"), value.get("end")
    kind = "both" if start and end else "start" if start else "end" if end else None
    return texts[kind].format(start=start, end=end) if kind else ""
