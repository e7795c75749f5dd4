"""What cannot work in a table of questions or its wording: every fault, each naming its row."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

from registration.dialogue import kinds
from registration.dialogue.conditions import Is, IsNot, parts
from registration.dialogue.kinds import possible
from registration.dialogue.question import CONFIRM, Question
from registration.errors import DeclarationError
from registration.forms.texts import named, value_names

KINDS = (
    kinds.SingleChoice, kinds.SeveralChoices, kinds.YesNoAny, kinds.Number, kinds.TimeRange,
    kinds.FromCatalogue, kinds.FreeText, kinds.ListOf,
)  # fmt: skip
# Slots that Rasa fills itself, and those in which the conversation is remembered.
RESERVED = {
    "requested_slot", "session_started_metadata", "knowledge_base_listed_objects",
    "knowledge_base_last_object", "knowledge_base_last_object_type",
}  # fmt: skip
OURS = ("step", "last_updated", "undo", "language", "what_if", "offered", "missed", CONFIRM)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PLACES = {"summary", "summary_line", "hours", "rejected"}


def check(questions: Sequence[Question], languages: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises DeclarationError with a line for each fault."""
    faults = [*table_faults(questions)]
    if not faults:  # the wording is judged against a table that works
        faults = [fault for texts in languages.values() for fault in wording_faults(questions, texts)]
        faults += [] if languages else ["wording: there is no file NAME.yml with a language in it"]
    if faults:
        raise DeclarationError("\n".join(faults))


def table_faults(questions: Sequence[Question]) -> Iterator[str]:
    """What is wrong with the rows, or with how they depend on each other."""
    keys = Counter(key for question in questions for key in question.keys)
    names = Counter(row.name for row in questions)
    yield from (
        f"question {name!r}: there are {count} of this name" for name, count in names.items() if count > 1
    )
    for row in questions:
        yield from (f"question {row.name!r}: {fault}" for fault in _row_faults(row, keys))
    by_key = {key: row for row in questions for key in row.keys}
    circle = next((found for row in questions if (found := _circle(row, by_key, ()))), None)
    if circle:
        yield f"question {circle[0]!r}: a circle of conditions: {' -> '.join(circle)}"
        return
    for row in questions:
        yield from (f"question {row.name!r}: {fault}" for fault in _never_asked(row, by_key))


def _row_faults(row: Question, keys: Counter[str]) -> Iterator[str]:
    if not row.kinds:
        yield "it fills no key"
    for key, kind in row.kinds.items():
        if keys[key] > 1:
            yield f"the key {key!r} is there {keys[key]} times"
        if not _KEY.fullmatch(key):
            yield f"the key {key!r} is no name; allowed: small letters, digits and _, a letter first"
        if key in RESERVED:
            yield f"the slot name {key!r} is reserved by Rasa"
        if key in OURS:
            yield f"the slot name {key!r} is one in which the conversation is remembered"
        if not isinstance(kind, KINDS):
            names = ", ".join(known.__name__ for known in KINDS)
            yield f"the unknown type {kind!r}; allowed: {names}"
        values = getattr(kind, "values", None)
        if values is not None and (not values or len(set(values)) < len(values)):
            yield f"its choices are {list(values)!r}; allowed: at least one, each once"
        if isinstance(kind, kinds.Number) and kind.low > kind.high:
            yield f"no number is from {kind.low:g} to {kind.high:g}"


def _circle(row: Question, by_key: Mapping[str, Question], path: tuple[str, ...]) -> tuple[str, ...]:
    """The names of questions that wait for each other, the first of them again at the end."""
    if row.name in path:
        return (*path[path.index(row.name) :], row.name)
    for condition in parts(row.applies):
        asked = by_key.get(condition.key)
        if asked and (found := _circle(asked, by_key, (*path, row.name))):
            return found
    return ()


def _never_asked(row: Question, by_key: Mapping[str, Question]) -> Iterator[str]:
    for condition in parts(row.applies):
        if condition.key not in by_key:
            yield f"its condition names {condition.key!r}, which no question fills"
    needed = list(_needed(row, by_key))
    for key in dict.fromkeys(condition.key for condition in needed):
        if key in by_key and not _can_hold([one for one in needed if one.key == key], by_key[key].kinds[key]):
            yield f"its condition on {key!r} can never hold"


def _needed(row: Question, by_key: Mapping[str, Question]) -> Iterator[Is | IsNot]:
    """All that must hold when the question is asked: its conditions, and those of the answers they name."""
    for condition in parts(row.applies):
        yield condition
        if isinstance(condition, Is) and condition.key in by_key:
            yield from _needed(by_key[condition.key], by_key)


def _can_hold(conditions: Iterable[Is | IsNot], kind: kinds.Kind) -> bool:
    conditions = tuple(conditions)
    if any(
        isinstance(one, Is) and not any(_is_possible(value, kind) for value in one.values)
        for one in conditions
    ):
        return False
    left = possible(kind)
    if left is None or isinstance(kind, kinds.SeveralChoices):
        return True  # of several choices, each condition may be met by another
    for one in conditions:
        left = left & set(one.values) if isinstance(one, Is) else left - set(one.values)
    return bool(left)


def _is_possible(value: Any, kind: kinds.Kind) -> bool:
    return kind.is_valid(value) or kind.is_valid([value])


def wording_faults(questions: Sequence[Question], texts: Mapping[str, Any]) -> Iterator[str]:
    """What one language lacks, or has of no use."""
    language, rows = texts["language"], named(texts.get("questions"))
    for question in questions:
        row = rows.get(question.name)
        where = f"question {question.name!r}, wording {language!r}"
        if not isinstance(row, Mapping):
            yield f"{where}: it is missing"
            continue
        yield from (f"{where}: {fault}" for fault in _text_faults(question, row))
    for name in sorted(set(rows) - {question.name for question in questions}):
        yield f"wording {language!r}: there is no question {name!r}"


def _text_faults(question: Question, row: Mapping[str, Any]) -> Iterator[str]:
    for name in ("label", "ask", "help", "summary"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            yield f"`{name}` is missing"
    yield from _place_faults(row)
    kind, titles = question.kinds[question.name], named(row.get("values"))
    wanted = value_names(kind)
    own = [name for name in wanted if name not in ("true", "false", "any", "none")]
    for name in own:
        if name not in titles:
            yield f"`values` has no title for {name!r}"
    for part in ("values", "words"):
        for name in sorted(set(named(row.get(part))) - set(wanted) - {"any", "none"}):
            yield f"`{part}` names {name!r}, which is none of its answers"


def _place_faults(row: Mapping[str, Any]) -> Iterator[str]:
    for name in ("ask", "again", "summary"):
        allowed = {"value"} if name == "summary" else _PLACES
        try:
            places = {
                place for _, place, _, _ in Formatter().parse(str(row.get(name, ""))) if place is not None
            }
        except ValueError as error:
            yield f"`{name}` cannot be filled in: {error}"
            continue
        for place in sorted(places - allowed):
            yield f"`{name}` names {{{place}}}; allowed: {', '.join(f'{{{one}}}' for one in sorted(allowed))}"
