"""The languages that the bot speaks: one file of `wording/` each."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DEFAULT_LANGUAGE = "vi"


@lru_cache(maxsize=1)
def texts_by_language() -> dict[str, dict[str, Any]]:
    """What each wording file of this package holds, by its language."""
    return read_texts(Path(__file__).parent / "wording")


def naming_subjects(texts: Mapping[str, Any], titles: Callable[[], Mapping[str, str]]) -> dict[str, Any]:
    """One language's texts, in which a subject is called by its title rather than by its code alone.

    `titles` gives what each is called, by its code, as it is now.
    """
    answers = texts["answers"]
    return {**texts, "answers": {**answers, "subjects": {**answers["subjects"], "values": titles}}}


def read_texts(folder: Path) -> dict[str, dict[str, Any]]:
    """What each `.yml` file of a folder holds, by its language."""
    loaded = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yml"))]
    return {texts["language"]: texts for texts in loaded}
