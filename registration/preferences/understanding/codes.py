"""Class ids and course codes: 'lớp 153284', 'IT3080', 'it 3080', 'IT3080-01'."""

import re

from .lexicon import known
from .marks import Kind, Mark
from .tokens import Message

_COURSE = re.compile(
    r"(?P<letters>[a-z]{2,4})(?P<gap>[ \-]?)(?P<digits>\d{3,4})(?P<tail>[a-z]?)(?![a-z0-9])"
    r"(?P<group>[.\-_/][a-z]{0,3}\d{1,3}[a-z]?(?![a-z0-9]))?"
)
_CLASS_HEAD = re.compile(
    r"(?:(?:ma|id|code)\s+)?(?:lop hoc phan|lop hp|ma lop|lop|class|section|ma so|ma)"
    r"(?:\s+(?:hoc phan|hp|so|ma|id|code|number|la|nao do))*\s*[:#]?\s+"
    r"(?P<id>(?=[a-z0-9._\-]*\d)[a-z]{0,5}[ ]?[a-z0-9]*\d[a-z0-9]*(?:[.\-_][a-z0-9]+)*)(?![a-z0-9])"
)
_NUMBER = re.compile(r"\d{5,8}(?:[.\-_][a-z0-9]{1,4})?(?![a-z0-9])")
_NOT_CODES = frozenset(
    """
    thu lop tiet nam hoc ca gio ngay khoa so sau tu den toi luc phong room class the for and or at day
    from hoac va la voi cn mon tue wed fri sat sun khung ma id k tr vnd usd year tang
    """.split()  # noqa: SIM905
)


def scan(message: Message, index: int) -> Mark | None:
    """The class id or course code that starts at a token."""
    position = message.tokens[index].start
    if position and message.folded[position - 1].isalnum():
        return None
    return (
        _class_with_head(message, index, position)
        or _course(message, index, position)
        or _number(message, index, position)
    )


def is_class(message: Message, position: int) -> bool:
    """Whether the course code at a position goes on as that of a class: 'IT3080-01'."""
    found = _COURSE.match(message.folded, position)
    return found is not None and found["group"] is not None


def _class_with_head(message: Message, index: int, position: int) -> Mark | None:
    found = _CLASS_HEAD.match(message.folded, position)
    if found is None:
        return None
    written = found["id"].replace(" ", "")
    if (
        len(written) < 3
        or (written.rstrip("h").isdigit() and len(written) < 4)
        or re.match(r"(thu|t|tiet|tu|sau|truoc|den)\d+$", written)
    ):
        return None
    return _mark(Kind.CLASS, written.upper(), message, index, found.end("id"))


def _course(message: Message, index: int, position: int) -> Mark | None:
    found = _COURSE.match(message.folded, position)
    if found is None or not message.text[position : found.end()].isascii():
        return None
    if found["letters"] in _NOT_CODES or (found["gap"] and not _spaced_code(message, found)):
        return None
    code = (found["letters"] + found["digits"] + found["tail"]).upper()
    if found["group"]:
        return _mark(Kind.CLASS, code + found["group"].upper(), message, index, found.end())
    return _mark(Kind.SUBJECT, (code,), message, index, found.end())


def _spaced_code(message: Message, found: re.Match[str]) -> bool:
    """'it 3080' at the question about subjects, 'IT 3080' anywhere; else letters that are no word."""
    written = message.text[found.start() : found.end()]
    return (
        message.question == "subjects"
        or written[:2].isupper()
        or (not known(found["letters"]) and len(found["digits"]) == 4)
    )


def _number(message: Message, index: int, position: int) -> Mark | None:
    found = _NUMBER.match(message.folded, position)
    if found is None:
        return None
    if (
        message.question != "specific"
        and message.folded_at(index - 1) not in {"lop", "class", "ma"}
        and len(message.tokens) < 2
    ):
        return None
    written = found.group().upper()
    return None if _weekdays(written) else _mark(Kind.CLASS, written, message, index, found.end())


def _weekdays(digits: str) -> bool:
    return set(digits) <= set("234567") and list(digits) == sorted(set(digits))


def _mark(kind: Kind, value: str | tuple[str, ...], message: Message, index: int, position: int) -> Mark:
    return Mark(kind, value, index, max(message.index_at(position), index + 1))
