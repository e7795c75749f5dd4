"""Puts a catalogue together from rows, and checks what only the whole file can tell."""

from dataclasses import dataclass, field, replace
from datetime import date

from registration.timetable.faults import BadCatalogue, Fault
from registration.timetable.model import Catalogue, Meeting, Section, Subject, Term


@dataclass(frozen=True)
class Reading:
    """What a file gave: a catalogue of its good rows, its faults, and remarks that stop nobody."""

    catalogue: Catalogue
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()

    def strict(self, file: str) -> Catalogue:
        """The catalogue, or BadCatalogue with every fault."""
        if self.faults:
            raise BadCatalogue(file, self.faults)
        return self.catalogue


@dataclass
class Builder:
    """Collects subjects and sections; `finish` links them."""

    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    sections: dict[str, tuple[str, Section]] = field(default_factory=dict)

    def add_subject(self, row: str, subject: Subject) -> None:
        if subject.code in self.subjects:
            self.faults.append(Fault(row, "code", f"subject {subject.code} is listed twice"))
        else:
            self.subjects[subject.code] = subject

    def add_section(self, row: str, section: Section) -> None:
        if section.class_id in self.sections:
            first, _ = self.sections[section.class_id]
            self.faults.append(Fault(row, "class_id", f"class {section.class_id} is already in {first}"))
        else:
            self.sections[section.class_id] = (row, section)

    def finish(self, *, name: str = "", weeks: int = 0, first_monday: date | None = None) -> Reading:
        """The catalogue; without `weeks`, the term is all weeks in which something meets."""
        for row, section in self.sections.values():
            self._check_link(row, section)
        term = Term(weeks or self._weeks_used(), first_monday, name)
        catalogue = Catalogue(term, self._grouped())
        if not self.sections and not self.faults:
            self.faults.append(Fault("", "", "holds no class"))
        return Reading(catalogue, tuple(self.faults), tuple(self.remarks))

    def _check_link(self, row: str, section: Section) -> None:
        if not section.linked:
            return
        target = self.sections.get(section.linked)
        if target is None:
            self.faults.append(Fault(row, "linked_class_id", f"no class {section.linked} in this file"))
        elif target[1].subject_code != section.subject_code:
            message = f"class {section.linked} belongs to {target[1].subject_code}"
            self.faults.append(Fault(row, "linked_class_id", message))
        elif target[1].linked:
            message = f"class {section.linked} accompanies another class itself"
            self.faults.append(Fault(row, "linked_class_id", message))

    def _weeks_used(self) -> int:
        used = 0
        for _, section in self.sections.values():
            for meeting in section.meetings:
                used |= meeting.weeks
        return used

    def _grouped(self) -> dict[str, Subject]:
        groups: dict[str, list[Section]] = {code: [] for code in self.subjects}
        for _, section in self.sections.values():
            groups.setdefault(section.subject_code, []).append(section)
        return {code: replace(self.subjects[code], sections=tuple(groups[code])) for code in self.subjects}


def tidy_meetings(meetings: list[Meeting]) -> tuple[Meeting, ...]:
    """In week order; meetings at one time in several rooms become one, its rooms joined."""
    rooms: dict[tuple[int, int, int, int], list[str]] = {}
    for meeting in meetings:
        held = rooms.setdefault(meeting.slot, [])
        if meeting.room and meeting.room not in held:
            held.append(meeting.room)
    return tuple(sorted(Meeting(*slot, ", ".join(names)) for slot, names in rooms.items()))
