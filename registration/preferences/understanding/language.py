"""The language of a message, where it shows."""

from collections.abc import Sequence

from ..folding import fold_cleaned
from .wordlists import words_of

_ENGLISH_WORDS = words_of("en").spelled
_FOLDED_VIETNAMESE = frozenset(map(fold_cleaned, words_of("vi").spelled))
# Loan words and days, which tell nothing.
_NEITHER = frozenset(
    """
    ok off random full grab gym toeic ielts stress parttime part time free prefer care mind bot
    """.split()  # noqa: SIM905
)
ENGLISH_DAYS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays saturdays sundays mon tue wed fri mwf
    """.split()  # noqa: SIM905
)
_VIETNAMESE_ONLY = frozenset(
    """
    thu nhat cn
    """.split()  # noqa: SIM905
)


def detect(words: Sequence[tuple[str, str]]) -> str | None:
    """'vi', 'en', or None where nothing tells; `words` are pairs of a word and its folded form."""
    vietnamese = english = 0
    for word, folded in words:
        shown = language_of(word, folded)
        if shown == "vi":
            vietnamese += 2 if word != folded else 1
        elif shown == "en":
            english += 1
    if vietnamese == english:
        return None
    return "vi" if vietnamese > english else "en"


def language_of(word: str, folded: str) -> str | None:
    """The language that one word tells of."""
    if not folded.isalpha() or folded in _NEITHER:
        return None
    if word != folded:
        return "vi"
    if word in ENGLISH_DAYS or (word in _ENGLISH_WORDS and folded not in _FOLDED_VIETNAMESE):
        return "en"
    if folded in _VIETNAMESE_ONLY or (folded in _FOLDED_VIETNAMESE and word not in _ENGLISH_WORDS):
        return "vi"
    return None
