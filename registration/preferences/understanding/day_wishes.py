"""What is stated of days, as changes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from registration.dialogue.changes import Change, Operation

from .day_names import NAMES
from .facts import Fact
from .marks import Kind
from .signs import Sign

SET, ADD, REMOVE = Operation.SET, Operation.ADD, Operation.REMOVE
Known = Mapping[str, Any]
_QUESTION_OF = {
    "prefer_days": "days",
    "avoid_days": "days",
    "preferred_teachers": "specific",
    "specific_class_ids": "specific",
    "subjects": "subjects",
}


def days(facts: list[Fact], question: str | None, known: Known) -> list[Change]:
    found: list[Change] = []
    facts = _in_place_of(facts, known)
    for sign, key in ((Sign.WANTED, "prefer_days"), (Sign.AVOIDED, "avoid_days")):
        stated = [fact for fact in facts if fact.sign is sign and not fact.remove]
        days = _weekdays(stated)
        if sign is Sign.WANTED:
            days = [day for day in days if day not in _weekdays([f for f in facts if f.sign is Sign.AVOIDED])]
        if days:
            found.append(Change(operation_for(stated, key, question, facts), key, days))
    for fact in facts:
        found += _released_days(fact, known)
    return found


def _in_place_of(facts: list[Fact], known: Known) -> list[Fact]:
    """'không phải thứ 6 mà là thứ 5': the new day goes to the list where the old one stood."""
    old = _weekdays([fact for fact in facts if fact.sign is Sign.DENIED])
    if not any(day in (known.get("avoid_days") or ()) for day in old) or any(
        day in (known.get("prefer_days") or ()) for day in old
    ):
        return facts
    return [replace(fact, sign=Sign.AVOIDED) if fact.sign is Sign.WANTED else fact for fact in facts]


def _weekdays(facts: list[Fact]) -> list[str]:
    return [NAMES[day] for day in sorted({day for fact in facts for day in fact.value})]


def operation_for(stated: list[Fact], key: str, question: str | None, facts: list[Fact]) -> Operation:
    """The whole new list when the message says so or answers the question for it; else it is added."""
    if any(fact.add for fact in stated) or any(fact.sign is Sign.DENIED for fact in facts):
        return ADD
    if any((fact.whole and not fact.accepted) or fact.only for fact in stated):
        return SET
    # Subjects come by and by, by name and by code: another one does not replace those before it.
    return SET if question == _QUESTION_OF[key] and key != "subjects" else ADD


def _released_days(fact: Fact, known: Known) -> list[Change]:
    """Days taken back: 'bỏ thứ 7 đi', 'thứ 7 học được rồi'; a day that is on no list is avoided by 'bỏ'."""
    if fact.sign is Sign.WANTED or (fact.sign is Sign.AVOIDED and not fact.remove):
        return []
    found: list[Change] = []
    left = _weekdays([fact])
    for key in ("prefer_days", "avoid_days"):
        if key == "prefer_days" and fact.sign is Sign.TOLERATED:
            continue
        listed = [day for day in left if day in (known.get(key) or ())]
        if listed:
            found.append(Change(REMOVE, key, listed))
            left = [day for day in left if day not in listed]
    if left and fact.sign is Sign.AVOIDED:
        found.append(Change(ADD, "avoid_days", left))
    return found


def all_days(facts: list[Fact], question: str | None) -> list[Change]:
    """'học cả tuần': no wish about days, and no need of free ones where those are asked for."""
    if not any(fact.kind is Kind.ALL_DAYS and fact.sign is Sign.WANTED for fact in facts):
        return []
    if question == "prefer_free_days":
        return [Change(SET, "prefer_free_days", False)]
    if any(fact.kind is Kind.DAYS for fact in facts):
        return []
    return [Change(SET, "prefer_days", []), Change(SET, "avoid_days", [])]
