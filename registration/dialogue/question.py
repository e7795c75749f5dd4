"""Questions as data: a table that gives key, order and condition, and the code that walks it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registration.dialogue.changes import Change, Understander
from registration.dialogue.kinds import Kind

Preferences = Mapping[str, Any]

WHAT_IF = "what_if"  # the remark of a change that is only asked about
CONFIRM = "confirm"  # the last question of every questionnaire: is the summary right?


def always(_: Preferences) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """One question: the keys that its answer fills, and when it is asked.

    `kinds` gives the type of each key; any one of them answers the question. `options` are the answers
    offered as buttons, in order; each is the values that it sets, and its title stands in the wording under
    the same place. `applies` is a condition of `conditions`, or any function of the answers.
    """

    name: str
    kinds: Mapping[str, Kind]
    applies: Callable[[Preferences], bool] = always
    options: tuple[Mapping[str, Any], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What its answer may fill."""
        return tuple(self.kinds)

    @property
    def may_be_left_out(self) -> bool:
        """Whether there are answers with which it is not asked."""
        return self.applies is not always

    def is_answered(self, preferences: Preferences) -> bool:
        """Whether any of its keys is there."""
        return not self.kinds.keys().isdisjoint(preferences)


@dataclass(frozen=True)
class Questionnaire:
    """The questions in order, and the three pure functions that know what their answers mean."""

    questions: tuple[Question, ...]
    understand: Understander
    apply: Callable[[Preferences, Sequence[Change]], dict[str, Any]]
    skip: Callable[[str], tuple[Change, ...]]
    is_valid: Callable[[str, Any], bool]
    further_keys: tuple[str, ...] = ()  # keys of the state that no question fills
    # What is offered once the answers are confirmed: its question, the key that the choice fills, and when.
    choice: str | None = None
    choice_key: str = ""
    offers: Callable[[Preferences], bool] = always
    begin_intent: str = "class_registration_suggestion"  # of a message that asks for the first question

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """All keys of the state, in order."""
        return tuple(key for question in self.questions for key in question.keys) + self.further_keys

    def question(self, name: str | None) -> Question | None:
        return self._by_name.get(name or "")

    @cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.questions}

    def options(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """The answers offered as buttons: what each of them sets."""
        if name == CONFIRM:
            return ({CONFIRM: True}, {CONFIRM: False})
        question = self.question(name)
        return question.options if question else ()

    def after_confirmation(self, preferences: Preferences) -> str | None:
        """The question that follows the confirmation; None where the dialogue then rests."""
        return self.choice if self.choice and self.offers(preferences) else None

    def pending(self, preferences: Preferences) -> str:
        """The first question that applies and has no answer; CONFIRM where there is none."""
        for question in self.questions:
            if not question.is_answered(preferences) and question.applies(preferences):
                return question.name
        return CONFIRM

    def previous(self, name: str, preferences: Preferences) -> str | None:
        """The question before `name` among those that apply; None before the first."""
        asked = [question.name for question in self.questions if question.applies(preferences)]
        place = asked.index(name) if name in asked else len(asked)
        return asked[place - 1] if place else None
