"""Who says what about what: the things named in a clause, each with the operators that speak of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from .marks import CONTENT, OPERATORS, Kind, Mark
from .signs import AVERSIONS, MANNERS, Group, Sign, sign


@dataclass
class Operators:
    marks: list[Mark]
    joined: bool = False  # behind "và": it speaks of what follows


Part = Group | Operators
PROPOSED = "proposed"  # the value of the filler "đi" behind a thing
# What stands after its thing in Vietnamese and English alike.
_PREDICATES = frozenset({Kind.BUSY, Kind.CAN, Kind.OFF, Kind.JUST})
# What a list behind "tránh" goes on with.
_LISTED = frozenset({Kind.PERIOD, Kind.DAYS, Kind.EARLY, Kind.LATE})


def groups(clause: list[Mark]) -> list[Group]:
    """The groups of a clause with their operators."""
    segments = list(_segments(clause))
    found: list[Group] = []
    for segment in segments:
        own = [part for part in segment if isinstance(part, Group)]
        if not own and found and segment:
            _lend_backwards(found[-1], segment)
            continue
        _assign(segment)
        _inherit(found, own)
        found.extend(own)
    _lend_forwards(segments)
    return found


def _segments(clause: list[Mark]) -> Iterator[list[Part]]:
    """Groups and operators between the commas that do not merely join a list."""
    segment: list[Part] = []
    comma = joined = closed = False
    for at, mark in enumerate(clause):
        if mark.kind is Kind.COMMA:
            comma = True
        elif mark.kind is Kind.FILLER:
            closed |= mark.value in ("end", PROPOSED) and not comma
        elif mark.kind in (Kind.AND, Kind.WHETHER):
            joined = True
        elif mark.kind in CONTENT:
            apart = comma and not joined and not _continues_list(segment, clause, at, closed)
            if apart or (joined and _is_new_wish(segment, mark)):
                yield segment
                segment = []
            _put(segment, mark)
            comma = joined = closed = False
        elif mark.kind in OPERATORS:
            if comma:
                yield segment
                segment = []
            if segment and isinstance(segment[-1], Operators):
                segment[-1].marks.append(mark)
            else:
                segment.append(Operators([mark], joined))
            comma = joined = False
    yield segment


def _is_new_wish(segment: list[Part], mark: Mark) -> bool:
    """'nghỉ cuối tuần và học liền': how classes follow each other is no more of what was listed."""
    last = segment[-1] if segment else None
    return mark.kind in MANNERS and isinstance(last, Group) and not last.kinds() & MANNERS


def _continues_list(segment: list[Part], clause: list[Mark], at: int, closed: bool) -> bool:
    last = segment[-1] if segment else None
    if not isinstance(last, Group) or last.items[-1].kind is not clause[at].kind:
        return False
    first = segment[0]
    if isinstance(first, Operators) and any(mark.kind is Kind.DENY for mark in first.marks):
        return False  # "không phải thứ ba, thứ tư mới đúng"
    if _is_proposed(first, clause, at):
        return False
    following = clause[at + 1 :]
    apart = closed or isinstance(first, Operators) or (bool(following) and following[0].value == "topic")
    return not (apart and _has_own_predicate(following))


def _is_proposed(first: Part, clause: list[Mark], at: int) -> bool:
    """'em không học sáng được, chiều đi': what a student proposes goes with no negation before it."""
    negated = isinstance(first, Operators) and any(mark.kind is Kind.NO for mark in first.marks)
    return negated and at + 1 < len(clause) and clause[at + 1].value == PROPOSED


def _has_own_predicate(following: list[Mark]) -> bool:
    """'em rảnh thứ 2, thứ 6 thì bận': before the next comma something is said of what stands here."""
    for mark in following:
        if mark.kind is Kind.COMMA or mark.kind in CONTENT:
            return False
        if mark.kind in (Kind.BUSY, Kind.OFF, Kind.NO, Kind.AVOID):
            return True
    return False


def _put(segment: list[Part], mark: Mark) -> None:
    last = segment[-1] if segment else None
    if isinstance(last, Group):
        last.items.append(mark)
    else:
        segment.append(Group([mark]))


def _assign(segment: list[Part]) -> None:
    """Gives each operator to the group before or after it."""
    after = _speaks_after(segment)
    for at, part in enumerate(segment):
        if not isinstance(part, Operators):
            continue
        previous = segment[at - 1] if at else None
        following = segment[at + 1] if at + 1 < len(segment) else None
        _give(part, previous, following, after)


def _speaks_after(segment: list[Part]) -> bool:
    """Whether things come first and what is said of them after: 'sáng em bận, chiều em rảnh'."""
    return bool(segment) and isinstance(segment[0], Group) and isinstance(segment[-1], Operators)


def _give(part: Operators, previous: Part | None, following: Part | None, after: bool) -> None:
    marks = part.marks
    if part.joined and isinstance(following, Group):
        following.before.extend(marks)
    elif isinstance(previous, Group) and (after or not isinstance(following, Group)):
        previous.after.extend(marks)
    elif isinstance(previous, Group) and isinstance(following, Group):
        tail = _predicate_length(marks)
        previous.after.extend(marks[:tail])
        following.before.extend(marks[tail:])
        following.bound = _bound_to_topic(previous, following, tail) or _goes_with(previous, marks, following)
        previous.changed_from = _gives_way(previous, marks, following)
    elif isinstance(following, Group):
        following.before.extend(marks)


def _gives_way(old: Group, marks: list[Mark], new: Group) -> bool:
    """'đổi thứ 3 thành thứ 5'; 'chuyển mạng máy tính sang buổi chiều' only moves a subject."""
    changes = old.says(Kind.CHANGE) and any(mark.kind is Kind.INTO for mark in marks)
    return changes and (Kind.SUBJECT not in old.kinds() or Kind.SUBJECT in new.kinds())


def _predicate_length(marks: list[Mark]) -> int:
    """How many of the operators between two groups belong to the first: up to its last predicate."""
    return max((at + 1 for at, mark in enumerate(marks) if mark.kind in _PREDICATES), default=0)


def _goes_with(day: Group, marks: list[Mark], group: Group) -> bool:
    """'chủ nhật em đi lễ buổi sáng': the hours of an engagement on that day."""
    busy = bool(marks) and marks[-1].kind is Kind.BUSY
    return busy and day.kinds() == {Kind.DAYS} and group.kinds() <= {Kind.PERIOD, Kind.TIME}


def _bound_to_topic(topic: Group, group: Group, tail: int) -> bool:
    """'thứ 7 em không học sáng': what is said of the period holds for that day only."""
    alone = topic.kinds() == {Kind.DAYS} and not topic.before and not topic.after and tail == 0
    if group.kinds() == {Kind.SUBJECT}:
        return alone and group.says(Kind.NO, Kind.AVOID)  # "thứ 7 em không học mạng máy tính"
    return (
        alone
        and group.kinds() <= {Kind.PERIOD, Kind.EARLY, Kind.LATE, Kind.TIME}
        and not group.says(Kind.EXCEPT)
    )


def _lend_backwards(group: Group, segment: list[Part]) -> None:
    """'thứ 7, không được ạ': a statement behind a comma about what stands before it."""
    if not group.says(*AVERSIONS, Kind.NO, Kind.WANT, Kind.CAN):
        for part in segment:
            if isinstance(part, Operators):
                group.after.extend(part.marks)


def _lend_forwards(segments: list[list[Part]]) -> None:
    """'em bận, thứ 7' leaves the first part alone; 'tránh, thứ 7' lends it."""
    if len(segments) < 2 or not segments[0] or not all(isinstance(part, Operators) for part in segments[0]):
        return
    marks = [mark for part in segments[0] if isinstance(part, Operators) for mark in part.marks]
    lent = [
        mark
        for mark in marks
        if mark.kind in (Kind.AVOID, Kind.EXCEPT, Kind.CORRECT, Kind.ONLY, Kind.REMOVE, Kind.ADD)
    ]
    first = next((part for part in segments[1] if isinstance(part, Group)), None)
    if first is not None and lent and not first.before and not first.after:
        first.before.extend(lent)


def _inherit(earlier: list[Group], own: list[Group]) -> None:
    """'tránh thứ 7, buổi tối': what is to be avoided goes on until something else is said."""
    if (
        not earlier
        or not own
        or own[0].before
        or own[0].after
        or own[0].bound
        or not own[0].kinds() <= _LISTED
    ):
        return
    if (
        any(mark.kind in (Kind.AVOID, Kind.EXCEPT) for mark in earlier[-1].before)
        and sign(earlier[-1]) is Sign.AVOIDED
    ):
        own[0].before.extend(earlier[-1].before)
