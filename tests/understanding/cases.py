"""The corpus: messages with what must be known after them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from registration.preferences.rules import apply
from registration.preferences.understanding import understand

FOLDER = Path(__file__).parent / "corpus"
PARTS = (
    "tuned", "held_out", "second_tuned", "second_held_out", "third_tuned", "third_held_out", "fourth_tuned",
    "fourth_held_out", "fifth", "sixth",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A message: the question pending, the preferences before and after, and what else it should give."""

    text: str
    question: str | None
    tags: list[str]
    after: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    confirm: bool | None = None
    command: str | None = None
    remarks: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)


def load(part: str) -> list[Case]:
    return [Case(**entry) for entry in _read(part)]


def first_sight(part: str) -> tuple[int, int] | None:
    """(Understood exactly, messages) when the part was written; None where that was not measured."""
    counted = _read("first_sight").get(part)
    return (counted[0], counted[1]) if counted else None


def _read(name: str) -> Any:
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def expected(case: Case) -> dict[str, Any]:
    return _outcome(case.after, case.confirm, case.command, case.remarks, case.rejected)


def actual(case: Case) -> dict[str, Any]:
    """What the message gives, in the form of `expected`."""
    result = understand(case.text, question=case.question, preferences=case.before)
    confirm = next((change.value for change in result.changes if change.key == "confirm"), None)
    command = result.command.value if result.command else None
    return _outcome(
        apply(case.before, result.changes), confirm, command, list(result.remarks), list(result.rejected)
    )


def _outcome(
    after: dict[str, Any], confirm: bool | None, command: str | None, remarks: list[str], rejected: list[str]
) -> dict[str, Any]:
    return {"after": after, "confirm": confirm, "command": command, "remarks": remarks, "rejected": rejected}
