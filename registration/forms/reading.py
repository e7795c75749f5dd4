"""What a message answers: each question's type reads it, with the words of each language."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from registration.dialogue.changes import ANY, Change, Operation, Understander, Understanding
from registration.dialogue.kinds import (
    FreeText,
    FromCatalogue,
    Kind,
    Number,
    SeveralChoices,
    SingleChoice,
    TimeRange,
    YesNoAny,
)
from registration.dialogue.question import CONFIRM, Question
from registration.folding import fold
from registration.forms.phrases import find, nearest
from registration.forms.quantities import numbers, time_range
from registration.forms.words import NO, YES, Words

MAX_LENGTH = 1_000  # characters; a longer message is not read at all, rather than half
_ACCENTED = re.compile(r"[àáảãạăâèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵđ]", re.IGNORECASE)


def understander(questions: Sequence[Question], languages: Sequence[Words]) -> Understander:
    """An `understand` for this table: at any time it reads answers to all questions, and commands."""
    return partial(_understand, questions, languages)


def _understand(
    questions: Sequence[Question],
    languages: Sequence[Words],
    text: str,
    *,
    question: str | None,
    preferences: Mapping[str, Any],
) -> Understanding:
    folded = fold(text)
    if len(text) > MAX_LENGTH or not folded:
        return Understanding()
    language, is_faint = _language(text, folded, languages)
    for words in languages:
        if command := words.command(folded):
            return Understanding(command=command, language=language)
    if question == CONFIRM and (said := _yes_or_no(folded, languages)) is not None:
        return Understanding((Change(Operation.SET, CONFIRM, said),), language=language)
    changes, rejected = [], []
    for row in questions:
        for key, kind in row.kinds.items():
            value = _read(kind, key, text, folded, row.name == question, languages)
            if value is not None and kind.is_valid(value):
                changes.append(Change(Operation.SET, key, value))
            elif value is not None:
                rejected.append(text)
    return Understanding(
        tuple(changes),
        language=language,
        rejected=() if changes else tuple(rejected[:1]),
        language_is_faint=is_faint,
    )


def _read(kind: Kind, key: str, text: str, folded: str, is_asked: bool, languages: Sequence[Words]) -> Any:
    """The value that the message gives this key; None where it gives none."""
    if is_asked and any(words.means(ANY, folded) for words in languages):
        return kind.skipped
    if isinstance(kind, (SingleChoice, SeveralChoices)):
        return _choice(kind, key, folded, is_asked, languages)
    if isinstance(kind, YesNoAny):
        return _truth(key, folded, is_asked, languages)
    if isinstance(kind, Number):
        return _number(kind, key, text, is_asked, languages)
    if isinstance(kind, TimeRange):
        return time_range(text) or _nothing(kind, folded, is_asked, languages)
    if isinstance(kind, FromCatalogue):
        return _entries(kind, folded, is_asked, languages) or _nothing(kind, folded, is_asked, languages)
    if isinstance(kind, FreeText) and is_asked:
        return _nothing(kind, folded, is_asked, languages) or kind.parse(text)
    return None


def _choice(
    kind: SingleChoice | SeveralChoices, key: str, folded: str, is_asked: bool, languages: Sequence[Words]
) -> Any:
    phrases = {phrase: value for words in languages for phrase, value in words.values[key].items()}
    negations = frozenset(word for words in languages for word in words.plain.get("not", ()))
    if is_asked and (said := _by_name_or_number(kind, folded)) is not None:
        found = [said]
    else:
        found = find(phrases, folded, negations) or (nearest(phrases, folded) if is_asked else [])
    if isinstance(kind, SeveralChoices):
        known = [value for value in kind.values if value in found]
        return known or _nothing(kind, folded, is_asked, languages)
    return found[0] if len(found) == 1 else None  # two of them: which one is meant?


def _by_name_or_number(kind: SingleChoice | SeveralChoices, folded: str) -> Any:
    for value in kind.values:
        if folded == fold(value):
            return value
    number = int(folded) if re.fullmatch(r"[1-9]\d?", folded) else 0
    if isinstance(kind, SingleChoice):
        return kind.offered[number - 1] if 0 < number <= len(kind.offered) else None
    return kind.values[number - 1] if 0 < number <= len(kind.values) else None


def _truth(key: str, folded: str, is_asked: bool, languages: Sequence[Words]) -> Any:
    phrases = {phrase: value for words in languages for phrase, value in words.values[key].items()}
    negations = frozenset(word for words in languages for word in words.plain.get("not", ()))
    found = [value == "true" for value in find(phrases, folded, negations) if value != ANY]
    if len(found) == 1:
        return found[0]
    if is_asked and folded in ("1", "2", "3"):
        return (True, False, ANY)[int(folded) - 1]
    return _yes_or_no(folded, languages) if is_asked else None


def _number(kind: Number, key: str, text: str, is_asked: bool, languages: Sequence[Words]) -> Any:
    topics = [topic for words in languages for topic in words.topics.get(key, ())]
    found = numbers(text, kind.units, topics) or (numbers(text, kind.units) if is_asked else [])
    if len(set(found)) != 1:
        return None
    return int(found[0]) if kind.is_whole and float(found[0]).is_integer() else found[0]


def _entries(kind: FromCatalogue, folded: str, is_asked: bool, languages: Sequence[Words]) -> list[str]:
    names = kind.names()
    phrases = {fold(name): code for code, name in names.items()} | {fold(code): code for code in names}
    negations = frozenset(word for words in languages for word in words.plain.get("not", ()))
    return find(phrases, folded, negations) or (nearest(phrases, folded) if is_asked else [])


def _nothing(kind: Kind, folded: str, is_asked: bool, languages: Sequence[Words]) -> Any:
    """ "No" to a question that asks for something: nothing of it."""
    return kind.skipped if is_asked and _yes_or_no(folded, languages) is False else None


def _yes_or_no(folded: str, languages: Sequence[Words]) -> bool | None:
    """A message that is a yes or a no, or begins with one; both at once is neither."""
    for length in (len(folded.split()), 2, 1):
        start = " ".join(folded.split()[:length])
        said = {name for words in languages for name in (YES, NO) if words.means(name, start)}
        if said:
            return said == {YES} if len(said) == 1 else None
    return None


def _language(text: str, folded: str, languages: Sequence[Words]) -> tuple[str | None, bool]:
    """The language whose words the message holds and no other's, and whether only one word tells it."""
    if _ACCENTED.search(text):
        return "vi", False
    tokens = set(folded.split())
    known = [(len(tokens & _vocabulary(words)), words.language) for words in languages]
    best = max(known, default=(0, ""))
    shows = best[0] and [count for count, _ in known].count(best[0]) == 1
    return (best[1], best[0] < 2) if shows else (None, False)


def _vocabulary(words: Words) -> set[str]:
    own = (phrase for phrases in words.values.values() for phrase in phrases)
    plain = (phrase for phrases in words.plain.values() for phrase in phrases)
    return {token for phrase in (*own, *plain) for token in phrase.split() if len(token) > 1}
