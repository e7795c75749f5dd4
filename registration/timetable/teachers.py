"""Whether a class is held by a teacher whom the student wants."""

import re
import unicodedata
from functools import lru_cache

from registration.folding import fold

_BETWEEN = re.compile(r"[,;/&]")


def is_wanted(teacher: str, wanted: tuple[str, ...]) -> bool:
    """Whether one of the wanted names is part of the teacher's (of one of them, where several teach).

    "Hùng" is "Nguyễn Mạnh Hùng" but not "Hưng"; "hung", typed without accents, is both.
    """
    people = _BETWEEN.split(teacher)
    return any(_matches(name, person) for name in wanted for person in people)


@lru_cache(maxsize=10_000)  # one search asks it of each class, and a catalogue has few hundred teachers
def _matches(name: str, person: str) -> bool:
    if fold(name) == unicodedata.normalize("NFC", name).casefold().strip():  # typed without accents
        words, given = fold(name).split(), fold(person).split()
    else:
        words, given = _words(name), _words(person)
    return bool(words) and all(word in given for word in words)


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).casefold().replace(".", " ").split()
