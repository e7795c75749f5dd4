"""Whether a thing is wanted or avoided: the sign that the words said of it give."""

from dataclasses import dataclass, field
from enum import Enum

from .marks import Kind, Mark


class Sign(Enum):
    WANTED = 1
    AVOIDED = -1
    TOLERATED = 0  # a dislike that was denied: "không ngại"
    DENIED = 2  # "không phải sáng mà là chiều": sáng was not meant


@dataclass
class Group:
    """Things named together, and what is said of them."""

    items: list[Mark]
    before: list[Mark] = field(default_factory=list)
    after: list[Mark] = field(default_factory=list)
    bound: bool = False  # to a day that stands apart: "thứ 7 em không học sáng"
    changed_from: bool = False  # "đổi thứ 3 thành thứ 5": thứ 3 is what goes

    def kinds(self) -> set[Kind]:
        return {mark.kind for mark in self.items}

    def says(self, *kinds: Kind) -> bool:
        return any(mark.kind in kinds for mark in self.before + self.after)


AVERSIONS = frozenset({Kind.AVOID, Kind.BUSY, Kind.OFF, Kind.EXCEPT, Kind.REMOVE})
MANNERS = frozenset({Kind.CONTINUOUS, Kind.FREE_DAYS, Kind.SCATTERED})
_UNBUSIED = MANNERS | {Kind.TEACHER, Kind.CLASS, Kind.SUBJECT}  # an engagement says nothing of these


def sign_of(operators: list[Mark]) -> Sign:
    """'không học' avoids, 'không ngại' tolerates, 'không phải là không thích' tolerates too."""
    negations, signs = 0, []
    for mark in operators:
        if mark.kind in (Kind.NO, Kind.DENY):
            negations += 1
        elif mark.kind in AVERSIONS:
            signs.append(Sign.TOLERATED if negations % 2 else Sign.AVOIDED)
            negations = 0
        elif mark.kind is Kind.CAN and negations:
            signs.append(Sign.AVOIDED if negations % 2 else Sign.TOLERATED)
            negations = 0
    if negations:
        signs.append(Sign.AVOIDED if negations % 2 else Sign.TOLERATED)
    if Sign.AVOIDED in signs:
        return Sign.AVOIDED
    return Sign.TOLERATED if signs else Sign.WANTED


def sign(group: Group) -> Sign:
    """What is said before a group and after it are two statements; the darker one holds."""
    signs = {sign_of(_about(group, group.before)), sign_of(_about(group, group.after))}
    if Sign.AVOIDED in signs:
        return Sign.AVOIDED
    return Sign.TOLERATED if Sign.TOLERATED in signs else Sign.WANTED


def _about(group: Group, operators: list[Mark]) -> list[Mark]:
    """'rảnh vài ngày đi làm': what the student does says nothing of how the days should lie."""
    if not group.kinds() <= _UNBUSIED:
        return operators
    return [mark for mark in operators if mark.kind is not Kind.BUSY]
