"""The types of questions: what an answer may be, which answers are offered, and what a skip stores."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from registration.dialogue.changes import ANY

MAX_ITEMS = 50
MAX_TEXT = 100  # characters of an item
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class Kind(Protocol):
    """A type of question."""

    @property
    def skipped(self) -> Any:
        """What is stored for a student who does not mind: "any", or an empty list."""
        ...

    @property
    def offered(self) -> tuple[Any, ...]:
        """The answers shown as buttons, in order."""
        ...

    def is_valid(self, value: Any) -> bool:
        """Whether this value may be stored."""
        ...


@dataclass(frozen=True)
class SingleChoice(Kind):
    """One of `values`, or "any"."""

    values: Sequence[str]
    skipped: Any = ANY

    @property
    def offered(self) -> tuple[Any, ...]:
        return (*self.values, ANY)

    def is_valid(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.offered


@dataclass(frozen=True)
class SeveralChoices(Kind):
    """Any number of `values`, as a list in their order."""

    values: Sequence[str]

    @property
    def skipped(self) -> Any:
        return []

    @property
    def offered(self) -> tuple[Any, ...]:
        return (*([value] for value in self.values), [])

    def is_valid(self, value: Any) -> bool:
        return is_list(value, self.values.__contains__)


@dataclass(frozen=True)
class YesNoAny(Kind):
    """True, False or "any"."""

    skipped: Any = ANY
    offered: tuple[Any, ...] = (True, False, ANY)

    def is_valid(self, value: Any) -> bool:
        return isinstance(value, bool) or (isinstance(value, str) and value == ANY)


@dataclass(frozen=True)
class Number(Kind):
    """A number from `low` to `high`, or "any"; `units` are words that multiply it, such as {"k": 1000}."""

    low: float
    high: float
    is_whole: bool = True
    units: Mapping[str, float] = field(default_factory=dict)
    offered: tuple[Any, ...] = ()
    skipped: Any = ANY

    def is_valid(self, value: Any) -> bool:
        if isinstance(value, str):
            return value == ANY
        kinds = (int,) if self.is_whole else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True)
class TimeRange(Kind):
    """`{"start": "08:00", "end": "12:00"}`, either end may be None; or, where `takes_any`, "any".

    `is_overnight`: it may end on the next day.
    """

    is_overnight: bool = False
    takes_any: bool = True
    offered: tuple[Any, ...] = ()
    skipped: Any = ANY

    def is_valid(self, value: Any) -> bool:
        if isinstance(value, str):
            return self.takes_any and value == ANY
        if not isinstance(value, Mapping) or set(value) != {"start", "end"}:
            return False
        known = [time for time in (value["start"], value["end"]) if time is not None]
        if not known or not all(isinstance(time, str) and CLOCK.fullmatch(time) for time in known):
            return False
        return len(set(known)) == len(known) and (self.is_overnight or known == sorted(known))


@dataclass(frozen=True)
class FromCatalogue(Kind):
    """Entries of a list that changes without the bot: `names` gives the name of each by its code, as of now.

    Stored as a list of codes, at most `at_most` of them.
    """

    names: Callable[[], Mapping[str, str]]
    at_most: int = MAX_ITEMS
    offered: tuple[Any, ...] = ()

    @property
    def skipped(self) -> Any:
        return []

    def is_valid(self, value: Any) -> bool:
        return is_list(value, self.names().__contains__, self.at_most)


@dataclass(frozen=True)
class FreeText(Kind):
    """What `parse` makes of the message (None: not understood, asked again), or "any".

    Without a parser, the text itself. `allowed` says which values may be stored; what the parser gives must
    be JSON.
    """

    parse: Callable[[str], Any] = str.strip
    allowed: Callable[[Any], bool] = lambda value: is_text(value)
    offered: tuple[Any, ...] = ()
    skipped: Any = ANY

    def is_valid(self, value: Any) -> bool:
        return self.allowed(value) or (isinstance(value, str) and value == ANY)


@dataclass(frozen=True)
class ListOf(Kind):
    """A list of texts for which `allowed` holds; its understanding is a function of one's own."""

    allowed: Callable[[Any], bool]
    offered: tuple[Any, ...] = ()

    @property
    def skipped(self) -> Any:
        return []

    def is_valid(self, value: Any) -> bool:
        return is_list(value, self.allowed)


def is_list(value: Any, allowed: Callable[[Any], bool], at_most: int = MAX_ITEMS) -> bool:
    """Whether it is a list of allowed texts."""
    is_short_list = isinstance(value, list) and len(value) <= at_most
    return is_short_list and all(isinstance(item, str) and allowed(item) for item in value)


def is_text(value: Any) -> bool:
    """Whether it is a printable text of 1 to MAX_TEXT characters."""
    is_short = isinstance(value, str) and 0 < len(value) <= MAX_TEXT
    return is_short and value.isprintable() and value == value.strip()


def possible(kind: Kind) -> frozenset[Any] | None:
    """All values that a condition can ask for; None where they cannot be counted."""
    if isinstance(kind, SeveralChoices):
        return frozenset(kind.values)
    if isinstance(kind, (SingleChoice, YesNoAny)):
        return frozenset(kind.offered)
    return None
