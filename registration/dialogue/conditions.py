"""When a question is asked, as data: conditions on earlier answers that a program can check beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, init=False)
class _OfOneAnswer:
    """A condition on the answer under `key`, and the values that it speaks of."""

    key: str
    values: tuple[Any, ...]

    def __init__(self, key: str, *values: Any) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", values)


class Is(_OfOneAnswer):
    """`Is("building", "a", "b")`: the answer is one of these; of a list, one of these is in it.

    Not answered yet: it does not hold.
    """

    def __call__(self, preferences: Mapping[str, Any]) -> bool:
        return self.key in preferences and _is_among(preferences[self.key], self.values)


class IsNot(_OfOneAnswer):
    """`IsNot("building", "c")`: the answer is none of these. Not answered yet: it holds."""

    def __call__(self, preferences: Mapping[str, Any]) -> bool:
        return self.key not in preferences or not _is_among(preferences[self.key], self.values)


@dataclass(frozen=True, init=False)
class All:
    """`All(Is(…), IsNot(…))`: every one of these holds."""

    conditions: tuple[Is | IsNot, ...]

    def __init__(self, *conditions: Is | IsNot) -> None:
        object.__setattr__(self, "conditions", conditions)

    def __call__(self, preferences: Mapping[str, Any]) -> bool:
        return all(condition(preferences) for condition in self.conditions)


Condition = Is | IsNot | All


def parts(condition: object) -> tuple[Is | IsNot, ...]:
    """The single conditions that a question's `applies` is made of; none where it is a function."""
    if isinstance(condition, All):
        return condition.conditions
    return (condition,) if isinstance(condition, (Is, IsNot)) else ()


def _is_among(answer: Any, values: tuple[Any, ...]) -> bool:
    given = answer if isinstance(answer, (list, tuple)) else (answer,)
    return any(type(one) is type(value) and one == value for one in given for value in values)
