"""Some options of a table as bitmasks: bit i is option i, so that one AND tells what is still possible.

The options of one subject have neighbouring bits, the cheapest lowest: the lowest bit of
`allowed & subjects[s]` is the best that subject s can still get, so the bound of a branch is a handful of
operations.
"""

from dataclasses import dataclass
from math import inf

from registration.timetable.pricing import Market, Prices
from registration.timetable.table import Table


@dataclass(frozen=True)
class BitModel:
    """`numbers[i]` is option i's number in the table, `costs[i]` its units with the prices of its cells,
    `compatible[i]` the options of other subjects that collide with it nowhere; `subjects[s]` is the mask of
    subject s, `sorted_costs[s]` and `prefixes[s]` the costs and the masks of its cheapest 0, 1, 2 … options.
    `own_costs[i]` are option i's units without prices. `crowded` has, for each cell with a price, its options
    and the price. `floor` is what every combination costs beside its options."""

    numbers: tuple[int, ...]
    subjects: tuple[int, ...]
    costs: tuple[int, ...]
    compatible: tuple[int, ...]
    sorted_costs: tuple[list[int], ...]
    prefixes: tuple[list[int], ...]
    own_costs: tuple[int, ...]
    crowded: tuple[tuple[int, int], ...]
    floor: int
    fill: tuple[tuple[int, ...], ...]


def build_model(
    table: Table, market: Market, days: int, prices: Prices, floor: int = 0, limit: float = inf
) -> BitModel:
    """The options within these days that could be part of a combination cheaper than `limit`, if every one
    costs `floor` beside its options."""
    chosen = [_priced(table, market, subject, days, prices) for subject in table.subjects]
    spare = limit - floor + sum(prices.cells) - sum(found[0][0] for found in chosen if found)
    chosen = [[one for one in found if one[0] - found[0][0] < spare] for found in chosen]
    numbers = [number for found in chosen for _, number in found]
    subjects = _masks([len(found) for found in chosen])
    users = _users(market, numbers)
    return BitModel(
        numbers=tuple(numbers),
        subjects=tuple(subjects),
        costs=tuple(cost for found in chosen for cost, _ in found),
        compatible=tuple(_compatible(market, users, numbers, subjects)),
        sorted_costs=tuple([cost for cost, _ in found] for found in chosen),
        prefixes=tuple(_prefixes(mask) for mask in subjects),
        own_costs=tuple(table.costs[number] for number in numbers),
        crowded=tuple((who, price) for who, price in zip(users, prices.cells, strict=True) if who and price),
        floor=floor,
        fill=tuple(table.idle.most(number for _, number in found) if table.idle else () for found in chosen),
    )


def _priced(table: Table, market: Market, subject: range, days: int, prices: Prices) -> list[tuple[int, int]]:
    """(cost with prices, number) of a subject's options within these days, cheapest first."""
    return sorted(
        (table.costs[number] + sum(prices.cells[cell] for cell in market.cells[number]), number)
        for number in subject
        if not table.days[number] & ~days
    )


def _masks(sizes: list[int]) -> list[int]:
    masks, begin = [], 0
    for size in sizes:
        masks.append(((1 << size) - 1) << begin)
        begin += size
    return masks


def _prefixes(mask: int) -> list[int]:
    prefixes = [0]
    while mask:
        lowest = mask & -mask
        prefixes.append(prefixes[-1] | lowest)
        mask ^= lowest
    return prefixes


def _users(market: Market, numbers: list[int]) -> list[int]:
    """For each cell, the mask of the options that take it."""
    users = [0] * market.count
    for index, number in enumerate(numbers):
        for cell in market.cells[number]:
            users[cell] |= 1 << index
    return users


def _compatible(market: Market, users: list[int], numbers: list[int], subjects: list[int]) -> list[int]:
    everything = (1 << len(numbers)) - 1
    own = [mask for mask in subjects for _ in range(mask.bit_count())]
    compatible = []
    for index, number in enumerate(numbers):
        mask = own[index]
        for cell in market.cells[number]:
            mask |= users[cell]
        compatible.append(everything & ~mask)
    return compatible
