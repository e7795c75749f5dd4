"""A bot's wording files: read, and completed with what every bot says to what `Wording` wants."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from registration.dialogue.changes import ANY
from registration.dialogue.kinds import FromCatalogue, Kind, SeveralChoices, SingleChoice, TimeRange, YesNoAny
from registration.dialogue.question import Question
from registration.errors import DeclarationError

SHIPPED = Path(__file__).parent / "wording"
_FALLBACK = "en"  # for a language that this package does not speak
NONE = "none"


def read_texts(folder: Path) -> dict[str, dict[str, Any]]:
    """What each `.yml` file of a folder holds, by its language. Raises DeclarationError, naming the file."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            texts = yaml.safe_load(path.read_text("utf-8"))
            found[str(texts["language"])] = texts
        except (yaml.YAMLError, TypeError, KeyError) as error:
            raise DeclarationError(f"wording file {path}: {_reason(error)}") from error
    return found


@lru_cache(maxsize=1)
def shipped_texts() -> dict[str, dict[str, Any]]:
    """What every bot says, by language."""
    return read_texts(SHIPPED)


def completed(texts: Mapping[str, Any], questions: Iterable[Question]) -> dict[str, Any]:
    """One language's texts as `Wording` and `words_of` want them; they must have passed `checking`."""
    language = str(texts["language"])
    shipped = shipped_texts().get(language, shipped_texts()[_FALLBACK])
    merged = {**shipped, "language": language, "begin": texts.get("begin", shipped["begin"]), "values": {}}
    for part in ("say", "small_talk", "small_talk_inside", "words"):
        merged[part] = {**shipped[part], **named(texts.get(part))}
    rows = {one.name: _row(one, named(texts["questions"])[one.name], shipped) for one in questions}
    merged["answers"] = {name: row.pop("answer") for name, row in rows.items()}
    merged["questions"] = {**rows, "confirm": {**shipped["confirm"], **(texts.get("confirm") or {})}}
    return merged


def value_names(kind: Kind) -> tuple[str, ...]:
    """The names of the values that a wording gives titles to, in the order of the buttons."""
    if isinstance(kind, YesNoAny):
        return ("true", "false", ANY)
    if isinstance(kind, SingleChoice):
        return (*kind.values, ANY)
    return (*kind.values, NONE) if isinstance(kind, SeveralChoices) else ()


def named(mapping: Any) -> dict[str, Any]:
    """Keys as small texts, for YAML reads `true`, `yes` and numbers as values."""
    return {str(key).lower(): value for key, value in (mapping or {}).items()}


def _row(question: Question, texts: Mapping[str, Any], shipped: Mapping[str, Any]) -> dict[str, Any]:
    kind = question.kinds[question.name]
    titles = {**shipped["titles"], **named(texts.get("values"))}
    summary = str(texts["summary"])
    return {
        **texts,
        "again": texts.get("again", texts["ask"]),
        "words": named(texts.get("words")),
        "titles": {name: titles[name] for name in value_names(kind)},
        "buttons": [titles[name] for name in value_names(kind)],
        "none": summary.format(value=titles[NONE]),
        "answer": _answer(kind, titles, summary),
    }


def _answer(kind: Kind, titles: Mapping[str, str], summary: str) -> dict[str, Any]:
    """How an answer reads in the summary."""
    if isinstance(kind, (SeveralChoices, FromCatalogue)):
        return {"list": summary, "values": kind.names if isinstance(kind, FromCatalogue) else titles}
    texts = {name: summary.format(value=titles[name]) for name in value_names(kind)}
    texts |= {"value": summary, ANY: summary.format(value=titles[ANY])}
    if isinstance(kind, TimeRange):
        shown = {"both": "{start}–{end}", "start": "{start} –", "end": "– {end}"}
        texts |= {name: summary.format(value=value) for name, value in shown.items()}
    return texts


def _reason(error: Exception) -> str:
    if isinstance(error, yaml.YAMLError):
        return " ".join(str(error).split())
    return "it must be a table with `language` and `questions`"
