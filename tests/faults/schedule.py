"""Which fault comes when: drawn from a seed, so that a run can be had again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_PAIRED = 0.2  # of the faults are joined by a second one, on another server


@dataclass(frozen=True)
class Kind:
    """A kind of fault: what it hurts, and how many seconds it may last."""

    name: str
    hurts: tuple[str, ...]
    shortest: float
    longest: float


@dataclass(frozen=True)
class Planned:
    """One fault of a run: it begins `at` seconds after the start and is healed `lasts` seconds later."""

    at: float
    kind: Kind
    lasts: float


def plan(kinds: Sequence[Kind], seed: int, seconds: float, faults: int) -> list[Planned]:
    """At least `faults` faults spread over `seconds`: every kind before any comes again, in a shuffled order.

    Two faults overlap only if they hurt different things.
    """
    rng = random.Random(seed)
    step = seconds / faults
    deck: list[Kind] = []
    planned = []
    for number in range(faults):
        first = _draw(deck, kinds, rng)
        at = number * step + rng.uniform(0, step * 0.2)
        planned.append(Planned(at, first, _lasting(first, rng)))
        partners = [kind for kind in kinds if not set(kind.hurts) & set(first.hurts)]
        if partners and rng.random() < _PAIRED:
            second = rng.choice(partners)
            planned.append(Planned(at + rng.uniform(0, planned[-1].lasts), second, _lasting(second, rng)))
    return planned


def _draw(deck: list[Kind], kinds: Sequence[Kind], rng: random.Random) -> Kind:
    if not deck:
        deck.extend(rng.sample(list(kinds), len(kinds)))
    return deck.pop()


def _lasting(kind: Kind, rng: random.Random) -> float:
    return rng.uniform(kind.shortest, kind.longest)
