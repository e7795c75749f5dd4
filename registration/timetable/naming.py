"""Words as students type them, and the keys by which names are compared."""

import re
import unicodedata
from collections.abc import Collection
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
# What is said about names: that they are wanted, refused, or to be put in the place of others.
_SAYING_TEXT = """
khong ko k hk dung bo xoa huy rut loai go giu doi thay chuyen sua bang sang qua thanh chi tru ngoai nhung ma
lay vi thi phai di ra cai giup het luon nham quen thoi con moi
add plus keep take too as well no not do don dont t d ll s will won can you me let lets remove drop delete
cancel exclude skip avoid get rid everything both replace change swap switch instead of without but only just
except than rather to for into from by out off longer more anymore list mean meant forget forgot
"""
_SAYING = frozenset(_SAYING_TEXT.split())
_AROUND = _FILLER | _SAYING


@dataclass(frozen=True)
class Word:
    """A word as it is compared and as the student wrote it, and its place in the text."""

    folded: str
    shown: str
    start: int
    end: int


def pieces_of(text: str) -> list[list[Word]]:
    """The words between commas and the like, with their places in the NFC form of the text."""
    composed = unicodedata.normalize("NFC", text)
    bounds = [0]
    for separator in SEPARATOR.finditer(composed):
        bounds += separator.span()
    bounds.append(len(composed))
    return [_words_of(composed, start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]


def _words_of(text: str, start: int, end: int) -> list[Word]:
    found = ((fold(match.group()), match) for match in _WORD.finditer(text, start, end))
    return [Word(folded, match.group(), *match.span()) for folded, match in found if folded]


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
    return _parted(words, _JOINING)


def parts_at_sayings(words: list[Word]) -> list[list[Word]]:
    """The words, parted at "bỏ", "but not" and the like, without what fills the parts up."""
    return [core for part in _parted(words, _SAYING) if (core := without_filler(part))]


def _parted(words: list[Word], borders: Collection[str]) -> list[list[Word]]:
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.folded in borders:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def without_filler(words: list[Word]) -> list[Word]:
    """The words without "em muốn học …" before and "… nhé" after them; a leading "I" is English."""
    return _stripped(words, _FILLER)


def without_sayings(words: list[Word]) -> list[Word]:
    """The words also without "bỏ môn …", "do not want …" before and "… instead" after them."""
    return _stripped(words, _AROUND)


def _stripped(words: list[Word], around: Collection[str]) -> list[Word]:
    start, end = 0, len(words)
    while start < end and (words[start].folded in around or words[start].folded == "i"):
        start += 1
    while start < end and words[end - 1].folded in around:
        end -= 1
    return words[start:end]
