"""A message cut into clauses, where a conclusion and a condition are read with what they speak of."""

from typing import Any

from .marks import CONTENT, OPERATORS, Kind, Mark
from .tokens import Message

_SO = frozenset(["nen", "so", "vay", "cho", "the", "vi", "do", "therefore"])  # what opens a conclusion
_REASON = frozenset({Kind.WANT, Kind.CAN, Kind.NO, Kind.AVOID, Kind.EXCEPT, Kind.DENY, Kind.ANY})


def clauses(message: Message, marks: list[Mark]) -> list[list[Mark]]:
    """The marks between hard breaks; the break itself opens the clause after it."""
    return _without_conditions(message, _concluded(message, _cut(marks)))


def kinds_of(clause: list[Mark]) -> set[Kind]:
    return {mark.kind for mark in clause if mark.kind in CONTENT}


def _cut(marks: list[Mark]) -> list[list[Mark]]:
    found: list[list[Mark]] = [[]]
    for mark in marks:
        if mark.kind in (Kind.BREAK, Kind.CONTRAST):
            found.append([])
        found[-1].append(mark)
        if mark.kind is Kind.QUESTION_MARK:
            found.append([])
    return [clause for clause in found if clause]


def _concluded(message: Message, cut: list[list[Mark]]) -> list[list[Mark]]:
    """'thứ 2 em hay về trễ nên né giúp em': what the conclusion says is said of the time in its reason."""
    found: list[list[Mark]] = []
    for clause in cut:
        operators = [mark for mark in clause if mark.kind in OPERATORS]
        times = _spoken_of(found[-1]) if found else []
        averse = any(mark.kind in (Kind.AVOID, Kind.OFF) for mark in operators)
        opens = clause[0].kind is Kind.BREAK and message.folded_at(clause[0].start) in _SO
        if averse and opens and times and not kinds_of(clause) and not _REASON & {m.kind for m in found[-1]}:
            found[-1] = [*times, *operators]
        else:
            found.append(clause)
    return found


def _spoken_of(clause: list[Mark]) -> list[Mark]:
    """The days and periods of a clause, or else the first thing that it names."""
    things = [mark for mark in clause if mark.kind in CONTENT]
    return [mark for mark in things if mark.kind in (Kind.DAYS, Kind.PERIOD)] or things[:1]


def _without_conditions(message: Message, cut: list[list[Mark]]) -> list[list[Mark]]:
    """'mornings, or afternoons if mornings are full': a condition wishes nothing more."""
    found: list[list[Mark]] = []
    named: set[tuple[Kind, Any]] = set()
    for clause in cut:
        things = {(mark.kind, mark.value) for mark in clause if mark.kind in CONTENT}
        conditional = message.folded_at(clause[0].start) in {"if", "neu"} and clause[0].kind is Kind.BREAK
        if not (conditional and things and things <= named):
            found.append(clause)
        named |= things
    return found
