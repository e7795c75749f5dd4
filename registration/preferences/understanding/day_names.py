"""One day as it may be named: 'thứ 2', 't2', 'thứ hai', 'cn', 'Mon', or the letters of 'M-W-F'."""

import re
from dataclasses import dataclass

from .tokens import Message

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SUNDAY = 6

_NUMBER_WORDS = {"hai": 0, "ba": 1, "tu": 2, "bon": 2, "nam": 3, "sau": 4, "bay": 5}

_NUMBER_SPELLINGS = {
    "hai",
    "ba",
    "tư",
    "bốn",
    "năm",
    "sáu",
    "bảy",
    "bẩy",
    "bẫy",
    "tứ",
    "nam",
    "sau",
    "bay",
    "tu",
    "nămm",
    "bải",
}

_ENGLISH = {
    "monday": 0, "mondays": 0, "mon": 0, "tuesday": 1, "tuesdays": 1, "tue": 1, "tues": 1, "wednesday": 2,
    "wednesdays": 2, "wed": 2, "weds": 2, "thursday": 3, "thursdays": 3, "thu": 3, "thur": 3, "thurs": 3,
    "friday": 4, "fridays": 4, "fri": 4, "saturday": 5, "saturdays": 5, "sat": 5, "sats": 5, "sunday": 6,
    "sundays": 6, "sun": 6, "suns": 6,
    "mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6,
}  # fmt: skip

_SHORT = {"mo", "tu", "we", "th", "fr", "sa", "su"}  # words of their own: days only beside another day

_AMBIGUOUS = {"mon", "thu", "sat", "sun"} | _SHORT

# After a number these make it a count or a time, not a day.
UNITS = frozenset(
    """
    h g gio ngay buoi tiet tin mon lop nguoi tuan hom thang am pm days day classes times hours hour thay
    co giao ca o'clock phut nam : % lan tuoi credits subjects courses mornings st nd rd
    """.split()  # noqa: SIM905
)

_LETTERS = {
    "m": 0,
    "mo": 0,
    "t": 1,
    "tu": 1,
    "w": 2,
    "we": 2,
    "r": 3,
    "th": 3,
    "f": 4,
    "fr": 4,
    "sa": 5,
    "su": 6,
}

_LETTER_LIST = re.compile(r"(?:m|tu?|w|th|r|f|sa|su)(?:\s?[-/&,]\s?(?:m|tu?|w|th|r|f|sa|su))+(?![a-z0-9])")


_LETTER_RUN = re.compile(r"(?:M|Tu|Th|T|W|R|F|Sa|Su|S){3,7}")
_ONE_LETTER = re.compile(r"Tu|Th|Sa|Su|[MTWRFS]")


@dataclass(frozen=True)
class Found:
    days: tuple[int, ...]
    end: int
    rejected: str = ""


def named(message: Message, index: int) -> Found | None:
    return _vietnamese(message, index) or _sunday(message, index) or _english(message, index)


def _vietnamese(message: Message, index: int) -> Found | None:
    """'thứ 2', 't2', 'th 2', 'thứ hai', 'thứ 246'."""
    head = message.folded_at(index)
    if head not in {"thu", "t", "th"} or message.word_at(index) in {"thù", "thụ", "thủ", "thu."}:
        return None
    at = index + 1
    if message.folded_at(at) in {".", "-"} and message.glued(at):
        at += 1
    if message.folded_at(at) == "cn":
        return Found((SUNDAY,), at + 1)
    text = message.folded_at(at)
    if text.isdigit() and (head == "thu" or message.glued(at) or text in "234567"):
        return _digits(message, index, at)
    if head == "thu" or (
        head in {"t", "th"} and message.word_at(at) in {"hai", "ba", "tư", "năm", "sáu", "bảy"}
    ):
        return _number_after_head(message, at)
    return None


def _digits(message: Message, index: int, at: int) -> Found | None:
    text = message.folded_at(at)
    if message.folded_at(at + 1) in {"h", "g", "gio", ":"} and message.folded_at(index) != "thu":
        return None
    days = days_of(text)
    if days:
        return Found(days, at + 1)
    return Found((), at + 1, message.written(index, at + 1)) if len(text) <= 2 else None


def days_of(digits: str) -> tuple[int, ...]:
    """'246' as Monday, Wednesday, Friday; nothing unless the digits are days in order."""
    if len(digits) > 6 or not set(digits) <= set("234567") or list(digits) != sorted(set(digits)):
        return ()
    return tuple(int(digit) - 2 for digit in digits)


