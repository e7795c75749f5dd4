"""What a message states: a fact for each thing named, with its sign and what is to be done with it."""

from dataclasses import dataclass, replace
from typing import Any

from .binding import bind_to_days, free_subjects
from .clauses import clauses, kinds_of
from .engagements import engaged, praises
from .grammar import groups
from .lasting import says_nothing_lasting
from .marks import OPERATORS, Kind, Mark
from .signs import AVERSIONS, Group, Sign, sign
from .tokens import Message

_TOO = {"qua", "too"}  # "sớm quá" is a complaint
# Beside a subject these put nothing in the place of all others: "register me for …", "à quên, …", "sorry, …".
_MORE_TO_COME = frozenset(
    [
        "for", "with", "by", "to", "a quen", "quen mat", "sorry", "wait", "oh wait", "actually", "hold on",
        "khoan", "thuc ra", "that ra",
    ]
)  # fmt: skip

_BOOLEAN_KEYS = {
    Kind.EARLY: "avoid_early_start",
    Kind.LATE: "avoid_late_end",
    Kind.CONTINUOUS: "prefer_continuous",
    Kind.FREE_DAYS: "prefer_free_days",
}

_CHANGING = frozenset({Kind.CHANGE, Kind.INTO, Kind.CORRECT})

_INDIFFERENT = (
    "trong",
    "matter",
    "preference",
    "tam",
    "care",
    "mind",
    "tuy",
    "ky",
    "ki",
    "whatever",
    "nhau",
    "difference",
    "ke",
    "important",
)


@dataclass(frozen=True)
class Fact:
    kind: Kind
    value: Any
    sign: Sign
    start: int
    clause: int
    add: bool = False
    only: bool = False
    remove: bool = False
    whole: bool = False  # the new value replaces the old one: a correction or a change
    exception: bool = False  # "trừ thứ 7"
    bare: bool = False  # nothing is said of it
    accepted: bool = False  # "cũng được"


@dataclass(frozen=True)
class Statement:
    """All that a message states; `anys` are the questions it has no wish about, None for the pending one."""

    facts: tuple[Fact, ...]
    anys: tuple[str | None, ...]
    day_bound: bool
    rejected: tuple[str, ...]
    marks: tuple[Mark, ...]


def state(message: Message, marks: list[Mark]) -> Statement:
    facts: list[Fact] = []
    anys: list[str | None] = []
    bound = False
    cut = clauses(message, marks)
    separators = {mark.start for mark in marks if mark.kind in (Kind.AND, Kind.COMMA)}
    denied = _denied_clauses(cut)
    for number, clause in enumerate(cut):
        if says_nothing_lasting(message, clause):
            continue
        found = groups(clause)
        anys.extend(_either_way(found, clause))
        bound |= bind_to_days(found, separators)
        free_subjects(found, separators)
        anys.extend(_anys(message, clause, found))
        for group in found:
            if engaged(message, group, clause):
                group.after.append(Mark(Kind.BUSY, None, group.items[-1].end, group.items[-1].end))
            if _has_unknown_predicate(message, group, clause):
                continue
            facts.extend(_facts_of(message, group, number, clause, number in denied))
    facts = _denied_for_nothing(_without_mentions(_without_corrected(facts, marks)))
    rejected = tuple(mark.value for mark in marks if mark.kind is Kind.REJECTED)
    return Statement(tuple(facts), tuple(anys), bound, rejected, tuple(marks))


def _facts_of(message: Message, group: Group, number: int, clause: list[Mark], denied: bool) -> list[Fact]:
    held = _sign(group, denied)
    flags = _flags(message, group, clause)
    facts = []
    for mark in group.items:
        excessive = (
            flags["bare"]
            and mark.kind in (Kind.EARLY, Kind.LATE)
            and _TOO & set(_folded(message, mark).split())
        )
        facts.append(
            Fact(mark.kind, mark.value, Sign.AVOIDED if excessive else held, mark.start, number, **flags)
        )
    return facts


def _has_unknown_predicate(message: Message, group: Group, clause: list[Mark]) -> bool:
    """'chủ nhật em …': what the student does then is said in words not known; that wishes for nothing."""
    if group.before or group.after or not group.items or not group.kinds() <= {Kind.DAYS, Kind.PERIOD}:
        return False
    if praises(message, clause):
        return False
    following = [mark for mark in clause if mark.start >= group.items[-1].end]
    kinds = [mark.kind for mark in following]
    return bool(following) and following[0].value == "speaker" and Kind.UNKNOWN in kinds


def _sign(group: Group, denied: bool) -> Sign:
    held = sign(group)
    if held is Sign.AVOIDED and not group.says(*(AVERSIONS - {Kind.EXCEPT})):
        before = [mark.kind for mark in group.before]
        if denied or Kind.DENY in before:
            return Sign.DENIED
    if held is Sign.WANTED and group.changed_from:
        return Sign.DENIED
    return held


def _flags(message: Message, group: Group, clause: list[Mark]) -> dict[str, bool]:
    return {
        "add": group.says(Kind.ADD),
        "only": group.says(Kind.ONLY, Kind.JUST),
        "remove": group.says(Kind.REMOVE),
        "whole": _is_whole(message, group, clause),
        "exception": group.says(Kind.EXCEPT),
        "accepted": group.says(Kind.CAN),
        "bare": all(mark.kind in (Kind.ADD, Kind.JUST) for mark in group.before + group.after),
    }


