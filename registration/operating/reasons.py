"""Reasons of dead letters, gathered so that those that differ in a number alone count as one."""

import re
from collections import Counter
from collections.abc import Iterable

from registration.operating.carrier import Letter

_NUMBER = re.compile(r"[0-9]+")


def kind_of(reason: str) -> str:
    return _NUMBER.sub("N", reason)


def by_reason(letters: Iterable[Letter]) -> dict[str, int]:
    """How many letters died for each kind of reason, the most frequent first."""
    return dict(Counter(kind_of(letter.reason) for letter in letters).most_common())
