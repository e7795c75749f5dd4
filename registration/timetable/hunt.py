"""The whole search: sets of days in the order of their bounds, each searched under a growing limit.

A glance without any of this comes first: it is enough for the easy cases.
A price on days makes the set of days the first decision: within one set, the days cost the same. Without it
there is one set. The set with the lowest bound is taken up first: its bound is improved by prices on time,
then it is searched for what is little above its bound, where the best mostly is; then it goes back with its
new bound. It ends when no bound is below the worst timetable kept, and the lowest bound is proven at any
moment.
"""

import heapq
from dataclasses import dataclass, field
from math import inf

from registration.timetable.bitmodel import build_model
from registration.timetable.branching import Branching, Record
from registration.timetable.pricing import Market, Prices
from registration.timetable.table import Table

ALL_DAYS = 0b1111111
GLANCE = 48  # nodes
WIDENING = (4, 12, 36)  # points above the bound that one search looks at; after these, no limit


@dataclass(order=True)
class _Set:
    """A set of days. Everything cheaper than `bound` within it has been seen or ruled out."""

    bound: float
    days: int
    searches: int = 0
    prices: Prices | None = field(default=None, compare=False)


def hunt(table: Table, record: Record) -> float:
    """Fills the record with the best; returns the least that anything unseen can cost (infinite: all
    seen)."""
    if not all(table.subjects):
        return inf
    market = Market(table)
    if _glance(table, market, record):
        return inf
    heap = _sets(table, market)
    while heap and heap[0].bound < record.worst and not record.stopped:
        current = heapq.heappop(heap)
        if current.prices is None:
            current.prices = market.price(current.days, record.worst)
            current.bound = max(current.bound, current.prices.bound)
            record.stopped = record.out_of_time()
        else:
            _search(table, market, record, current)
        if current.bound < record.worst:
            heapq.heappush(heap, current)
    return heap[0].bound if heap and heap[0].bound < record.worst else inf


def _glance(table: Table, market: Market, record: Record) -> bool:
    """A short search without sets and prices. It ends the easy cases, those without any timetable among them,
    and gives the others something to beat. True if it saw everything."""
    model = build_model(table, market, days=ALL_DAYS, prices=market.free())
    branching = Branching(table, model, record, most_nodes=GLANCE)
    branching.run()
    return not branching.halted


def _search(table: Table, market: Market, record: Record, current: _Set) -> None:
    assert current.prices is not None
    limit = inf
    if current.searches < len(WIDENING):
        limit = current.bound + WIDENING[current.searches] * table.point
    limit = min(limit, record.worst)
    floor = table.per_day * current.days.bit_count()
    model = build_model(table, market, current.days, current.prices, floor, limit)
    branching = Branching(table, model, record, limit)
    branching.run()
    current.bound = max(current.bound, min(limit, branching.frontier))
    current.searches += 1


def _sets(table: Table, market: Market) -> list[_Set]:
    used = 0
    for days in table.days:
        used |= days
    if not table.per_day:
        return [_Set(0, used)]
    bounds = {days: market.first_bound(days) for days in range(used + 1) if not days & ~used}
    return sorted(_Set(bound, days) for days, bound in bounds.items() if bound is not None)
