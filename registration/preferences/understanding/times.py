"""Times of day and their bounds: 'sau 9h', 'trước 4 giờ chiều', 'từ 8h đến 11h30', 'not before 9am'."""

import re
from dataclasses import dataclass

from .marks import Kind, Mark
from .tokens import Message


@dataclass(frozen=True)
class Span:
    """Minutes of the day; `point` is a time without before or after."""

    start: int | None
    end: int | None
    point: bool = False


_HALF = r"am\b|pm\b|a\.m\.?|p\.m\.?|(?:gio )?(?:buoi )?(?:sang|chieu|toi|trua|dem)\b"
_CLOCK = (
    r"(?P<h{n}>\d{{1,2}})(?!\d)"
    r"(?:(?:\s*(?:h|g|gio|giờ)(?![a-z])|:|\.(?=\d\d\b))\s*(?:(?P<m{n}>\d{{2}})(?!\d)(?!\s*(?:h|g|gio)\b)h?)?(?P<sign{n}>))?"
    r"(?P<half{n}>\s*ruoi\b|\s*30 phut\b)?\s*(?:phut\b|p\b)?\s*(?P<part{n}>" + _HALF + r")?\s*(?:o'?clock)?"
)
_A, _B = _CLOCK.format(n=1), _CLOCK.format(n=2)
_RANGE = re.compile(
    r"(?P<lead>(?:trong )?(?:khoang )?(?:bat dau )?"
    r"(?:tu(?: luc)?|from|between|khoang(?: tu)?|trong khoang(?: tu)?)\s+)?"
    + _A
    + r"\s*(?P<join>-+>?|~|den|toi|cho den|to|till|until|and|va)\s*(?:luc |khoang )?"
    + _B
)
_START = (
    r"bat dau (?:hoc )?(?:sau|tu|luc)(?: khoang)?|(?:tu )?sau(?: luc| khoang| khi)?|tu(?: luc| khoang| sau)?"
    r"|(?:muon|tre) hon|som nhat(?: la| luc)?|hon|qua"
    r"|not (?:earlier than|before)|no earlier than|start(?:ing|s)?(?: at| from| after)|after|from|since|past"
    r"|later than|earliest(?: at)?"
)
_END = (
    r"(?:ket thuc|xong|ve|tan|tan hoc|hoc xong|tan lop|nghi)\s+(?:hoc )?(?:truoc|luc|vao luc|vao)(?: khoang)?"
    r"|truoc(?: luc| khoang)?|som hon|(?:muon|tre|cham) nhat(?: la| luc)?|toi da(?: la| den)?"
    r"|den(?: khoang| luc)?|toi(?: khoang| luc)?(?= \d)|(?:no|not) later than|not after"
    r"|(?:end(?:ing|s)?|finish(?:ed|ing|es)?|done|over|leave|out|home)(?: at| by| before)"
    r"|before|until|till|by|earlier than"
)
_LATER = r"(?:tro di|ve sau|tro ve sau|do di|tro len|do len|or later|onwards?|and later)\b"
_EARLIER = (
    r"(?:tro (?:ve truoc|lai|xuong)|do lai|ve truoc|or earlier"
    r"|(?:la |thi )?(?:em |minh |toi )?(?:phai |can )?(?:ve|tan|xong)(?! (?:sau|truoc|sang|luc)))\b"
)
_BOUND = re.compile(
    rf"(?:(?P<start>{_START})|(?P<end>{_END}))\s+(?:about |around |like )?{_A}(?P<after>\s*{_LATER})?"
)
_POINT = re.compile(rf"{_A}\s*(?P<after>{_LATER})?(?P<before>{_EARLIER})?")
_LEAVING = re.compile(r"ket thuc|xong|ve|tan|hoc xong|end|finish|done|leave|out|home|start|bat dau")
_NOON = re.compile(
    r"(?:(?P<end>before|by|until|till|truoc|den)|(?P<start>after|from|sau)) "
    r"(?:noon|midday|(?:buoi |gio )?trua)\b"
)
_EVENING = re.compile(r"\b(?:(?:hoc|buoi|ca|lop) toi|evenings?|nights?)\b")
_DAYTIME = re.compile(r"\b(?:sang|chieu|mornings?|afternoons?|noon|trua|am)\b")
_NOT_A_TIME = re.compile(
    r"\s*(?:chut|ti\b|xiu|it\b|phan|tuan|ngay|thang|tiet|mon|nam|tin|buoi|hom|lop|ca\b|phut|nguoi|khi|tieng|%|/"
    r"|days?|weeks?|months?|classes|subjects|credits|years?)"
)


def scan(message: Message, index: int) -> Mark | None:
    """The time, bound or range that starts at a token."""
    position = message.tokens[index].start
    if position and message.folded[position - 1].isalnum():
        return None
    for pattern, read in ((_NOON, _noon), (_RANGE, _range), (_BOUND, _bound), (_POINT, _point)):
        found = pattern.match(message.folded, position)
        span = read(found, message) if found else None
        if span is not None and found is not None:
            return _mark(message, index, found.end(), span)
    return None


