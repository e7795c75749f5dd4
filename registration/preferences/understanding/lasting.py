"""Clauses that state no preference: questions to the bot, and what holds on one date only."""

from .marks import Kind, Mark
from .tokens import Message

_ASKING_NOT = frozenset(["khong", "chua", "chang", "cha"])  # 'thứ 7 học được không'


def says_nothing_lasting(message: Message, clause: list[Mark]) -> bool:
    """Questions to the bot, and what holds on one date only."""
    if _asks(message, clause):
        return True
    standing = any(mark.kind is Kind.STANDING for mark in clause)
    return not standing and (any(mark.kind is Kind.ONE_OFF for mark in clause) or _this_one(message, clause))


def _asks(message: Message, clause: list[Mark]) -> bool:
    kinds = [mark.kind for mark in clause if mark.kind not in (Kind.FILLER, Kind.UNKNOWN, Kind.TOPIC)]
    if Kind.ASK in kinds:
        return Kind.ANY not in kinds
    last = next((mark for mark in reversed(clause) if mark.kind is Kind.NO), None)
    if last is not None and message.folded_at(last.start) not in _ASKING_NOT:
        return False
    questioned = kinds[-1:] == [Kind.QUESTION_MARK]
    kinds = [kind for kind in kinds if kind is not Kind.QUESTION_MARK]
    if kinds[-1:] != [Kind.NO] or len(kinds) < 2:
        return False
    return questioned or Kind.YES in kinds[:-1]


def _this_one(message: Message, clause: list[Mark]) -> bool:
    """'thứ 7 này', 'thứ 2 tới', 'this Saturday', 'next Monday'."""
    for mark in clause:
        if mark.kind is Kind.DAYS:
            after, before = message.word_at(mark.end), message.word_at(mark.start - 1)
            now = after in {"này", "nay", "tới", "kế"} or (
                after == "vừa" and message.folded_at(mark.end + 1) in {"", "roi", "qua"}
            )
            if now or before in {
                "this",
                "next",
                "last",
                "coming",
                "hôm",
                "hom",
            }:
                return True
    return False
