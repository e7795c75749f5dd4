"""What a student does on a day or in a part of it, in words not known: 'on fridays i visit my grandma'."""

from .marks import CONTENT, OPERATORS, Kind, Mark
from .signs import Group
from .tokens import Message

# What may be said of an engagement beside its unknown words; anything else says what is wished.
_QUIET = frozenset({Kind.NEED, Kind.STUDY, Kind.INTO})
_BESIDE_VERBS = _QUIET | {Kind.FILLER, Kind.YES, Kind.AND}
# Verbs of doing, folded; behind "em", "i".
_DOING = frozenset(
    """
    phai co con hay toan di lam tap choi day truc phu cham dua don ruoc ship chay giup danh luyen on cay
    dan lo coi trong ve hop sinh tham gap thuc kiem nau nhay hat boi cho o da xem hoc
    have got go visit play help teach babysit see meet run coach do sing swim train drive take attend
    spend look pick usually always 've
    """.split()  # noqa: SIM905
)
_MORE = frozenset(["hon", "nhat", "better", "best", "more", "most", "tot"])  # "sáng em tỉnh táo hơn" praises


def engaged(message: Message, group: Group, clause: list[Mark]) -> bool:
    """Whether the clause tells what the student does at the time that the group names, and wishes nothing."""
    if not group.items or not group.kinds() <= {Kind.DAYS, Kind.PERIOD}:
        return False
    operators = {mark.kind for mark in clause if mark.kind in OPERATORS}
    kinds = {mark.kind for mark in clause}
    if not operators <= _QUIET or Kind.UNKNOWN not in kinds or kinds & {Kind.ANY, Kind.ASK, Kind.ONE_OFF}:
        return False
    return not praises(message, clause) and _tells_of_doing(message, clause, group)


def praises(message: Message, clause: list[Mark]) -> bool:
    """'sáng em tỉnh táo hơn': a comparison in words not known speaks for what is compared."""
    marks = [mark for mark in clause if mark.kind not in CONTENT]
    words = {message.folded_at(at) for mark in marks for at in range(mark.start, mark.end)}
    return not _MORE.isdisjoint(words)


def _tells_of_doing(message: Message, clause: list[Mark], group: Group) -> bool:
    """A subject, a verb of doing and words not known; in Vietnamese also 'thứ 6 phải đi phụ hồ'."""
    start = next((m.end for m in clause if m.value == "speaker" or _is_i(message, m)), None)
    if start is None:
        end = group.items[-1].end
        start = end if any(mark.kind is Kind.NEED and mark.start == end for mark in clause) else None
    if start is None:
        return False
    following = [mark for mark in clause if mark.start >= start]
    until = next((at for at, mark in enumerate(following) if mark.kind not in _BESIDE_VERBS), None)
    if until is None or following[until].kind is not Kind.UNKNOWN:
        return False
    return any(message.folded_at(at) in _DOING for at in range(start, following[until].end))


def _is_i(message: Message, mark: Mark) -> bool:
    return mark.end - mark.start == 1 and message.folded_at(mark.start) == "i"
