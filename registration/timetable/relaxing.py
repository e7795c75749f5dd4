"""Where no timetable exists: the least that must be given up so that one does."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from registration.timetable.feasibility import Feasibility
from registration.timetable.problem import Problem
from registration.timetable.wishes import Wish, Wishes

BUDGET = 0.2  # seconds
MOST_WAYS = 5


@dataclass(frozen=True)
class Relaxation:
    """`ways`: each a smallest set of hard wishes and subjects (key `subjects`) to give up, those that keep
    the most subjects first; no smaller set helps. `complete`: all there are, as neither time nor room ran
    out."""

    ways: tuple[tuple[Wish, ...], ...]
    complete: bool


def relax(
    problem: Problem,
    *,
    budget: float = BUDGET,
    most: int = MOST_WAYS,
    clock: Callable[[], float] = time.perf_counter,
) -> Relaxation:
    """The smallest sets of hard wishes or subjects whose giving up makes a timetable exist.

    A problem that has a timetable needs nothing: one empty way. Soft wishes never stand in the way.
    """
    start = clock()
    feasibility = Feasibility(problem)
    items = _items(problem)
    ways: list[tuple[Wish, ...]] = []
    for size in range(len(items) + 1):
        for given_up in _candidates(items, size):
            if clock() - start > budget or len(ways) == most:
                return Relaxation(tuple(ways), False)
            if feasibility.exists(_wishes_without(problem.wishes, given_up), _subjects_in(given_up)):
                ways.append(given_up)
        if ways:
            break
    return Relaxation(tuple(ways), True)


def _items(problem: Problem) -> list[Wish]:
    """All that can be given up, subjects last: losing a wish hurts less than losing a subject."""
    known = {section.class_id for subject in problem.subjects for section in subject.sections}
    items = [Wish("specific_class_ids", one) for one in problem.wishes.class_ids if one in known]
    if problem.wishes.earliest is not None:
        items.append(Wish("specific_times", "start"))
    if problem.wishes.latest is not None:
        items.append(Wish("specific_times", "end"))
    return items + [Wish("subjects", subject.code) for subject in problem.subjects]


def _candidates(items: list[Wish], size: int) -> Iterator[tuple[Wish, ...]]:
    """Sets of this size, those with the fewest subjects first."""
    sets = combinations(items, size)
    return iter(sorted(sets, key=lambda some: sum(one.key == "subjects" for one in some)))


def _subjects_in(given_up: tuple[Wish, ...]) -> frozenset[str]:
    return frozenset(wish.value for wish in given_up if wish.key == "subjects")


def _wishes_without(wishes: Wishes, given_up: tuple[Wish, ...]) -> Wishes:
    """The hard wishes that stay."""
    gone = set(given_up)
    return Wishes(
        class_ids=tuple(one for one in wishes.class_ids if Wish("specific_class_ids", one) not in gone),
        earliest=None if Wish("specific_times", "start") in gone else wishes.earliest,
        latest=None if Wish("specific_times", "end") in gone else wishes.latest,
    )
