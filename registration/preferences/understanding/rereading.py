"""A message read a second time, where only the whole shows what a mark means."""

from .marks import CONTENT, Kind, Mark
from .tokens import Message

_INTERJECTIONS = frozenset(
    ["no", "nah", "nope", "yes", "yeah", "yep", "yup", "yea", "sure", "khong", "co", "vang", "u"]
)
_SUBJECTS = frozenset(
    ["i", "it", "its", "we", "my", "that", "im", "id", "they", "there", "and", "va", "but", "nhung"]
)


def _interjected(message: Message, marks: list[Mark]) -> list[Mark]:
    """'no i need a break', 'không em dậy được': a yes or no before a sentence of its own stands apart."""
    first = next((at for at, mark in enumerate(marks) if mark.kind is not Kind.FILLER), len(marks))
    if first + 1 >= len(marks) or marks[first].kind not in (Kind.NO, Kind.YES):
        return marks
    word, following = message.folded_at(marks[first].end - 1), marks[first + 1]
    if word not in _INTERJECTIONS or marks[first].end - marks[first].start > 1:
        return marks
    if following.value != "speaker" and message.folded_at(following.start) not in _SUBJECTS:
        return marks
    comma = Mark(Kind.COMMA, None, following.start, following.start)
    return [*marks[: first + 1], comma, *marks[first + 1 :]]


def _contrasted(message: Message, marks: list[Mark]) -> list[Mark]:
    """'not afternoon, morning' wants the second; 'no mornings, evenings' neither."""
    spoken = [mark for mark in marks if mark.kind not in (Kind.FILLER, Kind.CORRECT)]
    if spoken and spoken[0].kind is Kind.COMMA:  # "sorry, not Friday, Thursday"
        spoken = spoken[1:]
    kinds = [mark.kind for mark in spoken]
    if len(spoken) != 4 or kinds[0] is not Kind.NO or kinds[2] is not Kind.COMMA or kinds[1] is not kinds[3]:
        return marks
    if kinds[1] not in CONTENT or message.folded_at(spoken[0].start) != "not":
        return marks
    contrast = Mark(Kind.CONTRAST, None, spoken[2].start, spoken[2].end)
    return [contrast if mark is spoken[2] else mark for mark in marks]


def _corrected(message: Message, marks: list[Mark]) -> list[Mark]:
    """'I meant Thursday not Tuesday': the second is not what was meant."""
    return [
        Mark(Kind.DENY, None, mark.start, mark.end)
        if mark.kind is Kind.NO
        and message.folded_at(mark.start) == "not"
        and 0 < at < len(marks) - 1
        and marks[at - 1].kind is marks[at + 1].kind
        and marks[at - 1].kind in CONTENT
        else mark
        for at, mark in enumerate(marks)
    ]


def _approved(message: Message, marks: list[Mark]) -> list[Mark]:
    """'Monday yes, Friday no', 'thứ 2 có, thứ 6 không': a yes behind a thing is said of it."""
    ends = (Kind.COMMA, Kind.BREAK, None)
    following = [mark.kind for mark in marks[1:]] + [None]
    return [
        Mark(Kind.CAN, None, mark.start, mark.end)
        if mark.kind is Kind.YES and at and marks[at - 1].kind in CONTENT and following[at] in ends
        else mark
        for at, mark in enumerate(marks)
    ]


def _one_or_other(message: Message, marks: list[Mark]) -> list[Mark]:
    """'không sáng thì chiều' would have either."""
    kinds = [mark.kind for mark in marks[:4]]
    if len(kinds) < 4 or kinds[0] is not Kind.NO or kinds[1] is not kinds[3] or kinds[1] not in CONTENT:
        return marks
    if marks[2].value != "topic":
        return marks
    either = Mark(Kind.AND, None, marks[2].start, marks[2].end)
    return [Mark(Kind.FILLER, None, marks[0].start, marks[0].end), marks[1], either, *marks[3:]]


def _excepted(message: Message, marks: list[Mark]) -> list[Mark]:
    """'any day is okay but Friday': behind all of them, the last thing is left out."""
    at = next((i for i, mark in enumerate(marks) if message.folded_at(mark.start) == "but"), 0)
    behind = [mark for mark in marks[at + 1 :] if mark.kind is not Kind.FILLER]
    everything = any(mark.kind in (Kind.ANY, Kind.ALL_DAYS) for mark in marks[:at])
    if not everything or len(behind) != 1 or behind[0].kind not in (Kind.DAYS, Kind.PERIOD, Kind.TEACHER):
        return marks
    return [*marks[:at], Mark(Kind.EXCEPT, None, marks[at].start, marks[at].end), *marks[at + 1 :]]


