"""From facts to changes of the preferences, as the table has them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from registration.dialogue.changes import Change, Operation

from .day_wishes import all_days, days, operation_for
from .facts import Fact, Statement
from .marks import Kind
from .period_wishes import periods
from .signs import Sign
from .subject_wishes import subjects
from .time_wishes import times

SET, ADD, REMOVE = Operation.SET, Operation.ADD, Operation.REMOVE
Known = Mapping[str, Any]
_MANY_DAYS = 3  # "t2-t6, không học t4" takes a day out of many, which is no contradiction

# kind -> key, and the answer that wanting a mark of value True gives.
_CHOICE_OF = {
    Kind.EARLY: ("avoid_early_start", False),
    Kind.LATE: ("avoid_late_end", False),
    Kind.CONTINUOUS: ("prefer_continuous", True),
    Kind.FREE_DAYS: ("prefer_free_days", True),
}

_KEY_OF = {
    Kind.TEACHER: "preferred_teachers",
    Kind.CLASS: "specific_class_ids",
}


def contradicts(statement: Statement) -> bool:
    """Whether the message both wants and avoids one thing."""
    wanted, avoided = _named(statement, Sign.WANTED), _named(statement, Sign.AVOIDED)
    return bool(wanted & avoided)


def _named(statement: Statement, sign: Sign) -> set[tuple[Kind, Any]]:
    named: set[tuple[Kind, Any]] = set()
    for fact in statement.facts:
        if fact.sign is not sign or fact.whole or fact.exception:
            continue
        if fact.kind is Kind.DAYS and (sign is Sign.AVOIDED or len(fact.value) < _MANY_DAYS):
            named |= {(fact.kind, day) for day in fact.value}
        elif fact.kind in (Kind.PERIOD, Kind.TEACHER, Kind.EARLY, Kind.LATE, Kind.CONTINUOUS, Kind.FREE_DAYS):
            named.add((fact.kind, fact.value))
    return named


def changes_of(statement: Statement, question: str | None, known: Known) -> list[Change]:
    """The changes that the facts of a message ask for."""
    facts = [_in_context(fact, statement, question) for fact in statement.facts]
    # Most messages name one kind of thing: only those that are there are looked into.
    of: dict[Kind, list[Fact]] = {}
    for fact in facts:
        of.setdefault(fact.kind, []).append(fact)
    found: list[Change] = []
    if Kind.PERIOD in of:
        found += periods(of[Kind.PERIOD], known)
    found += _choices(facts)
    if Kind.DAYS in of:
        found += days(of[Kind.DAYS], question, known)
    found += all_days(facts, question)
    if Kind.TIME in of:
        told = {change.key for change in found}
        found += [change for change in times(of[Kind.TIME], question) if change.key not in told]
    for kind, key in _KEY_OF.items():
        if kind in of:
            found += _names(of[kind], key, question, known)
    if Kind.SUBJECT in of:
        found += subjects(of[Kind.SUBJECT], question)
    return found


def _in_context(fact: Fact, statement: Statement, question: str | None) -> Fact:
    """A word that means one thing at one question and another thing at the next."""
    kind, value = fact.kind, fact.value
    if kind is Kind.SCATTERED:
        kind, value = (Kind.CONTINUOUS if question == "prefer_continuous" else Kind.FREE_DAYS), False
    if (
        kind is Kind.LATE
        and question == "avoid_early_start"
        and value
        and _is_alone(fact, Kind.EARLY, statement)
    ):
        kind, value = Kind.EARLY, False
    elif kind is Kind.EARLY and question == "avoid_late_end" and _is_alone(fact, Kind.LATE, statement):
        kind, value = Kind.LATE, not value
    if kind is fact.kind and value == fact.value:
        return fact
    return replace(fact, kind=kind, value=value)


def _is_alone(fact: Fact, other: Kind, statement: Statement) -> bool:
    """Whether a fact is told by one word, and the `other` kind is not told at all."""
    length = next((mark.end - mark.start for mark in statement.marks if mark.start == fact.start), 0)
    return length == 1 and all(known.kind is not other for known in statement.facts)


def _choices(facts: list[Fact]) -> list[Change]:
    found: dict[str, Change] = {}
    for fact in facts:
        if fact.kind in _CHOICE_OF:
            key, when_wanted = _CHOICE_OF[fact.kind]
            answer = _answer(fact, when_wanted)
            if answer is not None:
                found[key] = Change(SET, key, answer)
    return list(found.values())


def _answer(fact: Fact, when_wanted: bool) -> bool | None:
    positive = when_wanted if fact.value else not when_wanted
    if fact.sign is Sign.AVOIDED:
        return not positive
    if fact.sign is Sign.WANTED:
        return positive
    return positive if fact.kind in (Kind.EARLY, Kind.LATE) or fact.sign is Sign.TOLERATED else None


def _names(facts: list[Fact], key: str, question: str | None, known: Known) -> list[Change]:
    """Teachers and classes: one to be avoided is not among the preferred."""
    wanted = [fact for fact in facts if fact.sign is Sign.WANTED]
    gone = [fact.value for fact in facts if fact.sign in (Sign.AVOIDED, Sign.DENIED)]
    found: list[Change] = []
    if gone and key not in known and question == "specific":
        found.append(Change(SET, key, []))  # the question is answered: nobody is preferred
    elif gone:
        found.append(Change(REMOVE, key, list(dict.fromkeys(gone))))
    if wanted:
        operation = ADD if gone else operation_for(wanted, key, question, facts)
        found.append(Change(operation, key, list(dict.fromkeys(fact.value for fact in wanted))))
    return found
