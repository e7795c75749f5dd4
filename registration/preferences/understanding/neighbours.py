"""What a mark means beside the marks around it."""

from .marks import Kind, Mark
from .tokens import Message

# One word alone says nothing of these outside their questions: 'đều', 'ít', 'gọn', 'chờ'.
_WEAK = {
    Kind.CONTINUOUS: {"prefer_continuous", "prefer_free_days"},
    Kind.FREE_DAYS: {"prefer_free_days"},
    Kind.SCATTERED: {"prefer_continuous", "prefer_free_days"},
}
_GATHERED = frozenset(
    ["don", "lai", "gom", "gop", "cuc"]
)  # "học dồn": into few days, where days are the question
_STRONG = {"lien", "consecutive", "consecutively", "continuous", "continuously", "contiguous"}


def _says_gathered(message: Message, mark: Mark) -> bool:
    words = {message.folded_at(at) for at in range(mark.start, mark.end)}
    return bool(words & _GATHERED) and "buoi" not in words


def _weakened(message: Message, mark: Mark) -> Mark:
    if (
        message.question in ("prefer_free_days", "confirm")
        and mark.kind is Kind.CONTINUOUS
        and _says_gathered(message, mark)
    ):
        return Mark(Kind.FREE_DAYS, True, mark.start, mark.end)
    questions = _WEAK.get(mark.kind)
    if (
        questions is None
        or mark.end - mark.start > 1
        or message.question in questions
        or message.folded_at(mark.start) in _STRONG
    ):
        return mark
    return Mark(Kind.FILLER, None, mark.start, mark.end)


def _day_off(message: Message, mark: Mark, found: list[Mark]) -> Mark:
    """'Friday is my day off': said of a day, the words name no wish for free days in general."""
    if (
        mark.kind is not Kind.FREE_DAYS
        or message.folded_at(mark.start) not in {"ngay", "day", "off", "free"}
        or mark.end - mark.start > 2
    ):
        return mark
    before = next((m.kind for m in reversed(found) if m.kind is not Kind.FILLER), None)
    return Mark(Kind.OFF, None, mark.start, mark.end) if before is Kind.DAYS else mark


def _getting_up(message: Message, mark: Mark, found: list[Mark]) -> Mark:
    """'sáng em không dậy nổi' says it of the morning, not of early hours."""
    words = [message.folded_at(i) for i in range(mark.start, mark.end)]
    if mark.kind is not Kind.EARLY or words[0] != "day" or "som" in words or mark.value is False:
        return mark
    before = next((m.kind for m in reversed(found) if m.kind not in (Kind.FILLER, Kind.NO)), None)
    return Mark(Kind.STUDY, None, mark.start, mark.end) if before is Kind.PERIOD else mark


def among(message: Message, mark: Mark, before: list[Mark]) -> Mark:
    """The mark as it is meant behind those before it."""
    mark = _still(message, _morning_person(message, _weakened(message, mark)), before)
    return _getting_up(message, _day_off(message, mark, before), before)


def _morning_person(message: Message, mark: Mark) -> Mark:
    """'I'm a morning person', where the period is asked for, speaks of mornings."""
    if message.question != "time_period" or message.folded_at(mark.end - 1) != "person":
        return mark
    return Mark(Kind.PERIOD, "morning", mark.start, mark.end) if mark.kind is Kind.EARLY else mark


def _still(message: Message, mark: Mark, before: list[Mark]) -> Mark:
    """'tối em còn đi tập': behind its subject the word is no 'but'."""
    subject = bool(before) and before[-1].value == "speaker"
    if mark.kind is Kind.BREAK and subject and message.folded_at(mark.start) == "con":
        return Mark(Kind.FILLER, None, mark.start, mark.end)
    return mark
