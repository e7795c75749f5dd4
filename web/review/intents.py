"""The intents that a message may have: those of the bot's domain file, where it lies beside us."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def known_intents(domain: Path = Path("domain.yml")) -> tuple[str, ...]:
    """In alphabetical order; empty where there is no such file, and any intent may then be named."""
    if not domain.is_file():
        return ()
    listed: list[Any] = (yaml.safe_load(domain.read_text(encoding="utf-8")) or {}).get("intents") or []
    return tuple(sorted(str(next(iter(item))) if isinstance(item, dict) else str(item) for item in listed))
