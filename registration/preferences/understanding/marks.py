"""What the words of a message stand for: marks, the vocabulary of the grammar."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    # What can be wanted or avoided.
    PERIOD = "period"  # value: "morning" …
    DAYS = "days"  # value: tuple of weekday numbers, Monday 0
    ALL_DAYS = "all days"
    TIME = "time"  # value: times.Span
    EARLY = "early"  # value: True starts early, False starts late
    LATE = "late"  # value: True ends late, False ends early
    CONTINUOUS = "continuous"  # value: True back to back, False with gaps
    FREE_DAYS = "free days"  # value: True few days, False spread out
    SCATTERED = "scattered"  # gaps or many days, as the question has it
    TEACHER = "teacher"  # value: the name without title
    CLASS = "class"  # value: the class id
    SUBJECT = "subject"  # value: the codes of the courses that it may be, mostly one
    OTHER = "other"  # a time that the table does not know: "buổi trưa", "ban ngày"
    # What is said about it.
    NO = "negation"
    DENY = "deny"  # "không phải": the thing is not what was meant
    AVOID = "avoid"
    BUSY = "busy"
    OFF = "day off"
    EXCEPT = "except"
    WANT = "want"
    CAN = "can"
    STUDY = "study"
    NEED = "need"
    ONLY = "only"
    JUST = "just"  # "thôi" after the thing: only that
    ADD = "add"
    REMOVE = "remove"
    CHANGE = "change"
    INTO = "into"
    CORRECT = "correct"
    # About the message.
    ANY = "any"  # value: the question it speaks of, or None
    YES = "agreement"
    UNSURE = "unsure"
    WHETHER = "whether"  # "hay không"
    TOPIC = "topic"  # value: the question that a word names ("ngày", "giáo viên")
    ONE_OFF = "one-off"
    STANDING = "standing"
    ASK = "ask"
    OPTION = "option"  # value: the number chosen
    REJECTED = "rejected"  # value: what the student wrote
    # Between the words.
    AND = "and"
    COMMA = "comma"
    BREAK = "break"
    CONTRAST = "contrast"
    QUESTION_MARK = "question mark"
    FILLER = "filler"
    UNKNOWN = "unknown"

    __hash__ = object.__hash__  # Enum's own is a call of Python for every look into a set


CONTENT = frozenset(
    {
        Kind.PERIOD, Kind.DAYS, Kind.ALL_DAYS, Kind.TIME, Kind.EARLY, Kind.LATE, Kind.CONTINUOUS,
        Kind.FREE_DAYS, Kind.SCATTERED, Kind.TEACHER, Kind.CLASS, Kind.SUBJECT, Kind.OTHER,
    }
)  # fmt: skip
OPERATORS = frozenset(
    {
        Kind.NO, Kind.DENY, Kind.AVOID, Kind.BUSY, Kind.OFF, Kind.EXCEPT, Kind.WANT, Kind.CAN, Kind.STUDY,
        Kind.NEED, Kind.ONLY, Kind.JUST, Kind.ADD, Kind.REMOVE, Kind.CHANGE, Kind.INTO, Kind.CORRECT,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A stretch of tokens (`start` up to `end`) and what it stands for."""

    kind: Kind
    value: Any
    start: int
    end: int
