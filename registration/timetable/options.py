"""The ways to take one subject: a class with the classes that go with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from registration.timetable.model import LAB, Meeting, Section, Subject

Slot = tuple[int, int, int, int]  # day, start, end, weeks
Slots = tuple[Slot, ...]


@dataclass(frozen=True)
class Option:
    """Classes taken together for one subject; `alternatives` differ from it in nothing but rooms and ids."""

    sections: tuple[Section, ...]
    alternatives: tuple[tuple[Section, ...], ...] = ()

    @property
    def class_ids(self) -> tuple[str, ...]:
        return tuple(section.class_id for section in self.sections)

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        return tuple(meeting for section in self.sections for meeting in section.meetings)

    @property
    def slots(self) -> Slots:
        return tuple(sorted({meeting.slot for meeting in self.meetings}))

    @property
    def teachers(self) -> tuple[str, ...]:
        return tuple(sorted({section.teacher for section in self.sections if section.teacher}))


def options_of(subject: Subject) -> list[Option]:
    """Every way to take the subject in classes with seats left.

    A class comes with one class of each kind linked to it. A lab (TN) that is linked to nothing serves every
    class of its subject that has no lab of its own.
    """
    sections = [section for section in subject.sections if not section.full]
    roots = [section for section in sections if not section.linked]
    labs = [section for section in roots if section.kind == LAB]
    lectures = [section for section in roots if section.kind != LAB]
    if not lectures:
        lectures, labs = labs, []
    linked = _linked(subject.sections)
    return [option for root in lectures for option in _bundles(root, linked.get(root.class_id, {}), labs)]


def _linked(sections: Iterable[Section]) -> dict[str, dict[str, list[Section]]]:
    """Class id -> kind -> the classes linked to it. A kind whose classes are all full stays, empty."""
    groups: dict[str, dict[str, list[Section]]] = {}
    for section in sections:
        if section.linked:
            kinds = groups.setdefault(section.linked, {}).setdefault(section.kind, [])
            kinds.extend([] if section.full else [section])
    return groups


def _bundles(root: Section, kinds: dict[str, list[Section]], labs: list[Section]) -> list[Option]:
    choices = list(kinds.values())
    if labs and LAB not in kinds:
        choices.append(labs)
    bundles = ((root, *rest) for rest in product(*choices))
    return [Option(bundle) for bundle in bundles if not _collides(bundle)]


def _collides(bundle: tuple[Section, ...]) -> bool:
    return any(
        overlap(one, other)
        for index, section in enumerate(bundle)
        for later in bundle[index + 1 :]
        for one in section.meetings
        for other in later.meetings
    )


def overlap(one: Meeting, other: Meeting) -> bool:
    """Whether two meetings share a week, a day and a time."""
    return (
        one.day == other.day
        and one.start < other.end
        and other.start < one.end
        and bool(one.weeks & other.weeks)
    )


def merge_alike(options: list[Option]) -> list[Option]:
    """One option for all that have the same times and teachers, in the catalogue's order."""
    groups: dict[tuple[Slots, tuple[str, ...]], list[Option]] = {}
    for option in options:
        groups.setdefault((option.slots, option.teachers), []).append(option)
    return [
        Option(first.sections, tuple(other.sections for other in others))
        for first, *others in groups.values()
    ]
