"""The best timetables of a problem, proven best, or honestly marked where the time was too short."""

import time
from collections.abc import Callable
from math import inf

from registration.timetable.branching import Record
from registration.timetable.hunt import hunt
from registration.timetable.parts import parts_of
from registration.timetable.problem import Problem
from registration.timetable.result import Choice, Result, Status, Timetable
from registration.timetable.table import Table, build_table

BUDGET = 0.2  # seconds


def search(
    problem: Problem,
    *,
    count: int = 3,
    budget: float = BUDGET,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """The `count` timetables with the fewest points, pairwise different in more than a room, best first.

    Takes at most about `budget` seconds; `clock` counts them.
    """
    start = clock()
    if not problem.subjects:
        return Result((), Status.NO_SUBJECTS)
    table = build_table(problem)
    record = Record(count, lambda: clock() - start > budget)
    frontier = hunt(table, record)
    return _result(problem, table, record, frontier, clock() - start)


def _result(problem: Problem, table: Table, record: Record, frontier: float, seconds: float) -> Result:
    found = record.best
    lowest = min(frontier, found[0][0]) if found else frontier
    return Result(
        timetables=tuple(_timetable(problem, table, *one) for one in found),
        status=_status(record, frontier),
        bound=0.0 if lowest == inf else lowest / table.point,
        gap=(found[0][0] - lowest) / table.point if found else 0.0,
        proven=sum(cost <= frontier for cost, _ in found),
        nodes=record.nodes,
        seconds=seconds,
    )


def _status(record: Record, frontier: float) -> Status:
    if frontier == inf:
        return Status.OPTIMAL if record.best else Status.IMPOSSIBLE
    return Status.BEST_FOUND if record.best else Status.UNDECIDED


def _timetable(problem: Problem, table: Table, cost: int, chosen: tuple[int, ...]) -> Timetable:
    options = [table.options[number] for number in chosen]  # numbers rise with the subjects
    choices = tuple(
        Choice(subject, option) for subject, option in zip(problem.subjects, options, strict=True)
    )
    return Timetable(choices, parts_of(problem, options), cost / table.point)
