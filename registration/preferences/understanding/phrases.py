"""Phrases as the word lists write them, and where they stand in a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..folding import fold_cleaned
from .tokens import Message, Token
from .wordlists import LANGUAGES, words_of

T = TypeVar("T")

# A word typed with accents that is itself a word is never taken for another one with the same letters.
KNOWN_WORDS = frozenset().union(*(words_of(name).spelled | words_of(name).other_words for name in LANGUAGES))
# Words that Vietnamese writes without accents: in a message typed with accents they stand for themselves.
PLAIN_WORDS = frozenset(word for word in words_of("vi").spelled if word.isascii())


@dataclass(frozen=True)
class Element:
    """One place of a phrase: the words that may stand there, by their folded form."""

    words: dict[str, tuple[str, ...]]
    optional: bool
    exact: bool

    def takes(self, token: Token, accented: bool) -> bool:
        words = self.words.get(token.folded)
        if words is None:
            return False
        if self.exact or token.word in words:
            return token.word in words
        if token.plain:
            return not (accented and token.word in PLAIN_WORDS)
        return token.word not in KNOWN_WORDS


@dataclass(frozen=True)
class Phrase(Generic[T]):
    """A phrase and what it stands for."""

    value: T
    elements: tuple[Element, ...]
    language: str = ""

    def length_at(self, message: Message, index: int) -> int:
        """How many tokens from `index` on it covers; 0 if it does not stand there."""
        return max(_longest(self.elements, 0, message, index), 0)

    def as_typed(self, message: Message, index: int, length: int) -> int:
        """How many of the tokens that it covers are spelled as it spells them."""
        spelled = {word for element in self.elements for words in element.words.values() for word in words}
        return sum(token.word in spelled for token in message.tokens[index : index + length])


Index = dict[str, list[Phrase[T]]]


def parse(value: T, source: str, language: str = "") -> Phrase[T]:
    """`buổi|ca sáng`, `về nhà? muộn`, `!tối`."""
    exact = source.startswith("!")
    return Phrase(value, tuple(_element(part, exact) for part in source.lstrip("!").split()), language)


def index_of(phrases: Iterable[Phrase[T]]) -> Index[T]:
    """The phrases by each word that they may begin with."""
    index: Index[T] = {}
    for phrase in phrases:
        for element in phrase.elements:
            for folded in element.words:
                index.setdefault(folded, []).append(phrase)
            if not element.optional:
                break
    return index


def longest(index: Index[T], message: Message, at: int) -> tuple[Phrase[T] | None, int]:
    """The longest phrase that starts at a token, and its length; of equals, one in the message's language."""
    best: Phrase[T] | None = None
    best_score = (0, False, 0)
    language = message.language or LANGUAGES[0]
    for phrase in index.get(message.tokens[at].folded, ()):
        length = phrase.length_at(message, at)
        if length and length >= best_score[0]:
            score = (length, phrase.language == language, phrase.as_typed(message, at, length))
            if score > best_score:
                best, best_score = phrase, score
    return best, best_score[0]


def _longest(elements: tuple[Element, ...], at: int, message: Message, index: int) -> int:
    """Tokens covered by the elements from `at` on, -1 if they do not stand there."""
    if at == len(elements):
        return 0
    element = elements[at]
    best = -1
    if index < len(message.tokens) and element.takes(message.tokens[index], message.accented):
        rest = _longest(elements, at + 1, message, index + 1)
        best = rest + 1 if rest >= 0 else -1
    if best < 0 and element.optional:
        best = _longest(elements, at + 1, message, index)
    return best


def _element(source: str, exact: bool) -> Element:
    words: dict[str, tuple[str, ...]] = {}
    for word in source.rstrip("?").split("|"):
        folded = fold_cleaned(word)
        words[folded] = (*words.get(folded, ()), word)
    return Element(words, source.endswith("?"), exact)
