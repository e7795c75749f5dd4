"""What a catalogue holds: subjects, their sections, and when those meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

LAB = "TN"  # Loại_lớp of a laboratory class (thí nghiệm)


@dataclass(frozen=True)
class Term:
    """A term's weeks as a bitmask; `first_monday` is the Monday of week 1, where it is known."""

    weeks: int
    first_monday: date | None = None
    name: str = ""

    @property
    def length(self) -> int:
        return max(1, self.weeks.bit_count())


@dataclass(frozen=True, order=True)
class Meeting:
    """A weekly meeting. `day` 0 (Monday) to 6, `start` and `end` in minutes, `weeks` a bitmask."""

    day: int
    start: int
    end: int
    weeks: int
    room: str = ""

    @property
    def slot(self) -> tuple[int, int, int, int]:
        """When it is, whatever the room."""
        return self.day, self.start, self.end, self.weeks


@dataclass(frozen=True)
class Section:
    """A class that a student registers for (Mã_lớp).

    `linked` is the class id of the class that it accompanies (Mã_lớp_kèm), as a lab its lecture; "" for none.
    `seats` is how many students it takes, `registered` how many it has; None where the catalogue is silent.
    """

    class_id: str
    subject_code: str
    kind: str = ""
    teacher: str = ""
    meetings: tuple[Meeting, ...] = ()
    linked: str = ""
    seats: int | None = None
    registered: int | None = None

    @property
    def full(self) -> bool:
        return self.seats is not None and self.registered is not None and self.registered >= self.seats


@dataclass(frozen=True)
class Subject:
    """A subject (Mã_HP) with all its sections."""

    code: str
    name: str
    name_en: str = ""
    credits: float = 0
    sections: tuple[Section, ...] = ()


class ClassCatalogue(Protocol):
    """What this package needs to know of a catalogue; a university can put its own database behind it."""

    @property
    def term(self) -> Term: ...

    def subject(self, code: str) -> Subject | None:
        """The subject of this code, in capitals without spaces, with its sections."""

    def subjects(self) -> Iterable[Subject]:
        """All subjects; their sections may be left out."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A `ClassCatalogue` in memory, as the importers give it."""

    term: Term
    by_code: Mapping[str, Subject] = field(default_factory=dict)

    def subject(self, code: str) -> Subject | None:
        return self.by_code.get(code)

    def subjects(self) -> Iterable[Subject]:
        return self.by_code.values()

    @property
    def section_count(self) -> int:
        return sum(len(subject.sections) for subject in self.by_code.values())
