"""What is stated of the periods of the day, as changes."""

from collections.abc import Mapping
from typing import Any

from registration.dialogue.changes import ANY, Change, Operation

from ..questions import PERIODS
from .facts import Fact
from .signs import Sign

SET, ADD, REMOVE = Operation.SET, Operation.ADD, Operation.REMOVE
Known = Mapping[str, Any]


def periods(facts: list[Fact], known: Known) -> list[Change]:
    wanted = {fact.value for fact in facts if fact.sign is Sign.WANTED}
    avoided = {fact.value for fact in facts if fact.sign is Sign.AVOIDED and not fact.remove}
    found: list[Change] = []
    if any(fact.add for fact in facts if fact.sign is Sign.WANTED):
        wanted |= _wanted_before(known)
    if wanted:
        found += _wanted_periods(wanted, known)
        avoided -= wanted
    if avoided and len(avoided) < len(PERIODS):
        operation = SET if any(fact.whole for fact in facts if fact.value in avoided) and not wanted else ADD
        found.append(Change(operation, "avoid_time_periods", _in_order(avoided)))
    for fact in facts:
        found += _released_period(fact, known, bool(wanted))
    return found


def _in_order(periods: set[str]) -> list[str]:
    return [period for period in PERIODS if period in periods]


def _wanted_before(known: Known) -> set[str]:
    """The periods that are wanted so far: one, or the two that are left when the third is avoided."""
    if known.get("time_period") in PERIODS:
        return {known["time_period"]}
    avoided = set(known.get("avoid_time_periods") or ())
    return set(PERIODS) - avoided if known.get("time_period") == ANY and avoided else set()


def _wanted_periods(wanted: set[str], known: Known) -> list[Change]:
    if len(wanted) == 1:
        return [Change(SET, "time_period", next(iter(wanted)))]
    third = _in_order(set(PERIODS) - wanted)
    changes = [Change(SET, "time_period", ANY)]
    if third or known.get("avoid_time_periods"):
        changes.append(Change(SET, "avoid_time_periods", third))
    return changes


def _released_period(fact: Fact, known: Known, replaced: bool) -> list[Change]:
    """A period taken back; one that was neither wanted nor avoided is avoided by 'bỏ'."""
    if not (fact.remove and fact.sign is Sign.AVOIDED) and fact.sign not in (Sign.TOLERATED, Sign.DENIED):
        return []
    if fact.value in (known.get("avoid_time_periods") or ()):
        return [Change(REMOVE, "avoid_time_periods", [fact.value])]
    if known.get("time_period") == fact.value and fact.sign is not Sign.TOLERATED:
        return [] if replaced else [Change(SET, "time_period", ANY)]
    return [Change(ADD, "avoid_time_periods", [fact.value])] if fact.sign is Sign.AVOIDED else []
