"""Wishes tied to one day, which the table cannot hold: the day is kept, the rest dropped."""

from .marks import Kind, Mark
from .signs import Group, Sign, sign

# What a refusal of a subject may be meant for: "không học mạng máy tính thứ 2", "… với thầy Nam".
_TIED = frozenset({Kind.PERIOD, Kind.DAYS, Kind.TIME, Kind.EARLY, Kind.LATE, Kind.TEACHER})


def bind_to_days(found: list[Group], separators: set[int]) -> bool:
    """Drops the periods and times that hold for one day only ('tối thứ 5'); whether there were any."""
    bound = [group for group in found if group.bound]
    for group in bound:
        group.items = [mark for mark in group.items if mark.kind is Kind.DAYS]
    pairs = [(group, pair) for group in found for pair in _pairs(group, separators)]
    several = len(pairs) > 1
    dropped = bool(bound)
    for group, (_, other) in pairs:
        if several or _day_count(group) == 1 or sign(group) is Sign.AVOIDED:
            group.items = [mark for mark in group.items if mark is not other]
            dropped = True
    return dropped


def free_subjects(found: list[Group], separators: set[int]) -> None:
    """'không học mạng máy tính buổi sáng' refuses the morning, not the subject that it is tied to."""
    for group in list(found):
        if sign(group) is not Sign.AVOIDED or group.says(Kind.REMOVE):
            continue
        freed = [
            subject
            for first, second in zip(group.items, group.items[1:], strict=False)
            for subject, other in ((first, second), (second, first))
            if subject.kind is Kind.SUBJECT and other.kind in _TIED
            if other.kind is Kind.TEACHER or not separators & set(range(first.end, second.start))
        ]
        if freed:
            group.items = [mark for mark in group.items if mark not in freed]
            found.append(Group(freed))


def _day_count(group: Group) -> int:
    return sum(len(mark.value) for mark in group.items if mark.kind is Kind.DAYS)


def _pairs(group: Group, separators: set[int]) -> list[tuple[Mark, Mark]]:
    """A day beside a period or time, with no comma or 'và' between them."""
    pairs = []
    for first, second in zip(group.items, group.items[1:], strict=False):
        if separators & set(range(first.end, second.start)):
            continue
        day, other = (first, second) if first.kind is Kind.DAYS else (second, first)
        if day.kind is Kind.DAYS and other.kind in (Kind.PERIOD, Kind.TIME):
            pairs.append((day, other))
    return pairs
