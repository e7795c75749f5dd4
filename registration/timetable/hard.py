"""The hard wishes: which options keep them.

`specific_times`: every meeting lies within the times. `specific_class_ids`: of the wished classes of a
subject, one of each kind is taken; so two lectures are alternatives, a lecture and its lab are both taken.
"""

from collections.abc import Iterable

from registration.timetable.model import Subject
from registration.timetable.options import Option
from registration.timetable.wishes import Wishes


def keeps_times(option: Option, wishes: Wishes) -> bool:
    earliest = 0 if wishes.earliest is None else wishes.earliest
    latest = 24 * 60 if wishes.latest is None else wishes.latest
    return all(meeting.start >= earliest and meeting.end <= latest for meeting in option.meetings)


def wished_by_kind(subject: Subject, class_ids: Iterable[str]) -> list[frozenset[str]]:
    """The wished class ids of this subject, one set for each kind of class."""
    wished = frozenset(class_ids)
    kinds: dict[str, set[str]] = {}
    for section in subject.sections:
        if section.class_id in wished:
            kinds.setdefault(section.kind, set()).add(section.class_id)
    return [frozenset(ids) for ids in kinds.values()]


def allowed_options(subject: Subject, options: list[Option], wishes: Wishes) -> list[Option]:
    """The options that keep every hard wish."""
    groups = wished_by_kind(subject, wishes.class_ids)
    return [
        option
        for option in options
        if keeps_times(option, wishes) and all(group.intersection(option.class_ids) for group in groups)
    ]
