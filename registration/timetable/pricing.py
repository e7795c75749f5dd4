"""Prices on time, for a stronger bound (Lagrangian relaxation).

When many wished classes crowd into few hours, "the cheapest option of each subject" is a poor bound, as those
options collide. Here each cell of time gets a price: an option pays for the cells it takes, and the sum of
all prices is given back once. As a timetable takes every cell at most once, it never pays more than is given
back, so the cheapest options under these prices still bound every timetable from below, for whatever prices.
A few steps of subgradient ascent raise the price of crowded cells until the bound is good.
"""

from dataclasses import dataclass
from math import inf

from registration.timetable.cells import cells_of
from registration.timetable.table import Table

STEPS = 40
PATIENCE = 5  # steps without a better bound before the step size is halved
REACH = 40  # points above the bound that a step aims at while no timetable is known

Cells = tuple[int, ...]
Pattern = tuple[int, Cells]  # cost, cells; a subject's are in order of cost


@dataclass(frozen=True)
class Prices:
    """Whole units for each cell, and the bound they give to a set of days."""

    cells: tuple[int, ...]
    bound: int


class Market:
    """The cells of a table and the options that compete for them."""

    def __init__(self, table: Table) -> None:
        self.cells = cells_of(table.slots)
        self.count = 1 + max((cell for taken in self.cells for cell in taken), default=-1)
        self._table = table
        self._patterns = [self._cheapest_of_each(subject) for subject in table.subjects]
        self._least = [
            [(days, min(cost for cost, _ in some)) for days, some in subject.items()]
            for subject in self._patterns
        ]

    def _cheapest_of_each(self, subject: range) -> dict[int, list[Pattern]]:
        """By days: a subject's options, the cheapest of those at the same time alone."""
        best: dict[tuple[int, Cells], int] = {}
        for number in subject:
            key = (self._table.days[number], self.cells[number])
            best[key] = min(best.get(key, self._table.costs[number]), self._table.costs[number])
        patterns: dict[int, list[Pattern]] = {}
        for (days, cells), cost in best.items():
            patterns.setdefault(days, []).append((cost, cells))
        return patterns

    def first_bound(self, days: int) -> int | None:
        """What timetables within these days cost at least; None: a subject has no option within them."""
        total = self._table.per_day * days.bit_count()
        for least in self._least:
            within = [cost for used, cost in least if not used & ~days]
            if not within:
                return None
            total += min(within)
        return total

    def free(self) -> Prices:
        """No price on anything."""
        return Prices((0,) * self.count, 0)

    def price(self, days: int, target: float) -> Prices:
        """Good prices for timetables within these days; stops once the bound reaches `target`."""
        patterns = [
            sorted(pattern for used, some in subject.items() if not used & ~days for pattern in some)
            for subject in self._patterns
        ]
        floor = self._table.per_day * days.bit_count()
        prices = _Ascent(patterns, self.count).run(target - floor, self._table.point)
        return Prices(prices, floor + _bound(patterns, prices))


def _bound(patterns: list[list[Pattern]], prices: tuple[int, ...]) -> int:
    least = sum(min(cost + sum(prices[c] for c in cells) for cost, cells in one) for one in patterns)
    return least - sum(prices)


class _Ascent:
    """Subgradient ascent with Polyak's step; `prices` are of the step at hand, `best` the best so far."""

    def __init__(self, patterns: list[list[Pattern]], count: int) -> None:
        self._patterns = patterns
        self._prices = [0.0] * count
        self._priced: set[int] = set()
        self._best = -inf
        self._best_prices = list(self._prices)

    def run(self, target: float, point: int) -> tuple[int, ...]:
        scale, waited = 1.0, 0
        for _ in range(STEPS):
            bound, excess = self._evaluate()
            waited = 0 if bound > self._best + point / 20 else waited + 1
            if bound > self._best:
                self._best, self._best_prices = bound, list(self._prices)
            if bound >= target or not excess or scale < 0.1:
                break
            if waited >= PATIENCE:
                scale, waited = scale / 2, 0
            aim = min(target, self._best + REACH * point)
            self._step(excess, scale * (aim - bound) / sum(more * more for more in excess.values()))
        return tuple(map(int, self._best_prices))

    def _step(self, excess: dict[int, int], length: float) -> None:
        for cell, more in excess.items():
            price = self._prices[cell] = max(0.0, self._prices[cell] + length * more)
            if price:
                self._priced.add(cell)
            else:
                self._priced.discard(cell)

    def _evaluate(self) -> tuple[float, dict[int, int]]:
        """The bound, and how many too many want a cell (-1: it has a price and nobody wants it)."""
        price_of = self._prices.__getitem__
        bound: float = -sum(map(price_of, self._priced))
        excess = dict.fromkeys(self._priced, -1)
        for patterns in self._patterns:
            least: float = inf
            chosen: Cells = ()
            for cost, cells in patterns:
                if cost >= least:
                    break  # prices only add to it, and the patterns are in order of cost
                price = cost + sum(map(price_of, cells))
                if price < least:
                    least, chosen = price, cells
            bound += least
            for cell in chosen:
                excess[cell] = excess.get(cell, -1) + 1
        return bound, {cell: more for cell, more in excess.items() if more}
