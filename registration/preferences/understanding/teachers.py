"""Teachers, whose names may be words ('thầy Sáng', 'cô Thu Ba')."""

from ..rules import same_name
from .days import scan as scan_days
from .lexicon import known
from .marks import Kind, Mark
from .tokens import Message
from .wordlists import load

_DATA = load("teachers")
_TITLES = frozenset(_DATA["titles"].split())
_TITLE_PAIRS = {
    ("giao", "vien"),
    ("giang", "vien"),
    ("co", "giao"),
    ("thay", "giao"),
    ("tien", "si"),
    ("thac", "si"),
    ("giao", "su"),
}
_SURNAMES = frozenset(_DATA["surnames"].split())
# Words that end a name written in small letters, or say that no name follows the title.
_NOT_NAMES = frozenset(_DATA["not_names"].split())
_AFTER_FIRST = frozenset(_DATA["also_names"].split())
_GIVEN_NAMES = frozenset(_DATA["given_names"].split())
_MAX_WORDS = 5


def scan(message: Message, index: int) -> Mark | None:
    """The teacher named from a token on, with or without a title."""
    start = _after_title(message, index)
    if start is None:
        return _full_name(message, index) or _known_name(message, index)
    end = _name_end(message, start)
    if end == start:
        return None
    return Mark(Kind.TEACHER, _written(message, start, end), index, end)


def _after_title(message: Message, index: int) -> int | None:
    pair = (message.folded_at(index), message.folded_at(index + 1))
    if pair in _TITLE_PAIRS:
        after = index + 2
        inner = _after_title(message, after) if after < len(message.tokens) else None
        return inner if inner is not None else _skip_dots(message, after)
    word = message.word_at(index)
    if word == "thay" and message.accented and not _starts_name(message, index + 1):
        return None  # "thay thứ 2 bằng thứ 3"
    if word not in _TITLES or (word == "co" and not _is_miss(message, index)):
        return None
    after = _skip_dots(message, index + 1)
    inner = _after_title(message, after) if after < len(message.tokens) else None
    return inner if inner is not None else after


def _starts_name(message: Message, index: int) -> bool:
    return index < len(message.tokens) and message.capitalised(index) and not message.text.isupper()


def _skip_dots(message: Message, index: int) -> int:
    while message.folded_at(index) in {".", ":"}:
        index += 1
    return index


def _is_miss(message: Message, index: int) -> bool:
    """'co' is 'cô' before a capital, a given name, or an unknown word where teachers are spoken of."""
    following = index + 1
    if following >= len(message.tokens) or not message.folded_at(following).isalpha():
        return False
    if message.capitalised(following) and not message.text.isupper():
        return True
    before = message.folded_at(index - 1)
    if message.folded_at(following) in _GIVEN_NAMES and before != "":
        return True
    around = (
        before
        in {
            "hoc",
            "thich",
            "va",
            "voi",
            "tranh",
            "chon",
            "muon",
            "hoac",
            "cua",
            "lop",
            "tien",
            "bo",
            "them",
            "ne",
            ",",
        }
        or message.question == "specific"
    )
    return (
        around
        and (not known(message.folded_at(following)) or message.folded_at(following) in {"thu"})
        and message.folded_at(following) not in _NOT_NAMES - {"thu", "sang"}
    )


def _name_end(message: Message, start: int) -> int:
    """Where the name ends: with its capitals, or, in small letters, before a word of another meaning."""
    end = start
    family = message.folded_at(start) in _SURNAMES
    cased = start < len(message.tokens) and message.capitalised(start) and not message.text.isupper()
    while (
        end < len(message.tokens)
        and end - start < _MAX_WORDS
        and _belongs(message, end, end == start, cased, family)
    ):
        end += 1
    return end


def _belongs(message: Message, index: int, first: bool, cased: bool, family: bool) -> bool:
    folded = message.folded_at(index)
    if not folded.isalpha() or _day_here(message, index, first):
        return False
    if message.glued(index + 1) and message.folded_at(index + 1).isdigit():
        return False  # "thay IT3080 bằng MI2020"
    if cased:
        return message.capitalised(index)
    if first:
        return folded not in _NOT_NAMES or (folded in _AFTER_FIRST and not _adjective(message, index))
    if family and message.tokens[index].plain and not message.folded_at(index + 1).isdigit():
        return (
            folded == "an" or folded not in _NOT_NAMES
        )  # "thay nguyen van an": a surname has more names behind it
    return folded == "ba" or (not known(folded) and folded not in _NOT_NAMES)


def _adjective(message: Message, index: int) -> bool:
    return message.word_at(index) in {
        "dạy",
        "hay",
        "tốt",
        "đẹp",
        "xinh",
        "tính",
        "giao",
        "quen",
        "thế",
        "hà",
        "day",
        "the",
        "tot",
        "dep",
        "vui",
        "nghỉ",
    }


def _day_here(message: Message, index: int, first: bool) -> bool:
    """Whether a day begins here, not a name; right behind a title only with a digit ('cô Thứ')."""
    if message.folded_at(index) in {"thu", "t", "cn"} and message.folded_at(index + 1).isdigit():
        return True
    return not first and message.word_at(index) == "thứ" and scan_days(message, index) is not None


def _full_name(message: Message, index: int) -> Mark | None:
    """'Nguyễn Văn Nam' where teachers are asked for: a known surname and capitals."""
    if (
        message.question != "specific"
        or message.folded_at(index) not in _SURNAMES
        or not message.capitalised(index)
        or message.text.isupper()
    ):
        return None
    end = _name_end(message, index)
    return Mark(Kind.TEACHER, _written(message, index, end), index, end) if end - index >= 2 else None


def _known_name(message: Message, index: int) -> Mark | None:
    """'bỏ Nam ra': a name given before, with its capital and without its title."""
    if not index or not message.capitalised(index) or message.text.isupper():
        return None
    end = index + 1
    while end < len(message.tokens) and message.capitalised(end):
        end += 1
    name = _written(message, index, end)
    return (
        Mark(Kind.TEACHER, name, index, end)
        if any(same_name(name, old) for old in message.teachers)
        else None
    )


def _written(message: Message, start: int, end: int) -> str:
    """The name with capitals, as the student spelled it."""
    return " ".join(message.written(i, i + 1).capitalize() for i in range(start, end))
