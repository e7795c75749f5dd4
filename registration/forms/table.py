"""One row of a table of questions, and the rules that every such table shares."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registration.dialogue.changes import Change, Operation
from registration.dialogue.conditions import Condition
from registration.dialogue.kinds import Kind
from registration.dialogue.question import Question, always


def ask(name: str, kind: Kind, when: Condition | None = None) -> Question:
    """A question that fills the key and slot of its own name: `ask("floor", Number(1, 9))`."""
    options = tuple({name: value} for value in getattr(kind, "offered", ()))
    return Question(name, {name: kind}, when or always, options)


def kinds_of(questions: Iterable[Question]) -> dict[str, Kind]:
    """The type of each key."""
    return {key: kind for question in questions for key, kind in question.kinds.items()}


def skip(questions: Iterable[Question], name: str) -> tuple[Change, ...]:
    """The answer of somebody who does not mind."""
    found = next((question for question in questions if question.name == name), None)
    kinds = found.kinds if found else {}
    return tuple(Change(Operation.SET, key, kind.skipped) for key, kind in kinds.items())


def apply(
    questions: Sequence[Question], preferences: Mapping[str, Any], changes: Iterable[Change]
) -> dict[str, Any]:
    """The answers after the changes; what no type allows changes nothing, and what became pointless goes."""
    kinds = kinds_of(questions)
    after = dict(preferences)
    for change in changes:
        value = _new_value(after.get(change.key), change)
        if change.key in kinds and kinds[change.key].is_valid(value):
            after[change.key] = value
    return _without_pointless(questions, after)


def _new_value(old: Any, change: Change) -> Any:
    if change.operation is Operation.SET or not isinstance(change.value, list):
        return change.value
    known = old if isinstance(old, list) else []
    if change.operation is Operation.ADD:
        return list(dict.fromkeys([*known, *change.value]))
    return [item for item in known if item not in change.value]


def _without_pointless(questions: Sequence[Question], answers: dict[str, Any]) -> dict[str, Any]:
    """Drops answers to questions that no longer apply; each may make others pointless."""
    for _ in questions:
        gone = [key for one in questions if not one.applies(answers) for key in one.keys if key in answers]
        for key in gone:
            del answers[key]
    return answers
