"""Slips of the keyboard: Telex left undecoded, letters swapped, one letter wrong in a long word."""

from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import days, lexicon
from .marks import Mark
from .tokens import Message, Token
from .wordlists import load

# Only words that no other common word comes near may be guessed; short words never are.
_DATA = load("spelling")
_TARGETS = tuple(_DATA["similar"].split())
_SWAPPABLE = tuple(_DATA["swapped"].split())
_TONES = "sfrxj"
_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=4096)
def correct(folded: str) -> str | None:
    """The known word that an unknown one stands for, or None."""
    if lexicon.known(folded) or len(folded) > 14 or len(folded) < 3:
        return None
    return _telex(folded) or _swapped(folded) or _similar(folded)


def mark(message: Message, index: int, replacement: str) -> Mark | None:
    """What the replaced token stands for at its place in the message."""
    old = message.tokens[index]
    tokens = (
        *message.tokens[:index],
        Token(replacement, replacement, old.start, old.end),
        *message.tokens[index + 1 :],
    )
    mended = replace(message, tokens=tokens)
    return days.scan(mended, index) or lexicon.match(mended, index)


def _telex(folded: str) -> str | None:
    """'sangs' as 'sang', 'chieefu' as 'chieu': the letters that Telex would have turned into accents."""
    plain = (
        folded.replace("w", "").replace("aa", "a").replace("ee", "e").replace("oo", "o").replace("dd", "d")
    )
    for tone in _TONES:
        at = plain.rfind(tone)
        if at > 0 and not _VOWELS.isdisjoint(plain[:at]):  # a tone is typed behind its vowel
            stripped = plain[:at] + plain[at + 1 :]
            stripped = stripped.replace("aa", "a").replace("ee", "e").replace("oo", "o")
            if stripped in _TELEX:
                return stripped
    return plain if plain != folded and plain in _TELEX else None


def _swapped(folded: str) -> str | None:
    return next(
        (
            word
            for word in _SWAPPABLE
            if len(word) == len(folded)
            and sorted(word) == sorted(folded)
            and word[0] == folded[0]
            and OSA.distance(word, folded) == 1
        ),
        None,
    )


def _similar(folded: str) -> str | None:
    if len(folded) < 5:
        return None
    limit = 1 if len(folded) < 7 else 2
    best = process.extractOne(folded, _TARGETS, scorer=OSA.distance, score_cutoff=limit)
    return None if best is None or best[0][0] != folded[0] else str(best[0])


_TELEX = frozenset(_DATA["telex"].split())