def _day_list_off(message: Message, marks: list[Mark]) -> list[Mark]:
    """'nghỉ 2 ngày cuối tuần': the days that are to be free are named."""
    following = [mark.kind for mark in marks[1:]] + [None]
    return [
        Mark(Kind.OFF, None, mark.start, mark.end)
        if mark.kind is Kind.FREE_DAYS and following[at] is Kind.DAYS and _starts_off(message, mark)
        else mark
        for at, mark in enumerate(marks)
    ]


def _starts_off(message: Message, mark: Mark) -> bool:
    return message.folded_at(mark.start) in {"nghi", "ranh", "off"}


_CHANGED = frozenset(["thanh", "doi", "chuyen", "sua", "thay", "doi", "into", "becomes"])


def _changed(message: Message, marks: list[Mark]) -> list[Mark]:
    """'sáng thành chiều', 'thứ 2 đổi thành thứ 3': the first goes, the second comes."""
    spoken = [mark for mark in marks if mark.kind is not Kind.FILLER]
    for first, between, last in zip(spoken, spoken[1:], spoken[2:], strict=False):
        changes = between.kind is Kind.INTO and message.folded_at(between.start) in _CHANGED
        if changes and first.kind is last.kind and first.kind in CONTENT:
            return [Mark(Kind.CHANGE, None, first.start, first.start), *marks]
    return marks


def _kept(message: Message, marks: list[Mark]) -> list[Mark]:
    """'keep only databases': of subjects it says what 'keep Sundays free' does not."""
    things = [mark for mark in marks if mark.kind in CONTENT]
    return [
        Mark(Kind.WANT, None, mark.start, mark.end)
        if mark.value == "keep"
        and next((thing.kind for thing in things if thing.start >= mark.end), None) is Kind.SUBJECT
        else mark
        for mark in marks
    ]


def _exchanged(message: Message, marks: list[Mark]) -> list[Mark]:
    """'đổi mạng sang giải tích', 'chuyển … qua …', 'đổi … lấy …': what stands between two subjects."""
    spoken = [mark for mark in marks if mark.kind not in (Kind.FILLER, Kind.TOPIC)]
    for change, old, between, new in zip(spoken, spoken[1:], spoken[2:], spoken[3:], strict=False):
        named = old.kind is new.kind is Kind.SUBJECT
        if named and change.kind is Kind.CHANGE and between.kind in (Kind.CHANGE, Kind.WANT):
            into = Mark(Kind.INTO, None, between.start, between.end)
            return [into if mark is between else mark for mark in marks]
    return marks


def _in_place(message: Message, marks: list[Mark]) -> list[Mark]:
    """'thay vì mạng máy tính thì giải tích': the second stands in the place of the first."""
    if Kind.DENY not in [mark.kind for mark in marks[:2]]:
        return marks
    return [
        Mark(Kind.CONTRAST, None, mark.start, mark.end)
        if mark.value == "topic" and 0 < at < len(marks) - 1 and marks[at - 1].kind is Kind.SUBJECT
        else mark
        for at, mark in enumerate(marks)
    ]


def _compared(message: Message, marks: list[Mark]) -> list[Mark]:
    """'afternoon > morning' prefers the first."""
    if any(mark.kind is Kind.CHANGE for mark in marks):
        return marks
    return [
        Mark(Kind.DENY, None, mark.start, mark.end)
        if mark.kind is Kind.INTO and message.folded_at(mark.start) == ">"
        else mark
        for mark in marks
    ]


def _indifferent(message: Message, marks: list[Mark]) -> list[Mark]:
    """'mấy giờ về cũng được': a question word before 'cũng được' asks nothing."""
    last = max(
        (m.start for m in marks if m.kind is Kind.CAN and message.folded_at(m.start) in {"cung", "deu"}),
        default=-1,
    )
    return [
        Mark(Kind.ANY, None, mark.start, mark.end) if mark.kind is Kind.ASK and mark.start < last else mark
        for mark in marks
    ]


_READINGS = (
    _indifferent, _corrected, _approved, _one_or_other, _excepted, _day_list_off, _compared, _changed,
    _kept, _exchanged, _in_place, _interjected, _contrasted,
)  # fmt: skip


def together(message: Message, marks: list[Mark]) -> list[Mark]:
    """All marks of a message, put right where only the whole shows what is meant."""
    for meant in _READINGS:
        marks = meant(message, marks)
    return marks
