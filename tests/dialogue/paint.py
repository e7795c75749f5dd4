"""A questionnaire that is not the product's: which colour, which tools, how glossy."""

from collections.abc import Mapping, Sequence
from typing import Any

from registration.dialogue.changes import Change, Command, Operation, Understanding
from registration.dialogue.kinds import SeveralChoices, SingleChoice, YesNoAny
from registration.dialogue.question import CONFIRM, Question, Questionnaire

COLOURS = ("red", "blue", "any")


def understand(text: str, *, question: str | None, preferences: dict[str, Any]) -> Understanding:
    if text in [command.value for command in Command]:
        return Understanding(command=Command(text))
    if question == CONFIRM and text in ("yes", "no"):
        return Understanding((Change(Operation.SET, CONFIRM, text == "yes"),))
    words = text.split()
    changes = [Change(Operation.SET, "colour", word) for word in words if word in COLOURS]
    changes += [Change(Operation.ADD, "tools", [word]) for word in words if word in ("brush", "roller")]
    changes += [
        Change(Operation.SET, "gloss", word == "glossy") for word in words if word in ("glossy", "matt")
    ]
    return Understanding(tuple(changes))


def apply(preferences: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    after = dict(preferences)
    for change in changes:
        added = change.operation is Operation.ADD
        after[change.key] = [*after.get(change.key, []), *change.value] if added else change.value
    if after.get("colour") == "blue":
        after.pop("gloss", None)
    return after


QUESTIONNAIRE = Questionnaire(
    questions=(
        Question(
            "colour",
            {"colour": SingleChoice(COLOURS[:2])},
            options=tuple({"colour": colour} for colour in COLOURS),
        ),
        Question("gloss", {"gloss": YesNoAny()}, lambda preferences: preferences.get("colour") != "blue"),
        Question("tools", {"tools": SeveralChoices(("brush", "roller"))}),
    ),
    understand=understand,
    apply=apply,
    skip=lambda question: (Change(Operation.SET, question, "any"),),
    is_valid=lambda key, value: key == "colour" and value in COLOURS,
)
