"""What is stated of times, as changes."""

from registration.dialogue.changes import Change, Operation

from ..rules import is_valid
from .facts import Fact
from .signs import Sign
from .times import Span, clock

SET, ADD = Operation.SET, Operation.ADD
# The early hours that "không học lúc 7h" speaks of, and the late ones.
_EARLY_UNTIL = 8 * 60

_LATE_FROM = 17 * 60


def times(facts: list[Fact], question: str | None) -> list[Change]:
    found: list[Change] = []
    for fact in facts:
        if fact.sign in (Sign.WANTED, Sign.AVOIDED):
            found += _time(fact.value, fact, question)
    return _joined_times(found)


def _time(span: Span, fact: Fact, question: str | None) -> list[Change]:
    if (
        question == "avoid_late_end"
        and fact.accepted
        and fact.sign is Sign.WANTED
        and (span.end or 0) >= _LATE_FROM
    ):
        return [Change(SET, question, False)]  # "học đến 9h tối cũng được"
    if (
        question == "avoid_early_start"
        and fact.accepted
        and fact.sign is Sign.WANTED
        and 0 < (span.start or 0) <= _EARLY_UNTIL
    ):
        return [Change(SET, question, False)]
    if (span.point and question != "specific") or (span.point and fact.sign is Sign.AVOIDED):
        return _point(span, fact, question)
    if fact.sign is Sign.AVOIDED:
        if span.start is not None and span.end is not None:
            return []  # two ends that are avoided leave two pieces of a day: beyond the table
        span = Span(span.end, span.start)
    bounds = {"start": _clock(span.start), "end": _clock(span.end)}
    found = [Change(SET if fact.whole or None not in bounds.values() else ADD, "specific_times", bounds)]
    if question == "avoid_early_start" and span.start is not None:
        found.append(Change(SET, question, True))
    if question == "avoid_late_end" and span.end is not None:
        found.append(Change(SET, question, True))
    return found


def _clock(minute: int | None) -> str | None:
    return None if minute is None else clock(minute)


def _point(span: Span, fact: Fact, question: str | None) -> list[Change]:
    """A time without before or after speaks of early and late classes."""
    minute = span.start or 0
    avoided = fact.sign is Sign.AVOIDED
    if minute <= _EARLY_UNTIL and (avoided or question == "avoid_early_start"):
        return [Change(SET, "avoid_early_start", avoided)]
    if minute >= _LATE_FROM and (avoided or question == "avoid_late_end"):
        return [Change(SET, "avoid_late_end", avoided)]
    return []


def _joined_times(found: list[Change]) -> list[Change]:
    """'sau 8h và trước 16h' as one change."""
    times = [change for change in found if change.key == "specific_times"]
    if len(times) < 2:
        return found
    joined = {
        end: next((c.value[end] for c in reversed(times) if c.value[end]), None) for end in ("start", "end")
    }
    others = [change for change in found if change.key != "specific_times"]
    return [Change(SET, "specific_times", joined), *others] if is_valid("specific_times", joined) else others
