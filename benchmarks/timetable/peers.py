"""The other ways: trying everything, trying the first thousand, and a solver."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from registration.timetable.cells import cells_of
from registration.timetable.table import Table

CAP = 1000


def combinations(table: Table) -> int:
    product = 1
    for subject in table.subjects:
        product *= len(subject)
    return product


def conflict_free(table: Table) -> Iterator[tuple[int, ...]]:
    """Every conflict-free combination, in the catalogue's order."""
    cells = [frozenset(taken) for taken in cells_of(table.slots)]

    def extend(place: int, chosen: tuple[int, ...], taken: frozenset[int]) -> Iterator[tuple[int, ...]]:
        if place == len(table.subjects):
            yield chosen
            return
        for number in table.subjects[place]:
            if not taken & cells[number]:
                yield from extend(place + 1, (*chosen, number), taken | cells[number])

    return extend(0, (), frozenset())


def brute_force(table: Table, count: int = 3) -> list[int]:
    """The costs of the best, by trying everything."""
    return sorted(map(table.total, conflict_free(table)))[:count]


def capped(table: Table) -> int | None:
    """The best cost among the first thousand conflict-free combinations; None if there is none."""
    return min(map(table.total, islice(conflict_free(table), CAP)), default=None)


def solver(table: Table, count: int = 3) -> list[int]:
    """The costs of the best, by CP-SAT: solved, the solution forbidden, solved again."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    options = [model.new_bool_var("") for _ in table.options]
    for subject in table.subjects:
        model.add_exactly_one(options[number] for number in subject)
    by_cell: dict[int, list[Any]] = {}
    for number, taken in enumerate(cells_of(table.slots)):
        for cell in taken:
            by_cell.setdefault(cell, []).append(options[number])
    for rivals in by_cell.values():
        model.add_at_most_one(rivals)
    cost = sum(option * price for option, price in zip(options, table.costs, strict=True))
    model.minimize(cost + _day_cost(model, table, options) + _idle_cost(model, table, options))
    return _solve(model, table, options, count)


def _solve(model: Any, table: Table, options: list[Any], count: int) -> list[int]:
    from ortools.sat.python import cp_model

    engine = cp_model.CpSolver()
    engine.parameters.num_workers = 1
    found: list[int] = []
    while len(found) < count and engine.solve(model) == cp_model.OPTIMAL:
        chosen = tuple(number for number, option in enumerate(options) if engine.value(option))
        found.append(table.total(chosen))
        model.add(sum(options[number] for number in chosen) <= len(chosen) - 1)
    return found


def _day_cost(model: Any, table: Table, options: list[Any]) -> Any:
    if not table.per_day:
        return 0
    used = [model.new_bool_var("") for _ in range(7)]
    for number, days in enumerate(table.days):
        for day in range(7):
            if days >> day & 1:
                model.add_implication(options[number], used[day])
    return sum(used) * table.per_day


def _idle_cost(model: Any, table: Table, options: list[Any]) -> Any:
    """A step is idle if it lies after an occupied one and before another of its period, and is free
    itself."""
    if table.idle is None:
        return 0
    takers: dict[tuple[int, int], list[Any]] = {}
    for number, pairs in enumerate(table.idle.occupied):
        for day, steps in pairs:
            while steps:
                takers.setdefault((day, (steps & -steps).bit_length() - 1), []).append(options[number])
                steps &= steps - 1
    terms: list[Any] = []
    for run in _runs(table, takers):
        terms += _idle_terms(model, table, takers, run)
    return sum(terms)


def _runs(table: Table, takers: dict[tuple[int, int], list[Any]]) -> list[list[tuple[int, int]]]:
    """The steps that anything can take, day by day, week group by week group, period by period, in order."""
    assert table.idle is not None
    runs: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    for day, step in sorted(takers):
        runs.setdefault((day, *table.idle.place(step)), []).append((day, step))
    return [[(day, step) for step in range(run[0][1], run[-1][1] + 1)] for (day, *_), run in runs.items()]


def _idle_terms(
    model: Any, table: Table, takers: dict[tuple[int, int], list[Any]], run: list[tuple[int, int]]
) -> list[Any]:
    assert table.idle is not None
    begun = [model.new_bool_var("") for _ in run]
    to_come = [model.new_bool_var("") for _ in run]
    terms = []
    for place, key in enumerate(run):
        for option in takers.get(key, []):
            model.add_implication(option, begun[place])
            model.add_implication(option, to_come[place])
        if place:
            model.add_implication(begun[place - 1], begun[place])
            model.add_implication(to_come[place], to_come[place - 1])
        idle = model.new_bool_var("")
        model.add(idle + sum(takers.get(key, [])) >= begun[place] + to_come[place] - 1)
        terms.append(idle * table.idle.step_price(key[1]))
    return terms
