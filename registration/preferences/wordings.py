"""The languages that the bot speaks: one file of `wording/` each."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DEFAULT_LANGUAGE = "vi"


@lru_cache(maxsize=1)
def texts_by_language() -> dict[str, dict[str, Any]]:
    """What each wording file of this package holds, by its language."""
    return read_texts(Path(__file__).parent / "wording")


def read_texts(folder: Path) -> dict[str, dict[str, Any]]:
    """What each `.yml` file of a folder holds, by its language."""
    loaded = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yml"))]
    return {texts["language"]: texts for texts in loaded}
