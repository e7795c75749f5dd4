"""What a search gives back."""

from dataclasses import dataclass
from enum import Enum

from registration.timetable.model import Section, Subject
from registration.timetable.options import Option
from registration.timetable.scoring import Part


class Status(str, Enum):
    OPTIMAL = "optimal"  # proven: no timetable is better than those shown
    BEST_FOUND = "best_found"  # the time was up first; `gap` says how much better another could at most be
    IMPOSSIBLE = "impossible"  # proven: no timetable exists
    UNDECIDED = "undecided"  # the time was up before any was found
    NO_SUBJECTS = "no_subjects"


@dataclass(frozen=True)
class Choice:
    """A subject and the classes taken for it; `alternatives` differ from them in room and class id only."""

    subject: Subject
    option: Option

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.option.sections

    @property
    def alternatives(self) -> tuple[tuple[Section, ...], ...]:
        return self.option.alternatives


@dataclass(frozen=True)
class Timetable:
    """One conflict-free week. `points` is what it misses of the soft wishes, 0 is perfect; `parts` sum to
    it."""

    choices: tuple[Choice, ...]
    parts: tuple[Part, ...]
    points: float

    @property
    def class_ids(self) -> tuple[str, ...]:
        return tuple(section.class_id for choice in self.choices for section in choice.sections)


@dataclass(frozen=True)
class Result:
    """The best timetables, best first. `bound`: proven, none unseen has fewer points. `gap`: points by which
    the best shown could at most be beaten (0 when proven). `proven`: how many of those shown are proven to be
    the best ones. `nodes` and `seconds` are the effort."""

    timetables: tuple[Timetable, ...]
    status: Status
    bound: float = 0.0
    gap: float = 0.0
    proven: int = 0
    nodes: int = 0
    seconds: float = 0.0
