"""One student by every way, and the figures over many.

Times are processor time, the solver's included (it runs on one thread as ours does): what another program
does on the same machine meanwhile must not look like a slow search. The search's budget is counted in the
same way.
"""

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from benchmarks.timetable import peers
from benchmarks.timetable.students import generated, student
from registration.timetable import ClassCatalogue, Problem, Result, Status, make_problem, search
from registration.timetable.table import Table, build_table

BRUTE_FORCE_MOST = 50_000  # combinations
PATIENCE = 60.0  # seconds for ours where equality is checked and the budget was too short
T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """What one student gave. Times in milliseconds; `equal` is None where nothing was compared."""

    courses: int
    options: int
    status: str
    ours: float
    capped: float
    gap: float
    missed: bool | None
    brute: float | None = None
    solver: float | None = None
    equal: bool | None = None


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    value = work()
    return value, (time.process_time() - start) * 1000


def run_case(problem: Problem, with_solver: bool) -> Case:
    result, ours = timed(lambda: search(problem, clock=time.process_time))
    table = build_table(problem)
    capped, capped_time = timed(lambda: peers.capped(build_table(problem)))
    proven = result if result.status is not Status.BEST_FOUND else search(problem, budget=PATIENCE)
    best = round(proven.timetables[0].points * table.point) if proven.timetables else None
    case: dict[str, Any] = {
        "courses": len(problem.subjects),
        "options": len(table.options),
        "status": result.status.value,
        "ours": ours,
        "capped": capped_time,
        "gap": result.gap,
        "missed": None if best is None else capped is None or capped > best,
    }
    return Case(**case, **_compared(problem, table, proven, with_solver))


def _compared(problem: Problem, table: Table, proven: Result, with_solver: bool) -> dict[str, Any]:
    ours = [round(timetable.points * table.point) for timetable in proven.timetables]
    figures: dict[str, Any] = {}
    if peers.combinations(table) <= BRUTE_FORCE_MOST:
        costs, figures["brute"] = timed(lambda: peers.brute_force(build_table(problem)))
        figures["equal"] = costs == ours
    if with_solver:
        costs, figures["solver"] = timed(lambda: peers.solver(build_table(problem)))
        figures["equal"] = costs == ours and figures.get("equal", True)
    return figures


def run_students(
    catalogue: ClassCatalogue, count: int, solver_share: int, progress: Callable[[int], None]
) -> list[Case]:
    """`count` students of 5 to 8 courses in turn. The solver runs wherever brute force does not end, and for
    every `solver_share`-th of the others."""
    source = random.Random(2026)
    cases = []
    for number in range(count):
        problem = make_problem(catalogue, student(source, catalogue, 5 + number % 4))
        large = peers.combinations(build_table(problem)) > BRUTE_FORCE_MOST
        use_solver = bool(solver_share) and (large or number % solver_share == 0)
        cases.append(run_case(problem, use_solver))
        progress(number + 1)
    return cases


def run_growth(repeats: int) -> list[dict[str, Any]]:
    """How the time grows: every course with the same number of sections."""
    rows = []
    for sections in (5, 10, 20, 40, 68):
        catalogue = generated(40, seed=sections, sections=sections)
        for courses in (2, 4, 5, 6, 7, 8, 10):
            rows.append(_growth_row(catalogue, sections, courses, repeats))
    return rows


def _growth_row(catalogue: ClassCatalogue, sections: int, courses: int, repeats: int) -> dict[str, Any]:
    source = random.Random(courses)
    times, gaps, proven = [], [], 0
    for _ in range(repeats):
        problem = make_problem(catalogue, student(source, catalogue, courses))
        result, spent = timed(lambda problem=problem: search(problem, clock=time.process_time))  # type: ignore[misc]
        times.append(spent)
        gaps.append(result.gap)
        proven += result.status in (Status.OPTIMAL, Status.IMPOSSIBLE)
    return {
        "sections": sections,
        "courses": courses,
        "p50": quantile(times, 0.5),
        "worst": max(times),
        "largest_gap": max(gaps),
        "proven": proven / repeats,
    }


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def as_rows(cases: list[Case]) -> list[dict[str, Any]]:
    return [asdict(case) for case in cases]
