"""The words and phrases of all languages, found in a message."""

from .marks import Mark
from .phrases import Phrase, index_of, longest, parse
from .tokens import Message
from .wordlists import LANGUAGES, Entry, words_of

_ALL: list[Phrase[Entry]] = [
    parse(entry, source, language)
    for language in LANGUAGES
    for entry in words_of(language).entries
    for source in entry.phrases
]
_BY_FIRST_WORD = index_of(_ALL)
_VOCABULARY = frozenset(word for phrase in _ALL for element in phrase.elements for word in element.words)


def match(message: Message, index: int) -> Mark | None:
    """The longest phrase that starts at a token."""
    phrase, length = longest(_BY_FIRST_WORD, message, index)
    return None if phrase is None else Mark(phrase.value.kind, phrase.value.value, index, index + length)


def known(folded: str) -> bool:
    """Whether a folded word stands in any phrase."""
    return folded in _VOCABULARY
