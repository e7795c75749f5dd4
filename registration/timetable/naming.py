"""Words as students type them, and the keys by which names are compared."""

import re
import unicodedata
from dataclasses import dataclass

from registration.folding import fold

SEPARATOR = re.compile(r"[,;+&/\n]|(?<!\d)\.(?!\d)|\s-\s")
_CODE = re.compile(r"[a-z]{2,5}\d{3,5}[a-z]?")
NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_JOINING = {"va", "and", "voi", "with", "cung", "roi", "them", "nua"}
_FILLER_TEXT = """
em minh toi tui ban anh chi co thay oi a ah ay nhe nha voi cho hoc muon dinh can dang ky dk mon cac lop
nhung la phan the nay ki se thi duoc dc cung roi them nua m to would like want take study course courses
the subject subjects please need register for class classes my with also
"""
_FILLER = frozenset(_FILLER_TEXT.split())


@dataclass(frozen=True)
class Word:
    """A word as it is compared and as the student wrote it."""

    folded: str
    shown: str


def words_of(text: str) -> list[Word]:
    shown = _WORD.findall(unicodedata.normalize("NFC", text))
    return [Word(fold(word), word) for word in shown if fold(word)]


def text_of(words: list[Word]) -> str:
    return " ".join(word.shown for word in words)


def key_of(words: list[Word]) -> str:
    return name_key(" ".join(word.folded for word in words))


def is_code(words: list[Word]) -> bool:
    return bool(_CODE.fullmatch("".join(word.folded for word in words)))


def name_key(name: str) -> str:
    """A name as it is compared: folded, Roman numbers as digits, y as i ("kỹ" and "kĩ" are the same word)."""
    return " ".join(_ROMAN.get(word, word).replace("y", "i") for word in fold(name).split())


def initials(name: str) -> str:
    """The first letters of a key and its numbers: "co so du lieu" is "csdl", "giai tich 1" is "gt1"."""
    return "".join(word if word.isdigit() else word[0] for word in name.split())


def parts_at_joints(words: list[Word]) -> list[list[Word]]:
    """The words, parted at "và" and the like."""
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.folded in _JOINING:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def without_filler(words: list[Word]) -> list[Word]:
    """The words without "em muốn học …" before and "… nhé" after them; a leading "I" is English."""
    start, end = 0, len(words)
    while start < end and (words[start].folded in _FILLER or words[start].folded == "i"):
        start += 1
    while start < end and words[end - 1].folded in _FILLER:
        end -= 1
    return words[start:end]
