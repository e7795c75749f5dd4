"""Loads the vocabulary, which is data: `words/<language>.yml` and `words/commands.yml`."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .marks import Kind

LANGUAGES = ("vi", "en")

_FOLDER = Path(__file__).parent / "words"
_WORD = re.compile(r"[^\s|?!]+")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where PyYAML was built with it


@dataclass(frozen=True)
class Entry:
    """Phrases that stand for one thing, in the syntax of the files."""

    kind: Kind
    value: Any
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """The vocabulary of one language."""

    language: str
    entries: tuple[Entry, ...]
    other_words: frozenset[str]
    shorthand: dict[str, tuple[str, ...]]  # what is typed -> the words that it stands for

    @property
    def spelled(self) -> frozenset[str]:
        """Every word of the phrases."""
        return frozenset(
            word for entry in self.entries for phrase in entry.phrases for word in _WORD.findall(phrase)
        )


@cache
def words_of(language: str) -> Words:
    data = load(language)
    return Words(
        language,
        tuple(_entry(item) for item in data["entries"]),
        frozenset((data.get("other_words") or "").split()),
        {
            short: tuple(full.split())
            for full, shorts in data["shorthand"].items()
            for short in shorts.split()
        },
    )


def load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=_Loader)
    return data


def lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))


def _entry(item: dict[str, Any]) -> Entry:
    value = item.get("value")
    value = tuple(value) if isinstance(value, list) else value
    return Entry(Kind(item["kind"]), value, lines(item["phrases"]))
