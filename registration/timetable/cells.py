"""Points in time that at most one chosen option can hold: the capacity that options compete for."""

from collections.abc import Iterable, Sequence

from registration.timetable.options import Slot, Slots
from registration.timetable.weeks import list_weeks


def week_groups(slots: Iterable[Slot]) -> list[int]:
    """The weeks, as masks, put together where the same meetings take place."""
    patterns = sorted({weeks for _, _, _, weeks in slots})
    used = 0
    for pattern in patterns:
        used |= pattern
    groups: dict[tuple[int, ...], int] = {}
    for week in list_weeks(used):
        member = tuple(pattern >> week & 1 for pattern in patterns)
        groups[member] = groups.get(member, 0) | 1 << week
    return list(groups.values())


def cells_of(times: Sequence[Slots]) -> list[tuple[int, ...]]:
    """For each option the cells it takes.

    A cell is a set of slots that all hold one moment of one week, and none larger holds them all. Two options
    collide exactly when they share a cell.
    """
    slots = {slot for option in times for slot in option}
    groups = week_groups(slots)
    taken: dict[Slot, list[int]] = {slot: [] for slot in slots}
    count = 0
    for day in range(7):
        held = sorted(slot for slot in slots if slot[0] == day)
        for members in _largest(_moments(held, groups)):
            for index in _bits(members):
                taken[held[index]].append(count)
            count += 1
    return [tuple(sorted({cell for slot in option for cell in taken[slot]})) for option in times]


def _bits(mask: int) -> Iterable[int]:
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def _moments(slots: list[Slot], groups: list[int]) -> set[int]:
    """The slots of a day, as masks, that hold the start of some slot in some group of weeks."""
    weekly = {sum(1 << i for i, slot in enumerate(slots) if slot[3] & group) for group in groups}
    found: set[int] = set()
    for start in {slot[1] for slot in slots}:
        held = sum(1 << i for i, slot in enumerate(slots) if slot[1] <= start < slot[2])
        found.update(held & together for together in weekly)
    return found


def _largest(masks: set[int]) -> list[int]:
    """Those that are part of no other."""
    kept: list[int] = []
    for mask in sorted(masks, key=lambda mask: (-mask.bit_count(), mask)):
        if mask and all(mask & ~other for other in kept):
            kept.append(mask)
    return kept
