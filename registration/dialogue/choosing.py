"""Which of the things on offer a short answer names: "2", "lịch thứ hai", "the last one"."""

import re
import unicodedata

from registration.folding import fold

_MAX_LENGTH = 80  # characters; what is longer says more than a choice
_LAST = -1

# These name a place wherever they stand.
_ORDINALS = {
    **{"thứ nhất": 1, "đầu tiên": 1, "cuối cùng": _LAST, "sau cùng": _LAST},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": _LAST, "final": _LAST},
}
# These mean much else, so they are all that is said, or follow what they count: "chọn một" is any one.
_NUMBERS = {
    **{"một": 1, "hai": 2, "ba": 3, "bốn": 4},
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
}
# Only behind what they count: "thứ hai" alone is Monday.
_COUNTING = {
    **{"đầu": 1, "cuối": _LAST},
    **{"thứ hai": 2, "thứ ba": 3, "thứ tư": 4, "thứ năm": 5, "thứ sáu": 6, "thứ bảy": 7},
}


def _any(*phrases: str) -> str:
    """A pattern for any of the phrases, typed with all its accents or with none."""
    spelled = {typed for phrase in phrases for typed in (phrase, fold(phrase))}
    return rf"(?:{'|'.join(sorted(spelled, reverse=True))})"


_BEFORE = _any(
    *("em", "mình", "tôi", "tớ", "tui", "cho", "xin", "muốn", "thích", "chọn", "lấy", "chốt", "là", "thì"),
    *("dạ", "vâng", "ừ", "ok", "okay", "yes", "vậy", "theo", "đăng ký", "đăng kí", "đk", "register"),
    *("i", "id", "ill", "im", "would", "will", "like", "want", "to", "take", "choose", "pick", "select"),
    *("go", "going", "with", "for", "lets", "prefer", "give", "me", "please", "the", "my", "choice", "is"),
)
_COUNTED = _any(
    *("cái", "lịch", "phương án", "lựa chọn", "thời khóa biểu", "thời khoá biểu", "tkb", "số"),
    *("option", "timetable", "schedule", "number", "choice"),
)
_AFTER = _any(
    *("ạ", "nhé", "nha", "nhá", "đi", "luôn", "thôi", "bạn", "ấy", "đó", "đấy", "rồi", "vậy"),
    *("ổn", "tốt", "đẹp", "hợp", "được", "hơn", "nhất", "please", "pls", "thanks", "thank you", "then"),
)
_BEHIND_ORDINAL = _any("one", "option", "timetable", "schedule", "choice")
_ORDINAL = rf"{_any(*_ORDINALS)}|\d\d?(?:st|nd|rd|th)"
_CHOICE = re.compile(
    rf"(?:(?:{_BEFORE} )*(?:{_any('học')} (?={_COUNTED} ))?(?:"
    rf"(?:{_COUNTED} )*(?:no )?(?P<number>\d\d?)"
    rf"|(?:{_COUNTED} )*(?P<ordinal>{_ORDINAL})(?: {_BEHIND_ORDINAL})?"
    rf"|(?:{_COUNTED} )+(?P<counting>{_any(*_COUNTING, *_NUMBERS)}|{_any('thứ')} \d\d?)"
    rf")|(?P<alone>{_any(*_NUMBERS)}))(?: {_AFTER})*",
    re.ASCII,
)
_PLACES = {fold(phrase): place for phrase, place in {**_ORDINALS, **_NUMBERS, **_COUNTING}.items()}
_SIGNS = re.compile(r"[\W_]+")


def chosen_place(text: str, offered: int) -> int | None:
    """The place (from 1) that a choice of `offered` things names, be it offered or not; None: no choice."""
    if len(text) > _MAX_LENGTH or "?" in text:
        return None
    small = unicodedata.normalize("NFKC", text).lower().replace("'", "").replace("’", "")
    match = _CHOICE.fullmatch(_SIGNS.sub(" ", small).strip())
    if match is None:
        return None
    named = next(filter(None, match.groups()))
    digits = re.search(r"\d+", named)
    place = int(digits[0]) if digits else _PLACES[fold(named)]
    return offered if place == _LAST else place
