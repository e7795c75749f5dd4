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
        if not folded.isalpha() or folded in _NEITHER:
            continue
        if word != folded:
            vietnamese += 2
        elif word in ENGLISH_DAYS or (word in _ENGLISH_WORDS and folded not in _FOLDED_VIETNAMESE):
            english += 1
        elif folded in _VIETNAMESE_ONLY or (folded in _FOLDED_VIETNAMESE and word not in _ENGLISH_WORDS):
            vietnamese += 1
    if vietnamese == english:
        return None
    return "vi" if vietnamese > english else "en"
