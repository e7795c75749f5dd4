"""What the list of conversations is asked for, and what it holds."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from registration.errors import InvalidMessage
from registration.storage.conversation_tables import conversation_summaries
from registration.storage.logged_turn import NOT_UNDERSTOOD, UNSURE, term, words

MAX_WORDS = 10  # each is one more table in the query
_PLACE = re.compile(r"(\d{14})-(\d{1,10})")
_TIME = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Filters:
    """What a conversation must be like; what is None or empty does not matter. `until` is the last day."""

    text: str = ""  # all its words, in any turn that the student wrote
    student_id: int | None = None
    intent: str = ""
    language: str = ""
    stage: str = ""
    not_understood: bool = False
    unsure: bool = False
    since: date | None = None
    until: date | None = None
    tag: str = ""
    verdict: str = ""

    def terms(self) -> list[str]:
        named = (("intent", self.intent), ("language", self.language), ("stage", self.stage))
        found = [term(kind, value) for kind, value in named if value]
        found += [NOT_UNDERSTOOD] * self.not_understood + [UNSURE] * self.unsure
        return found + [term("word", word) for word in self._words()]

    def _words(self) -> list[str]:
        found = words(self.text)
        if len(found) > MAX_WORDS:
            raise InvalidMessage(f"{len(found)} words to look for; at most {MAX_WORDS} are allowed")
        return found


@dataclass(frozen=True)
class Place:
    """A conversation's place in the list."""

    started_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.started_at:{_TIME}}-{self.id}"

    @classmethod
    def read(cls, shown: str) -> "Place | None":
        """The place that its text names; None for any other text."""
        match = _PLACE.fullmatch(shown)
        try:
            return match and cls(datetime.strptime(match[1], _TIME), int(match[2]))
        except ValueError:
            return None


LISTED = tuple(column for column in conversation_summaries.columns if column.name != "reached")


@dataclass(frozen=True)
class Listed:
    """One line of the list: the columns of LISTED."""

    id: int
    conversation_key: str
    student_id: int
    sender: str
    started_at: datetime
    last_at: datetime
    turns: int
    not_understood: int
    lowest_confidence: float | None
    language: str
    stage: str

    @property
    def place(self) -> Place:
        return Place(self.started_at, self.id)


@dataclass(frozen=True)
class Page:
    """Conversations, the newest first, and where the next page begins; None at the end."""

    rows: tuple[Listed, ...]
    following: Place | None = None