def _mark(message: Message, index: int, position: int, span: Span) -> Mark:
    end = max(message.index_at(position), index + 1)
    if not _possible(span):
        return Mark(Kind.REJECTED, message.written(index, end), index, end)
    return Mark(Kind.TIME, span, index, end)


def _possible(span: Span) -> bool:
    known = [minute for minute in (span.start, span.end) if minute is not None]
    return bool(known) and all(0 <= minute < 24 * 60 for minute in known) and known == sorted(set(known))


def _noon(found: re.Match[str], message: Message) -> Span:
    """'before noon', 'sau buổi trưa'."""
    return Span(None, 12 * 60) if found["end"] else Span(12 * 60, None)


def _range(found: re.Match[str], message: Message) -> Span | None:
    marked = _is_time(found, 1) or _is_time(found, 2)
    spoken = (found["lead"] or "").strip() not in {"", "khoang"}
    if not marked and not (spoken and _bare_allowed(found, message)) and not _bare_range(found, message):
        return None
    if found["join"] in {"and", "va"} and (found["lead"] or "").strip() not in {"between", "khoang"}:
        return None
    part_b = found["part2"]
    end = _minutes(found, 2, part_b)
    start = _minutes(found, 1, found["part1"] or _shared(found, part_b))
    if start >= end and end < 12 * 60 and not part_b:
        end += 12 * 60
    return Span(start, end)


def _shared(found: re.Match[str], part: str | None) -> str | None:
    """'2-4h chiều': the first time is of the same half of the day, if it comes before the second."""
    if part and int(found["h1"]) < int(found["h2"]) and int(found["h2"]) < 12:
        return part
    return None


def _bare_allowed(found: re.Match[str], message: Message) -> bool:
    return not _NOT_A_TIME.match(message.folded, found.end()) and message.question != "days"


def _bare_range(found: re.Match[str], message: Message) -> bool:
    """'8-11' as an answer to the question that asks for times."""
    return (
        message.question == "specific"
        and found["join"] in {"-", "to", "den"}
        and int(found["h1"]) >= 6
        and _bare_allowed(found, message)
    )


def _bound(found: re.Match[str], message: Message) -> Span | None:
    if not _is_time(found, 1) and not _bare_bound(found, message):
        return None
    if found["end"] == "toi" and message.word_at(message.index_at(found.start())) != "tới":
        return None  # "tối 7h"
    starts = found["start"] is not None or bool(found["after"])
    minute = _minutes(found, 1, found["part1"], ends=not starts)
    return Span(minute, None) if starts else Span(None, minute)


def _bare_bound(found: re.Match[str], message: Message) -> bool:
    """'after 9', 'trước 17': a number without a unit, where nothing else can be meant."""
    if (
        found["h1"] is None
        or not 1 <= int(found["h1"]) <= 22
        or (message.question == "days" and not _LEAVING.match(found.group()))
        or found["start"] in {"hon", "qua"}
    ):
        return False
    return not _NOT_A_TIME.match(message.folded, found.end())


def _point(found: re.Match[str], message: Message) -> Span | None:
    if not _is_time(found, 1):
        return None
    if found["before"]:
        return Span(None, _minutes(found, 1, found["part1"], ends=True))
    return Span(_minutes(found, 1, found["part1"]), None, point=not found["after"])


def _is_time(found: re.Match[str], n: int) -> bool:
    if found[f"sign{n}"] is not None:
        return True
    return found[f"part{n}"] is not None and found[f"part{n}"].strip()[0] in "ap"


def _minutes(found: re.Match[str], n: int, part: str | None, ends: bool = False) -> int:
    hour = int(found[f"h{n}"])
    if not part and 5 <= hour <= 10 and _only_evening(found.string):
        part = "pm"
    minute = int(found[f"m{n}"] or (30 if found[f"half{n}"] else 0))
    if minute > 59:
        return 24 * 60
    return _hour(hour, (part or "").strip(), ends, found[f"h{n}"].startswith("0")) * 60 + minute


def _only_evening(folded: str) -> bool:
    """Whether a message speaks of the evening and of no other part of the day: 'học tối, về trước 9h'."""
    return bool(_EVENING.search(folded)) and not _DAYTIME.search(folded)


def _hour(hour: int, part: str, ends: bool, written_in_full: bool) -> int:
    """The hour of 24: classes are held from 6 to 22, so 'trước 4h' is 16:00 and 'sau 7h' 07:00."""
    if part.startswith("a") or part.endswith("sang"):
        return 0 if hour == 12 and part.startswith("a") else hour
    if part.startswith("p") or part.endswith(("chieu", "toi", "dem")):
        return hour + 12 if hour < 12 else hour
    if part.endswith("trua"):
        return hour + 12 if hour <= 3 else hour
    if written_in_full or hour == 0:
        return hour
    return hour + 12 if hour < 6 or (ends and hour == 6) else hour


def clock(minute: int) -> str:
    """540 as '09:00'."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
