"""The code blocks of a page, and what is to be done with each: the comment above it says so.

`file: PATH`, `run`, `background: FOLDER`, `run when up`, `run until it prints: TEXT`, `python: FOLDER`, or
`not run: REASON`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?:<!-- ([^\n]*?) -->\n)?```([a-z]*)\n(.*?)```", re.DOTALL)
_SNIPPET = re.compile(r'^--8<-- "(.+)"$', re.MULTILINE)
KINDS = ("file", "run", "background", "run when up", "run until it prints", "python", "not run")


@dataclass(frozen=True)
class Block:
    """One block: what to do, with what, and its text with all that it includes."""

    kind: str
    argument: str
    text: str
    language: str


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page in order; `kind` is empty where nothing says what to do."""
    return [_block(*found) for found in _BLOCK.findall(page.read_text("utf-8"))]


def _block(marker: str, language: str, text: str) -> Block:
    kind, _, argument = marker.partition(":")
    return Block(kind.strip(), argument.strip(), _SNIPPET.sub(_included, text), language)


def _included(match: re.Match[str]) -> str:
    return (ROOT / match[1]).read_text("utf-8").rstrip("\n")
