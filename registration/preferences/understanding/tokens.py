"""A message as tokens, abbreviations written out."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from ..folding import clean, fold_cleaned, lower
from .language import ENGLISH_DAYS, detect, language_of
from .wordlists import LANGUAGES, words_of

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|[^\sa-z\d]|\n")
_EXPANSIONS = {short: full for name in LANGUAGES for short, full in words_of(name).shorthand.items()}
_EMPHASIS = frozenset(["really", "even", "truly"])  # before other words: "don't really have a preference"
_RUN = re.compile(r"(.)\1*")
_STRETCHED = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Token:
    """One word, number or sign: `word` as typed in small letters, `folded` without accents."""

    word: str
    folded: str
    start: int
    end: int
    subjects: tuple[str, ...] = ()  # the codes of those that it names

    @property
    def plain(self) -> bool:
        """Typed without accents: it may stand for any word that folds to it."""
        return self.word == self.folded


@dataclass(frozen=True)
class Message:
    """A message with its folded twin (same length) and its tokens; `question` is the one now pending."""

    text: str
    folded: str
    tokens: tuple[Token, ...]
    question: str | None
    language: str | None
    starts: tuple[int, ...]  # of the tokens
    accented: bool  # typed with accents, so that a word without them has none
    teachers: tuple[str, ...] = ()  # preferred so far

    @property
    def language_is_faint(self) -> bool:
        """Whether it shows in one word only, as typed, and by no accent, as 'z' for 'vậy' has none."""
        if self.language == "vi" and any(map(_is_accent, self.folded, lower(self.text))):
            return False
        telling = (token for token in self.tokens if language_of(token.word, token.folded) == self.language)
        return len({self.folded[token.start : token.end] for token in telling}) < 2

    def folded_at(self, index: int) -> str:
        return self.tokens[index].folded if 0 <= index < len(self.tokens) else ""

    def word_at(self, index: int) -> str:
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    def glued(self, index: int) -> bool:
        """Whether the token at `index` follows the one before it without a space."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start

    def capitalised(self, index: int) -> bool:
        token = self.tokens[index]
        return self.text[token.start : token.start + 1].isupper()

    def written(self, start: int, end: int) -> str:
        """The text of the tokens from `start` up to `end`, as typed."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def index_at(self, position: int) -> int:
        """The first token that starts at or after a position of the text."""
        return bisect_left(self.starts, position)


def read(text: str, question: str | None, teachers: tuple[str, ...] = ()) -> Message:
    """Tokenises a message that has a bearable length; `teachers` are those preferred so far."""
    cleaned = clean(text)
    folded = fold_cleaned(cleaned)
    small = lower(cleaned)
    tokens: list[Token] = []
    found = list(_TOKEN.finditer(folded))
    for at, match in enumerate(found):
        if match.group() in _EMPHASIS and at + 1 < len(found):
            continue
        tokens.extend(_expand(small[match.start() : match.end()], match.group(), match.start(), match.end()))
    accented = _is_accented([(small[match.start() : match.end()], match.group()) for match in found])
    language = detect([(t.word, t.folded) for t in tokens if not _names_somebody(cleaned, t)])
    starts = tuple(token.start for token in tokens)
    return Message(cleaned, folded, tuple(tokens), question, language, starts, accented, teachers)


def _is_accented(words: list[tuple[str, str]]) -> bool:
    """Whether a third of the words carry accents: then a word without them has none."""
    words = [(word, folded) for word, folded in words if folded.isalpha()]
    return 3 * sum(word != folded for word, folded in words) >= len(words) > 0


def _is_accent(folded: str, typed: str) -> bool:
    return folded.isalpha() and folded != typed


def _names_somebody(text: str, token: Token) -> bool:
    """Whether a word inside a message has a capital of its own, as names have; days count as words."""
    shouted = text.isupper() or not token.start
    return not shouted and text[token.start].isupper() and token.word not in ENGLISH_DAYS


def _expand(word: str, folded: str, start: int, end: int) -> list[Token]:
    if not folded[0].isalpha():
        return [Token(folded, folded, start, end)]
    if _STRETCHED.search(folded):
        word, folded = _unstretch(word, folded)
    written_out = _EXPANSIONS.get(word)
    if written_out is None:
        return [Token(word, folded, start, end)]
    return [Token(w, fold_cleaned(w), start, end) for w in written_out]


def _unstretch(word: str, folded: str) -> tuple[str, str]:
    """'sángggg' as 'sáng': a letter typed three times or more stands for one."""
    kept: list[int] = []
    for run in _RUN.finditer(folded):
        length = run.end() - run.start()
        kept.extend(range(run.start(), run.start() + 1 if length > 2 else run.end()))
    return "".join(word[i] for i in kept), "".join(folded[i] for i in kept)
