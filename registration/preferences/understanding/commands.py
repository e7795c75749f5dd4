"""Commands about the dialogue, recognised only in a message that is about nothing else."""

from collections.abc import Sequence

from registration.dialogue.changes import Command

from ..folding import fold_cleaned
from .marks import CONTENT, Kind, Mark
from .phrases import index_of, longest, parse
from .tokens import Message
from .wordlists import lines, load

_DATA = load("commands")
_PHRASES = index_of(parse(command, line) for command in Command for line in lines(_DATA[command.value]))
_AROUND = frozenset(_DATA["around"].split())
_AROUND_FOLDED = frozenset(map(fold_cleaned, _AROUND))
_MEANING = frozenset(map(fold_cleaned, lines(_DATA["meaning"])))
_MAX_TOKENS = 16


def command_of(message: Message) -> Command | None:
    """The command, if the message is that and nothing besides politeness."""
    if not message.tokens or len(message.tokens) > _MAX_TOKENS:
        return None
    if all(token.folded == "?" for token in message.tokens):
        return Command.HELP
    found = _commands(message)
    # "hủy giúp em" asks for no help, and "đăng ký lại từ đầu" not only to begin.
    told = [item for item in found if item[1] not in (Command.HELP, Command.BEGIN)] or found
    return max(told, key=lambda item: item[0])[1] if told else None


def asks_meaning(message: Message, marks: Sequence[Mark]) -> bool:
    """'học liền là sao', 'what does back to back mean': asks what the question's own words mean."""
    asking = [mark for mark in marks if mark.kind is Kind.ASK]
    written = {" ".join(message.folded_at(at) for at in range(m.start, m.end)) for m in asking}
    kinds = {mark.kind for mark in marks}
    named = kinds & (CONTENT | {Kind.TOPIC, Kind.AVOID})
    return bool(named) and Kind.UNKNOWN not in kinds and not written.isdisjoint(_MEANING)


def _commands(message: Message) -> list[tuple[int, Command]]:
    """The commands with their lengths; none if the message holds anything else."""
    found: list[tuple[int, Command]] = []
    index = 0
    while index < len(message.tokens):
        phrase, length = longest(_PHRASES, message, index)
        if phrase is not None:
            found.append((length, phrase.value))
        elif not _is_around(message, index):
            return []
        index += max(length, 1)
    return found


def _is_around(message: Message, index: int) -> bool:
    token = message.tokens[index]
    if not token.folded.isalnum() and "'" not in token.folded:
        return True
    return token.word in _AROUND or (token.plain and token.folded in _AROUND_FOLDED)
