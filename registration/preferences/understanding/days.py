"""Days of the week as students write them: 'thứ 2,4,6', 't2-t5', '246', 'chủ nhật', 'Mon-Wed', 'MWF'."""

from .day_names import UNITS, Found, days_of, is_clock, letters, named, number, number_word
from .marks import Kind, Mark
from .tokens import Message

_RANGE = {"-", "~", ">", "den", "toi", "to", "through", "thru", "till", "until"}

_LIST = {",", "/", "&", "+", "va", "and", "hoac", "hay", "or", "-", ".", "voi", "cung", ";", "lan", "n"}

_BEFORE_RUN = {
    "sang",
    "chieu",
    "toi",
    "hoc",
    "ngay",
    "thu",
    "buoi",
    "hom",
    "nghi",
    "tranh",
    "ne",
    "tru",
    "thanh",
}


def scan(message: Message, index: int) -> Mark | None:
    """The days named from a token on, with their lists and ranges."""
    lettered = letters(message, index)
    if lettered is not None:
        return Mark(Kind.DAYS, lettered.days, index, lettered.end)
    first = (
        named(message, index) or _compact(message, index) or _bare(message, index) or _words(message, index)
    )
    if first is None:
        return None
    if first.rejected:
        return Mark(Kind.REJECTED, first.rejected, index, first.end)
    days, end = _follow(message, first)
    return Mark(Kind.DAYS, tuple(sorted(set(days))), index, end)


def _follow(message: Message, first: Found) -> tuple[list[int], int]:
    """The list or the range that a first day begins."""
    ranged = _range(message, first)
    if ranged is not None:
        return list(ranged.days), ranged.end
    days, end = list(first.days), first.end
    while (following := _next_in_list(message, end)) is not None and not following.rejected:
        days.extend(following.days)
        end = following.end
    return days, end


def _range(message: Message, first: Found) -> Found | None:
    at = first.end
    if len(first.days) != 1 or message.folded_at(at) not in _RANGE:
        return None
    if message.folded_at(at) == "to" and {"change", "switch", "move", "swap", "doi", "chuyen"} & {
        token.folded for token in message.tokens[:at]
    }:
        return None  # "change Monday to Tuesday"
    hyphen = message.folded_at(at) == "-"
    while message.folded_at(at) in _RANGE:
        at += 1
    last = named(message, at) or number(message, at)
    if last is None or len(last.days) != 1 or last.days[0] <= first.days[0]:
        return None
    if hyphen and message.folded_at(last.end) == "-" and _continues(message, last.end + 1):
        return None  # "2-4-6" is a list
    return Found(tuple(range(first.days[0], last.days[0] + 1)), last.end)


def _continues(message: Message, index: int) -> bool:
    return (named(message, index) or number(message, index)) is not None


def _next_in_list(message: Message, index: int) -> Found | None:
    at = index
    while message.folded_at(at) in _LIST and at - index < 2:
        at += 1
    separated = at > index
    found = number(message, at) or number_word(message, at, separated)
    if found is None and separated and _separator_is_tight(message, index):
        found = _plain_named(message, at)
    elif found is None and not separated:
        found = named(message, at) if message.glued(at) or message.folded_at(at) in {"t", "cn"} else None
    return found


def _separator_is_tight(message: Message, index: int) -> bool:
    return message.folded_at(index) in {"-", "/", "+", "&", "."}


def _plain_named(message: Message, index: int) -> Found | None:
    found = named(message, index)
    return found if found is not None and not found.rejected else None


def _compact(message: Message, index: int) -> Found | None:
    """'246' alone: days, unless it is a number of something."""
    text = message.folded_at(index)
    if not text.isdigit() or len(text) < 3 or not days_of(text) or message.glued(index):
        return None
    before = message.folded_at(index - 1)
    if message.folded_at(index + 1) in UNITS or before in {
        "lop",
        "phong",
        "ma",
        "class",
        "so",
        "room",
        "mon",
        "course",
        "code",
        "id",
        "khoa",
        "nam",
    }:
        return None
    if message.question in {"specific", "subjects"} and index == 0 and len(message.tokens) == 1:
        return None
    return Found(days_of(text), index + 1)


def _run(message: Message, index: int) -> bool:
    """Whether numbers stand here that can only be days: 'chiều 2 4 6', '2,4,6'."""
    digits, at = [], index
    while message.folded_at(at).isdigit() and len(message.folded_at(at)) == 1:
        digits.append(message.folded_at(at))
        listed = message.folded_at(at + 1) in {",", "-", "/"} and message.folded_at(at + 2).isdigit()
        at += 2 if listed else 1
    if message.folded_at(at) in UNITS or not days_of("".join(digits)):
        return False
    return len(digits) >= 3 or (len(digits) == 2 and message.folded_at(index - 1) in _BEFORE_RUN)


def _words(message: Message, index: int) -> Found | None:
    """'hai tư sáu' as the answer to the question about days."""
    if message.question != "days" or index or not all(number_word(message, at, True) for at in (0, 1)):
        return None
    return number_word(message, index, True)


def _bare(message: Message, index: int) -> Found | None:
    """'2 4 6' or '3' as the answer to the question about days, or 'chiều 2 4 6' at any."""
    text = message.folded_at(index)
    if message.question != "days" and text.isdigit() and _run(message, index):
        return Found(days_of(text), index + 1)
    if message.question != "days" or not text.isdigit() or message.folded_at(index + 1) in UNITS:
        return None
    if is_clock(message, index) or message.folded_at(index - 1) in {
        "so",
        "lop",
        "tiet",
        "sau",
        "truoc",
        "after",
        "before",
        "nam",
    }:
        return None
    days = days_of(text)
    if days:
        return Found(days, index + 1)
    return Found((), index + 1, text) if len(text) == 1 and len(message.tokens) <= 2 else None
