"""Phrases in a folded message: longest first, not those behind a negation, and near misses."""

from collections.abc import Mapping
from typing import Any

from rapidfuzz import fuzz, process

_REACH = 2  # words that a negation reaches over: "not in building A"
_NEAR = 84  # of 100; a wrong letter in five
_SHORTEST = 4  # letters; shorter words have too many neighbours


def find(phrases: Mapping[str, Any], folded: str, negations: frozenset[str] = frozenset()) -> list[Any]:
    """The values whose phrases stand in the message as whole words, each once, in the message's order."""
    tokens: list[str | None] = list(folded.split())
    found: dict[int, Any] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        wanted = phrase.split()
        for place in range(len(tokens) - len(wanted) + 1):
            if tokens[place : place + len(wanted)] == wanted:
                found[place] = phrases[phrase]
                tokens[place : place + len(wanted)] = [None] * len(wanted)
    kept = [found[place] for place in sorted(found) if not _is_negated(tokens, place, negations)]
    return list(dict.fromkeys(kept))


def nearest(phrases: Mapping[str, Any], folded: str) -> list[Any]:
    """The one value whose phrase the whole message nearly is; none where there is none, or two."""
    if len(folded) < _SHORTEST:
        return []
    close = process.extract(folded, phrases.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
    best = {phrases[phrase] for phrase, score, _ in close if score == close[0][1]}
    return list(best) if len(best) == 1 else []


def _is_negated(tokens: list[str | None], place: int, negations: frozenset[str]) -> bool:
    for token in reversed(tokens[max(0, place - 1 - _REACH) : place]):
        if token is None:  # another phrase, which is what the negation is about
            return False
        if token in negations:
            return True
    return False
