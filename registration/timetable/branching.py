"""Depth-first branch and bound over a `BitModel`.

A branch is bounded by what is spent, plus the cheapest option left to each open subject, plus the idle time
that nothing left can fill. What the bound leaves to spare also rules out, at every node, the options too
dear.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from registration.timetable.bitmodel import BitModel
from registration.timetable.table import Table

CHECK_EVERY = 16  # nodes between two looks at the clock
Found = tuple[int, tuple[int, ...]]
Days = tuple[int, ...]  # the occupied steps of each day


@dataclass
class Record:
    """The best combinations so far: (cost in units, option numbers), at most `count`; and the effort."""

    count: int
    out_of_time: Callable[[], bool]
    best: list[Found] = field(default_factory=list)
    nodes: int = 0
    stopped: bool = False

    @property
    def worst(self) -> float:
        """What a combination must be cheaper than to be worth anything."""
        return self.best[-1][0] if len(self.best) == self.count else inf

    def add(self, found: Found) -> None:
        if found not in self.best:  # it may have been found before, under a lower limit or within fewer days
            self.best = sorted([*self.best, found])[: self.count]

    def time_is_up(self) -> bool:
        self.nodes += 1
        if not self.stopped and self.nodes % CHECK_EVERY == 0:
            self.stopped = self.out_of_time()
        return self.stopped


class Branching:
    """One search for all combinations of the model cheaper than `limit`, and than the worst of the record.

    It halts when the time is up or after `most_nodes`; `frontier` is then the least that a combination can
    cost that was not looked at, else infinite.
    """

    def __init__(
        self, table: Table, model: BitModel, record: Record, limit: float = inf, most_nodes: float = inf
    ) -> None:
        self._table = table
        self._idle = table.idle
        self._model = model
        self._record = record
        self._limit = min(limit, record.worst)
        self._users = self._users_of_days()
        self._fill_known: dict[tuple[int, int], int] = {}
        self._plain = [self._by_own_cost(mask) for mask in model.subjects]
        self._last_node = record.nodes + most_nodes
        self.halted = False
        self.frontier = inf

    def _by_own_cost(self, mask: int) -> list[tuple[int, int]]:
        """(bit, cost without prices) of a subject's options, cheapest first."""
        bits = [(1 << i, cost) for i, cost in enumerate(self._model.own_costs) if mask >> i & 1]
        return sorted(bits, key=lambda one: one[1])

    def run(self) -> None:
        everyone = tuple(range(len(self._model.subjects)))
        allowed = (1 << len(self._model.numbers)) - 1
        self._visit(everyone, allowed, self._model.floor, (), (0,) * 7, 0)

    def _cheapest(self, subjects: tuple[int, ...], allowed: int) -> list[int] | None:
        """The least that each of these subjects costs with prices; None if one of them has no option left."""
        costs = []
        for subject in subjects:
            left = allowed & self._model.subjects[subject]
            if not left:
                return None
            costs.append(self._model.costs[(left & -left).bit_length() - 1])
        return costs

    def _given_back(self, allowed: int) -> int:
        """The prices of the cells that can still be taken; any other cell gives nothing back."""
        return sum(price for users, price in self._model.crowded if users & allowed)

    def _plain_rest(self, subjects: tuple[int, ...], allowed: int) -> int:
        """What the open subjects cost at least without prices: near the leaves often the better bound."""
        total = 0
        for subject in subjects:
            total += next(cost for bit, cost in self._plain[subject] if bit & allowed)
        return total

    def _visit(
        self,
        subjects: tuple[int, ...],
        allowed: int,
        spent: int,
        chosen: tuple[int, ...],
        steps: Days,
        idle: int,
    ) -> None:
        """`spent` is certain; `allowed` are the options of the open subjects that go with the chosen ones;
        `steps` and `idle` do not hold the last one chosen yet, as most branches end before they are
        needed."""
        cheapest = self._cheapest(subjects, allowed)
        if cheapest is None:
            return
        priced = spent + sum(cheapest) - self._given_back(allowed)
        if priced >= self._limit:
            return
        bound = max(priced, spent + self._plain_rest(subjects, allowed))
        if self._idle and chosen and bound < self._limit:
            steps, idle = self._occupy(chosen[-1], steps, idle)
            floor = self._idle_floor(subjects, allowed, steps) if idle else 0
            priced, bound = priced + floor, bound + floor
        if bound >= self._limit:
            return
        if self._must_halt():
            self.frontier = min(self.frontier, bound)
        elif subjects:
            self._branch(subjects, allowed, spent, chosen, steps, idle, cheapest, priced)
        else:
            self._finish(chosen)

    def _branch(
        self,
        subjects: tuple[int, ...],
        allowed: int,
        spent: int,
        chosen: tuple[int, ...],
        steps: Days,
        idle: int,
        cheapest: list[int],
        priced: int,
    ) -> None:
        """Tries the options of the subject that has the fewest left."""
        viable = [
            allowed & self._below(subject, least + self._limit - priced)
            for subject, least in zip(subjects, cheapest, strict=True)
        ]
        counts = [mask.bit_count() for mask in viable]
        place = counts.index(min(counts))
        others = subjects[:place] + subjects[place + 1 :]
        pool, left = sum(viable) - viable[place], viable[place]
        while left:
            index = (left & -left).bit_length() - 1
            price = self._model.costs[index]
            least = priced + price - cheapest[place]
            if least >= self._limit:
                break  # the options are in order of cost: none after this one can do
            if self.halted:
                self.frontier = min(self.frontier, least)
                break
            left &= left - 1
            rest = pool & self._model.compatible[index]
            self._visit(others, rest, spent + self._model.own_costs[index], (*chosen, index), steps, idle)

    def _must_halt(self) -> bool:
        self.halted = self.halted or self._record.time_is_up() or self._record.nodes > self._last_node
        return self.halted

    def _below(self, subject: int, cost: float) -> int:
        """The options of a subject that cost less than this."""
        return self._model.prefixes[subject][bisect_left(self._model.sorted_costs[subject], cost)]

    def _occupy(self, index: int, steps: Days, idle: int) -> tuple[Days, int]:
        assert self._idle is not None
        changed = list(steps)
        for day, more in self._idle.occupied[self._model.numbers[index]]:
            before = changed[day]
            changed[day] = before | more
            idle += self._idle.price(changed[day]) - self._idle.price(before)
        return tuple(changed), idle

    def _idle_floor(self, subjects: tuple[int, ...], allowed: int, steps: Days) -> int:
        """The price of the idle time that stays whatever the open subjects fill."""
        assert self._idle is not None
        floor = 0
        for day, occupied in enumerate(steps):
            price = self._idle.price(occupied)
            if price:
                fillers = allowed & self._fillers(day, occupied)
                for subject in subjects if fillers else ():
                    if fillers & self._model.subjects[subject]:
                        price -= self._model.fill[subject][day]
                floor += max(0, price)
        return floor

    def _fillers(self, day: int, occupied: int) -> int:
        """The options that fill some of the idle time of such a day."""
        known = self._fill_known.get((day, occupied))
        if known is None:
            assert self._idle is not None
            idle = self._idle.idle_steps(occupied)
            known = sum(who for steps, who in self._users[day].items() if steps & idle)
            self._fill_known[day, occupied] = known
        return known

    def _users_of_days(self) -> list[dict[int, int]]:
        """For each day, the mask of the options that occupy the same steps of it."""
        users: list[dict[int, int]] = [{} for _ in range(7)]
        for index, number in enumerate(self._model.numbers):
            for day, steps in self._idle.occupied[number] if self._idle else ():
                users[day][steps] = users[day].get(steps, 0) | 1 << index
        return users

    def _finish(self, chosen: tuple[int, ...]) -> None:
        numbers = tuple(sorted(self._model.numbers[index] for index in chosen))
        cost = self._table.total(numbers)
        if cost < self._limit:
            self._record.add((cost, numbers))
            self._limit = min(self._limit, self._record.worst)
