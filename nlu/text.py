"""A message as the model sees it: with its accents, and folded so that spelling no longer matters.

The parsers fold for themselves: a model must read a message as it did in training, whatever they become.
"""

import re
import unicodedata

_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")

# Chat spellings that share no letters with the word they stand for; n-grams of characters find the others.
_SLANG = {
    short: word
    for word, shorts in {
        "khong": "ko k kg hok hong hem khum hk",
        "dang ky": "dk dky dki",
        "dang ky hoc phan": "dkhp",
        "thoi khoa bieu": "tkb",
        "gi": "j",
        "vay": "z v",
        "minh": "mik mk",
        "duoc": "dc",
        "roi": "r",
        "voi": "vs",
        "the nao": "ntn",
        "muon": "mun",
        "em": "e",
        "toi": "tui",
        "cam on": "camon tks thks thx",
    }.items()
    for short in shorts.split()
}


def accented(text: str) -> str:
    """One Unicode form in small letters; drawn-out letters shortened, every digit a 0 (parsers read ids)."""
    small = unicodedata.normalize("NFC", text).lower()
    return _DIGIT.sub("0", _REPEATED.sub(r"\1", small))


def folded(text: str) -> str:
    """`accented` without accents."""
    parts = unicodedata.normalize("NFD", accented(text).replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def spelled_out(text: str) -> str:
    """The words of `folded`, slang written in full."""
    return " ".join(_SLANG.get(word, word) for word in _WORD.findall(folded(text)))