def _is_whole(message: Message, group: Group, clause: list[Mark]) -> bool:
    """Whether what is named stands in the place of what was known."""
    said = [mark for mark in clause if mark.kind is Kind.CORRECT]
    changes = [mark for mark in group.before + group.after if mark.kind in _CHANGING]
    if Kind.SUBJECT not in group.kinds():
        return bool(said or changes)
    if any(mark.kind is Kind.INTO for mark in group.before):  # "đổi mạng máy tính" does not say into what
        said += changes
    return any(_folded(message, mark) not in _MORE_TO_COME for mark in said)


def _denied_clauses(cut: list[list[Mark]]) -> set[int]:
    """The clauses whose negated things only make way for those of the next: 'không phải sáng mà là chiều'."""
    denied = set()
    for number in range(len(cut) - 1):
        following = cut[number + 1]
        opens = following[0].kind is Kind.CONTRAST or _only_negated(cut[number])
        if opens and kinds_of(cut[number]) & kinds_of(following) and not _negated(following):
            denied.add(number)
    return denied


def _only_negated(clause: list[Mark]) -> bool:
    """'not mornings' and nothing else, before 'but afternoons'."""
    return [mark.kind for mark in clause if mark.kind in OPERATORS] == [Kind.NO]


def _negated(clause: list[Mark]) -> bool:
    return any(mark.kind in (Kind.NO, Kind.DENY, *AVERSIONS) for mark in clause)


def _anys(message: Message, clause: list[Mark], found: list[Group]) -> list[str | None]:
    """The questions that a clause has no wish about."""
    marks = [mark for mark in clause if mark.kind is Kind.ANY]
    if not marks and not any(mark.kind is Kind.WHETHER for mark in clause):
        return []
    keys = [key for group in found for mark in group.items if (key := _BOOLEAN_KEYS.get(mark.kind))]
    if keys:
        for group in found:
            group.items = [mark for mark in group.items if mark.kind not in _BOOLEAN_KEYS]
        return [message.question] if message.question in keys else [*keys]
    periods = [mark for group in found for mark in group.items if mark.kind is Kind.PERIOD]
    accepted = not any(word in _folded(message, mark).split() for mark in marks for word in _INDIFFERENT)
    if periods and sign(found[0]) is Sign.WANTED:
        if accepted:
            return []
        _drop_periods(found)
        return ["time_period"]
    topic = next((mark.value for mark in clause if mark.kind is Kind.TOPIC), None)
    return [mark.value or topic for mark in marks]


def _either_way(found: list[Group], clause: list[Mark]) -> list[str]:
    """'liền cũng được, không liền cũng được': the question does not matter."""
    if not any(mark.kind in (Kind.CAN, Kind.ANY, Kind.WHETHER) for mark in clause):
        return []
    keys = []
    for kind, key in _BOOLEAN_KEYS.items():
        signs = {sign(group) for group in found if kind in group.kinds()}
        if len(signs) > 1:
            keys.append(key)
            for group in found:
                group.items = [mark for mark in group.items if mark.kind is not kind]
    return keys


def _folded(message: Message, mark: Mark) -> str:
    return " ".join(token.folded for token in message.tokens[mark.start : mark.end])


def _drop_periods(found: list[Group]) -> None:
    for group in found:
        group.items = [mark for mark in group.items if mark.kind is not Kind.PERIOD]


def _without_corrected(facts: list[Fact], marks: list[Mark]) -> list[Fact]:
    """'thứ 3, à nhầm, thứ 5': what was said before the correction is taken back."""
    last = max((mark.start for mark in marks if mark.kind is Kind.CORRECT), default=-1)
    later = [fact for fact in facts if fact.start > last]
    kept: list[Fact] = []
    for fact in facts:
        corrected = [other for other in later if other.kind is fact.kind] if fact.start <= last else []
        if not corrected:
            kept.append(fact)
        elif fact.kind is Kind.SUBJECT:
            kept += _corrected_subject(fact, corrected)
    return kept


def _corrected_subject(fact: Fact, corrected: list[Fact]) -> list[Fact]:
    """Subjects come by and by: one that is taken back may be among those chosen before."""
    if not any(other.whole and not other.add for other in corrected):
        return [fact]  # "csdl, à quên, xstk nữa"
    return [replace(fact, sign=Sign.DENIED)] if fact.sign is Sign.WANTED else []


def _denied_for_nothing(facts: list[Fact]) -> list[Fact]:
    """'sáng nhưng không phải thứ 2': what is denied and not replaced is to be avoided."""
    wanted = {fact.kind for fact in facts if fact.sign is Sign.WANTED}
    return [
        replace(fact, sign=Sign.AVOIDED)
        if fact.sign is Sign.DENIED and fact.kind in (Kind.DAYS, Kind.PERIOD) and fact.kind not in wanted
        else fact
        for fact in facts
    ]


def _without_mentions(facts: list[Fact]) -> list[Fact]:
    """'sáng em hay ngủ quên nên không học sáng': what is only mentioned gives way to what is said of it."""
    avoided = {(fact.kind, fact.value): fact for fact in facts if fact.sign is Sign.AVOIDED}
    return [f for f in facts if not (f.bare and f.sign is Sign.WANTED and (f.kind, f.value) in avoided)]
