"""Understanding of one message: the parts put together."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from registration.dialogue.changes import Change, Command, Operation, Understanding

from ..folding import MAX_LENGTH
from ..rules import is_valid, skip
from . import answers
from .commands import asks_meaning, command_of
from .facts import Statement, state
from .marks import Kind, Mark
from .names import Name, with_names
from .scanning import marks_of
from .tokens import Message, read
from .wishes import changes_of, contradicts

_SHORT = 40  # characters; answers such as "sáng" and "có ạ" come again and again, from everybody
_PAYLOAD = re.compile(r"\s*/[a-zA-Z_]\w*\s*(?:\{|$)")
# The preferences that decide what a message means; the others are not looked at.
_CONSULTED = (
    "subjects",
    "time_period",
    "avoid_time_periods",
    "prefer_days",
    "avoid_days",
    "preferred_teachers",
    "specific_class_ids",
    "specific_times",
)
_TAKEN_BACK = {"specific_times": Change(Operation.REMOVE, "specific_times", None)}
_EMPTIED = {"prefer_days", "avoid_days", "preferred_teachers", "specific_class_ids", "subjects", *_TAKEN_BACK}
_LED_TO = {Kind.EARLY: "avoid_early_start", Kind.LATE: "avoid_late_end"}
_KEYS = {
    "days": {"prefer_days", "avoid_days"},
    "specific": {"preferred_teachers", "specific_class_ids", "specific_times"},
    "time_period": {"time_period", "avoid_time_periods"},
}


def understand(
    text: str,
    *,
    question: str | None,
    preferences: Mapping[str, Any],
    names: tuple[Name, ...] = (),
) -> Understanding:
    """What a message says, given the pending question (or None) and what is known. Never raises.

    `names` are those of subjects in the cleaned text, in their order; course codes are read without them.
    A message longer than MAX_LENGTH characters, or a payload, is not understood.
    """
    if len(text) > MAX_LENGTH or _PAYLOAD.match(text):
        return Understanding()
    known = _Known({key: preferences[key] for key in _CONSULTED if key in preferences})
    return (_read if len(text) <= _SHORT else _read.__wrapped__)(text, question, known, names)


class _Known(dict[str, Any]):
    """What is known of a student, as a part of a cache's key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(self))


@lru_cache(maxsize=4096)
def _read(text: str, question: str | None, known: _Known, names: tuple[Name, ...]) -> Understanding:
    teachers = _names(known.get("preferred_teachers"))
    stated = _stated if len(text) <= _SHORT else _stated.__wrapped__
    message, statement = stated(text, question, teachers, names)
    if not message.tokens:
        return Understanding()
    language = message.language
    if not statement.facts and (command := _command(message, statement.marks)) is not None:
        return Understanding(command=command, language=language)
    remarks = ("day_bound",) if statement.day_bound else ()
    if contradicts(statement):
        return Understanding(language=language, remarks=("contradiction",))
    changes = _changes(message, statement, known)
    rejected = statement.rejected or _refused_option(message, statement, changes)
    return Understanding(
        _valid(changes), None, language, remarks, rejected, language_is_faint=message.language_is_faint
    )


@lru_cache(maxsize=4096)
def _stated(
    text: str, question: str | None, teachers: tuple[str, ...], names: tuple[Name, ...]
) -> tuple[Message, Statement]:
    """A message and what it states, whatever else is known of the student."""
    message = with_names(read(text, question, teachers), names)
    return message, state(message, marks_of(message))


def forget() -> None:
    """Forgets the short messages read before, for measurements of a first reading."""
    _read.cache_clear()
    _stated.cache_clear()


def _names(value: Any) -> tuple[str, ...]:
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, (list, tuple)) else ()


def _command(message: Message, marks: Sequence[Mark]) -> Command | None:
    command = command_of(message)
    if command is None and message.question is not None and asks_meaning(message, marks):
        return Command.HELP
    return command


def _changes(message: Message, statement: Statement, preferences: Mapping[str, Any]) -> list[Change]:
    question = message.question
    found = changes_of(statement, question, preferences)
    found = _led(message, statement, found) + _emptied(message, statement, preferences)
    found += _asked_about(message, statement, found)
    answered = {change.key for change in found}
    if question == "confirm" and _all_but(statement):
        return [Change(Operation.SET, "confirm", False)]
    if question == "confirm" and found:
        return found
    found += _indifferent(message, statement, answered)
    answered = {change.key for change in found}
    if question is None or answered & _KEYS.get(question, {question}):
        return found
    return found + list(_answer_beside(message, statement, found))


