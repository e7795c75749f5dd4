"""What one message asks of the state: changes to answers, or a command about the dialogue itself."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol

from msgspec import Struct

ANY = "any"  # asked, and the student does not mind; a key that is absent was not asked yet


class Operation(str, Enum):
    SET = "set"  # the whole new value
    ADD = "add"  # put these into the list
    REMOVE = "remove"  # take these out of the list


class Change(Struct, frozen=True):
    """One change of one answer: `Change(Operation.ADD, "avoid_days", ["Saturday"])`."""

    operation: Operation
    key: str
    value: Any


class Command(str, Enum):
    """What a message may ask of the dialogue rather than answer."""

    BEGIN = "begin"
    BACK = "back"
    SKIP = "skip"
    CANCEL = "cancel"
    RESTART = "restart"
    UNDO = "undo"
    SUMMARY = "summary"
    HELP = "help"


class Suggestion(Struct, frozen=True):
    """An answer that the student may have meant: a button with the values that it sets."""

    title: str
    values: Mapping[str, Any]


class Understanding(Struct, frozen=True):
    """What a message was understood to say. Neither changes nor a command: not understood."""

    changes: tuple[Change, ...] = ()
    command: Command | None = None
    language: str | None = None  # "vi" or "en" where the message shows it, else None
    # Remarks for the reply, as keys of the wording: "day_bound" (a wish tied to one day was kept as the day
    # only), "contradiction" (the message both wants and avoids something; nothing of it was taken).
    remarks: tuple[str, ...] = ()
    # Values that were named but do not exist or are not allowed, as the student wrote them.
    rejected: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()  # what those, or words with several meanings, may have meant
    # Whether the language shows in one word without accents only, as it may in any nonsense.
    language_is_faint: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes or self.command)


class Understander(Protocol):
    """From one message, the question it may answer and what is known, to what it says. Never raises."""

    def __call__(self, text: str, *, question: str | None, preferences: dict[str, Any]) -> Understanding: ...
