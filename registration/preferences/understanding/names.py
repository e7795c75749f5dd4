"""Names of subjects, which only a catalogue knows, put into a message as words of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from . import codes
from .lexicon import known
from .marks import Kind, Mark
from .tokens import Message, Token

_NAME = "subject0"  # what a name is folded to: no word of any phrase, no number and no teacher's name
_BLANK = "\0"  # matches no pattern


class Name(NamedTuple):
    """A stretch of a cleaned text (`start` up to `end`) and the codes of the subjects that it may name."""

    start: int
    end: int
    codes: tuple[str, ...]
    is_whole: bool = True  # a code, a name or its initials; else a part of names, or with typos


def with_names(message: Message, names: Sequence[Name]) -> Message:
    """The message in which each name is one token, so that no phrase begins or ends inside it.

    Only a single word keeps its other meanings, where it has any or is but a part ("Hạnh" in "Thực hành").
    """
    for name in names:
        if not codes.is_class(message, name.start):
            message = _with_name(message, name)
    return message


def scan(message: Message, index: int) -> Mark | None:
    """The subject that a token names."""
    token = message.tokens[index]
    return Mark(Kind.SUBJECT, token.subjects, index, index + 1) if token.subjects else None


def is_name(message: Message, index: int) -> bool:
    """Whether a token is a name and nothing else."""
    return message.tokens[index].folded == _NAME


def _with_name(message: Message, name: Name) -> Message:
    first, end = message.index_at(name.start), message.index_at(name.end)
    if first >= end:
        return message
    named = Token(_NAME, _NAME, name.start, name.end, name.codes)
    folded = message.folded
    if end - first == 1 and not (name.is_whole and not known(message.folded_at(first))):
        named = replace(message.tokens[first], subjects=name.codes)
    else:
        folded = folded[: name.start] + _BLANK * (name.end - name.start) + folded[name.end :]
    tokens = (*message.tokens[:first], named, *message.tokens[end:])
    return replace(message, folded=folded, tokens=tokens, starts=tuple(token.start for token in tokens))