def _asked_about(message: Message, statement: Statement, found: list[Change]) -> list[Change]:
    """'có môn cơ sở dữ liệu không ạ': where subjects are asked for, one that is asked about is wished for."""
    if message.question != "subjects" or any(change.key == "subjects" for change in found):
        return []
    named = [mark.value for mark in statement.marks if mark.kind is Kind.SUBJECT and len(mark.value) == 1]
    return [Change(Operation.ADD, "subjects", [code for value in named for code in value])] if named else []


def _all_but(statement: Statement) -> bool:
    """'đúng hết trừ thứ 7' agrees to all but one thing, and does not say how that should be."""
    kinds = {mark.kind for mark in statement.marks}
    return Kind.EXCEPT in kinds and Kind.YES in kinds and all(fact.exception for fact in statement.facts)


def _emptied(message: Message, statement: Statement, preferences: Mapping[str, Any]) -> list[Change]:
    """'bỏ giáo viên đi': a preference named as a whole and taken back."""
    if statement.facts:
        return []
    kinds = {mark.kind for mark in statement.marks}
    if Kind.REMOVE not in kinds or kinds & {Kind.NO, Kind.ASK, Kind.UNKNOWN}:
        return []
    topics = {mark.value for mark in statement.marks if mark.kind is Kind.TOPIC}
    studied = any(token.folded in ("hoc", "study") for token in message.tokens)
    days = {"avoid_days"} if kinds & {Kind.AVOID, Kind.OFF} else {"prefer_days"} if studied else _KEYS["days"]
    keys = {key for topic in topics for key in (days if topic == "days" else {topic})}
    return [
        _TAKEN_BACK.get(key) or Change(Operation.SET, key, [])
        for key in sorted(keys & _EMPTIED)
        if preferences.get(key)
    ]


def _led(message: Message, statement: Statement, found: list[Change]) -> list[Change]:
    """'có, về trễ mẹ em la': a thing only mentioned behind a clear yes or no does not answer for it."""
    question = message.question
    stated = [fact for fact in statement.facts if _LED_TO.get(fact.kind) == question]
    if not stated or not all(fact.bare for fact in stated):
        return found
    led = answers.bare(message, statement.marks)
    return [*led, *(change for change in found if change.key != question)] if led else found


def _answer_beside(message: Message, statement: Statement, found: list[Change]) -> tuple[Change, ...]:
    """A bare answer, alone or in front of other things: 'có, với cả tránh thứ 7 nhé'."""
    if found and any(fact.whole for fact in statement.facts):
        return ()
    return answers.bare(message, statement.marks)


def _indifferent(message: Message, statement: Statement, answered: set[str]) -> list[Change]:
    """The questions that the message has no wish about."""
    if not statement.anys:
        return []
    found: list[Change] = []
    led = answers.opening(message, statement.marks)
    for topic in statement.anys:
        question = _meant(topic, message, statement)
        if led and topic is not None and question == message.question:
            found += led  # "không cần, em đi học ngày nào cũng được"
            continue
        keys = _KEYS.get(question or "", {question})
        if not answered & {key for key in keys if key}:
            found += _skipped(question)
    return found


def _skipped(question: str | None) -> tuple[Change, ...]:
    if question in ("preferred_teachers", "specific_class_ids"):
        return (Change(Operation.SET, question, []),)
    return skip(question)


def _meant(topic: str | None, message: Message, statement: Statement) -> str | None:
    """The question that 'lúc nào cũng được' answers: the pending one, unless another thing is named."""
    pending = message.question
    if topic is None:
        return pending
    if pending in ("avoid_early_start", "avoid_late_end", "specific") and topic in (
        "time_period",
        "specific_times",
    ):
        return pending
    if pending in ("prefer_free_days", "prefer_continuous") and topic == "days":
        return pending
    if pending == "specific" and topic in ("preferred_teachers", "specific_class_ids"):
        return pending
    return topic


def _refused_option(message: Message, statement: Statement, changes: list[Change]) -> tuple[str, ...]:
    """The number of an option that does not exist."""
    if changes or message.question not in answers.OPTIONS:
        return ()
    number = answers.option(message, statement.marks)
    return () if number is None else (str(number),)


def _valid(changes: list[Change]) -> tuple[Change, ...]:
    """The changes whose values the table allows, each once."""
    kept: list[Change] = []
    for change in changes:
        known = change.key == "confirm" or change in _TAKEN_BACK.values()
        if change not in kept and (known or is_valid(change.key, change.value)):
            kept.append(change)
    return tuple(kept)
