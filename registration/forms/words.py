"""The words that a bot reads, by language: those that every bot knows, and those of its own wording files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registration.dialogue.changes import ANY, Command
from registration.dialogue.question import Question
from registration.folding import fold

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Words:
    """All folded. `values`: the phrases that mean a value of a key; `topics`: those that name a key."""

    language: str
    plain: Mapping[str, frozenset[str]]  # yes, no, any, not, and the commands
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # key -> phrase -> value
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def means(self, name: str, text: str) -> bool:
        """Whether the whole folded text is one of the words under this name."""
        return text in self.plain.get(name, ())

    def command(self, text: str) -> Command | None:
        return next((command for command in Command if self.means(command.value, text)), None)


def words_of(texts: Mapping[str, Any], questions: Iterable[Question]) -> Words:
    """What one language's texts (completed, see `texts`) give to read."""
    plain = {str(name): _folded(phrases) for name, phrases in texts["words"].items()}
    values, topics = {}, {}
    for question in questions:
        row = texts["questions"][question.name]
        topics[question.name] = tuple(sorted(_folded(row.get("topics", ())), key=len, reverse=True))
        values[question.name] = _phrases(row)
    return Words(str(texts["language"]), plain, values, topics)


def _phrases(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, title in row["titles"].items():
        phrases = [title, *row.get("words", {}).get(name, ())] if name not in (ANY, "true", "false") else ()
        found.update(dict.fromkeys(_folded(phrases or row.get("words", {}).get(name, ())), name))
    return found


def _folded(phrases: Iterable[Any]) -> frozenset[str]:
    return frozenset(filter(None, (fold(str(phrase)) for phrase in phrases)))