def _number_after_head(message: Message, at: int) -> Found | None:
    folded, word = message.folded_at(at), message.word_at(at)
    if folded not in _NUMBER_WORDS or (word not in _NUMBER_SPELLINGS and word != folded):
        return None
    if folded == "sau" and word == "sau" and message.folded_at(at + 1).isdigit():
        return None  # "thứ … sau 9h"
    return Found((_NUMBER_WORDS[folded],), at + 1)


def number(message: Message, index: int) -> Found | None:
    """A digit, or digits, that go on a list: 'thứ 2, 4 và 6'."""
    text = message.folded_at(index)
    if not text.isdigit() or message.folded_at(index + 1) in UNITS or is_clock(message, index):
        return None
    days = days_of(text)
    return Found(days, index + 1) if days else None


def is_clock(message: Message, index: int) -> bool:
    following = message.folded_at(index + 1)
    return following in {"h", "g", ":"} or (
        following == "." and message.folded_at(index + 2).isdigit() and len(message.folded_at(index + 2)) == 2
    )


def number_word(message: Message, index: int, separated: bool) -> Found | None:
    """A word that goes on a list: 'thứ hai, tư, sáu', but not 'sau' or 'tu' before a time."""
    word, folded = message.word_at(index), message.folded_at(index)
    if folded not in _NUMBER_WORDS or word not in _NUMBER_SPELLINGS:
        return None
    following = message.folded_at(index + 1)
    if following.isdigit() or following in UNITS or following in {"khi", "do"}:
        return None
    if word in {"sau", "nam", "tu", "bay"} and not separated and following not in _NUMBER_WORDS and following:
        return None
    return Found((_NUMBER_WORDS[folded],), index + 1)


def _sunday(message: Message, index: int) -> Found | None:
    head, following = message.folded_at(index), message.folded_at(index + 1)
    if head in {"cn", "chunhat", "cnhat"}:
        return Found((SUNDAY,), index + 1)
    if head in {"chu", "chua"} and following in {"nhat", "nhut", "nhaat", "nhậtj"}:
        return Found((SUNDAY,), index + 2)
    if head == "c" and following == "." and message.folded_at(index + 2) == "n":
        return Found((SUNDAY,), index + 3)
    return None


def _english(message: Message, index: int) -> Found | None:
    word = message.word_at(index)
    if word not in _ENGLISH or (word in _AMBIGUOUS and not _in_english(message, index)):
        return None
    end = index + 1
    if message.folded_at(end) == "." and message.folded_at(end + 1) in {",", "-", "/", "&", "and", "to"}:
        end += 1
    return Found((_ENGLISH[word],), end)


def _in_english(message: Message, index: int) -> bool:
    """Whether 'mon' or 'thu' stands among English days, not as 'môn' or 'thứ' without accents."""
    word = message.word_at(index)
    short = word in _SHORT
    near = [
        message.word_at(i) for i in range(index - 3, index + 4) if i != index and 0 <= i < len(message.tokens)
    ]
    if any(word in _ENGLISH and word not in _SHORT - {message.word_at(index)} for word in near):
        return True
    if short:
        return sum(word in _SHORT for word in near) >= 1 and any(sign in near for sign in "/-,&+")
    hints = {
        "on",
        "every",
        "no",
        "not",
        "avoid",
        "and",
        "or",
        "except",
        "only",
        "free",
        "off",
        "busy",
        "prefer",
        "add",
        "remove",
        "to",
    }
    if word == "thu" and message.language == "vi":
        return False
    return (
        bool(hints & set(near))
        or (message.question == "days" and index == 0 and word == "mon")
        or (len(message.tokens) <= 2 and message.question == "days")
    )


def _run_of_letters(run: str, index: int) -> Found | None:
    """'MTW', 'TWThF': letters of days in the order of the week."""
    days = [{**_LETTERS, "s": 5}[letter.lower()] for letter in _ONE_LETTER.findall(run)]
    return Found(tuple(days), index + 1) if days == sorted(set(days)) and len(days) > 2 else None


def letters(message: Message, index: int) -> Found | None:
    """'M-W-F', 'T/Th', 'M-F'."""
    found = _LETTER_LIST.match(message.folded, message.tokens[index].start)
    if found is None and (run := _LETTER_RUN.fullmatch(message.written(index, index + 1))):
        return _run_of_letters(run.group(), index)
    if found is None or message.tokens[index].folded.isdigit() or message.glued(index):
        return None
    letters = re.split(r"[^a-z]+", found.group())
    days = tuple(sorted({_LETTERS[letter] for letter in letters}))
    if letters == ["m", "f"] and "-" in found.group():
        days = (0, 1, 2, 3, 4)
    return Found(days, max(message.index_at(found.end()), index + 1)) if len(days) > 1 else None
