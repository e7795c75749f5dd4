"""From a message to its marks: each stretch of tokens and what it stands for, nothing left out."""

import re

from . import ambiguous, codes, days, lexicon, names, neighbours, rereading, spelling, teachers, times
from .marks import Kind, Mark
from .tokens import Message

_SIGNS = {
    **dict.fromkeys(",-()", Kind.COMMA),
    **dict.fromkeys(";.!\n", Kind.BREAK),
    **dict.fromkeys("+&/", Kind.AND),
    "?": Kind.QUESTION_MARK,
    ">": Kind.INTO,
}
_DATE = re.compile(
    r"(?:ngay\s+)?\d{1,2}\s*[/\-.]\s*\d{1,2}\s*[/\-.]\s*\d{2,4}(?!\d)"
    r"|(?:ngay\s+)?(?:[12]?\d|3[01])/(?:0?[1-9]|1[0-2])(?![\d/,])"
    r"|(?:ngay|mung|hom)\s+\d{1,2}(?:\s+thang\s+\d{1,2})?(?!\s*[,\d]|\s+(?:gio|h|mon|buoi))"
    r"|thang\s+\d{1,2}"
    r"|\d{1,2}(?:st|nd|rd|th)\b"
    r"|(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|jan|feb|apr|aug|sept|oct|nov|dec)\s+\d{1,2}(?:st|nd|rd|th)?\b"
)
_ORDINAL = re.compile(
    r"(?:(?:nam|lan|khoa|ky|ki|hoc ky|nguoi|mon|lop|tiet|tang|phong|chuong|k)\s+(?:thu\s+)?"
    r"(?:\d+(?:\s*[-,]\s*\d+)*|nhat|hai|ba|tu)\b(?!\s*(?:/|h\b|gio\b))"
    r"|(?:year|semester|room|chapter)\s+\d+)"
)
_CHOICE = re.compile(
    r"(?:(?:em\s+)?chon\s+)?(?:phuong an|lua chon|dap an|option|so|choice|number|cau|muc|y|cai)\s+"
    r"(?:so\s+|thu\s+|number\s+)?(?P<n>\d|nhat|hai|ba|tu|dau tien|dau)\b(?!\s*(?:h|gio|:)\b)"
    r"|(?:phuong an|dap an|option|answer|chon)\s+(?P<letter>[abcd])\b"
    r"|(?:the )?(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)(?: one| option| choice)?$"
    r"|(?:the )?(?P<which>first|second|third|fourth|1st|2nd|3rd|4th) (?:one|option|choice)\b"
)
_CHOICE_WORDS = {
    **{"nhat": 1, "dau": 1, "dau tien": 1, "hai": 2, "ba": 3, "tu": 4},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4},
    **{"a": 1, "b": 2, "c": 3, "d": 4},
}


def marks_of(message: Message) -> list[Mark]:
    found: list[Mark] = []
    index = 0
    while index < len(message.tokens):
        mark = neighbours.among(message, _mark_at(message, index), found)
        found.append(mark)
        index = mark.end
    return rereading.together(message, found)


def _mark_at(message: Message, index: int) -> Mark:
    if names.is_name(message, index) and (named := names.scan(message, index)):
        return named
    if message.tokens[index].folded[0].isalnum():
        for scan in (
            teachers.scan,
            _ordinal,
            codes.scan,
            _choice,
            _date,
            times.scan,
            days.scan,
            ambiguous.scan,
            lexicon.match,
            names.scan,
            _corrected,
        ):
            mark = scan(message, index)
            if mark is not None:
                return mark
        return Mark(Kind.UNKNOWN, None, index, index + 1)
    return lexicon.match(message, index) or Mark(
        _SIGNS.get(message.tokens[index].folded, Kind.FILLER), None, index, index + 1
    )


def _corrected(message: Message, index: int) -> Mark | None:
    """An unknown word that is one slip away from a known one."""
    token = message.tokens[index]
    if token.folded.isdigit():
        return None
    replacement = spelling.correct(token.folded)
    return None if replacement is None else spelling.mark(message, index, replacement)


def _matched(pattern: re.Pattern[str], message: Message, index: int) -> tuple[re.Match[str], int] | None:
    position = message.tokens[index].start
    if position and message.folded[position - 1].isalnum():
        return None
    found = pattern.match(message.folded, position)
    return None if found is None else (found, max(message.index_at(found.end()), index + 1))


def _date(message: Message, index: int) -> Mark | None:
    matched = _matched(_DATE, message, index)
    if matched is None or (
        message.question == "days" and re.fullmatch(r"(?:ngay|hom)\s+[2-7]|[2-7]/[2-7]", matched[0].group())
    ):
        return None
    return Mark(Kind.ONE_OFF, None, index, matched[1])


def _ordinal(message: Message, index: int) -> Mark | None:
    """'năm thứ 3', 'lần thứ 2', 'tiết 3': numbers that are no days."""
    if message.folded_at(index) == "tiet" and message.folded_at(index + 1) == "1":
        return None
    matched = _matched(_ORDINAL, message, index)
    if matched is None or (message.folded_at(index) == "lop" and len(matched[0].group()) > 8):
        return None
    return Mark(Kind.FILLER, None, index, matched[1])


def _choice(message: Message, index: int) -> Mark | None:
    matched = _matched(_CHOICE, message, index)
    if matched is None or message.word_at(index) in {"sợ", "sở", "sổ", "ỷ", "câu"}:
        return None
    text = next(filter(None, matched[0].groups()))
    return Mark(Kind.OPTION, int(text) if text.isdigit() else _CHOICE_WORDS[text], index, matched[1])
