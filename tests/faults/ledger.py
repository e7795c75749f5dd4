"""Who handed in what, written so that a kill -9 leaves it true; and the judgement when all is over."""

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

_SHOWN = 20
_LINE = re.compile(r"(try|took|not) (\d+) (\d+)\n")


class LedgerFile:
    """One process's lines: `try`, before publish, and `took` or `not`, after it, with microseconds.

    A line is one write to a file opened for appending, so that a killed process leaves all but its last one.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> "LedgerFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def tries(self, number: int) -> None:
        self._write(f"try {number} 0\n")

    def ends(self, number: int, taken: bool, microseconds: int) -> None:
        self._write(f"{'took' if taken else 'not'} {number} {microseconds}\n")

    def _write(self, line: str) -> None:
        os.write(self._file, line.encode())


@dataclass
class HandedIn:
    """What one publisher's file says. What was tried and never answered may arrive or not."""

    tried: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    microseconds: list[int] = field(default_factory=list)

    @property
    def next_number(self) -> int:
        return max(self.tried, default=-1) + 1


def read_ledger(path: Path) -> HandedIn:
    """All whole lines of a publisher's file; none if it has not begun.

    A kill may tear a line, and the next process's line then follows it: what was torn was never answered.
    """
    handed_in = HandedIn()
    for word, number, microseconds in _LINE.findall(path.read_text() if path.exists() else ""):
        if word == "try":
            handed_in.tried.add(int(number))
            continue
        (handed_in.taken if word == "took" else handed_in.refused).add(int(number))
        handed_in.microseconds.append(int(microseconds))
    return handed_in


@dataclass(frozen=True)
class DeadLetter:
    token: str
    queue: str
    reason: str


@dataclass(frozen=True)
class Judgement:
    """Tokens by what went wrong with them; all empty when the ledger is exact."""

    lost: list[str]
    double: list[str]
    wrongly_dead: list[str]  # good messages among the dead letters
    poison_lost: list[str]
    poison_stored: list[str]
    invented: list[str]  # rows or dead letters that nobody handed in
    altered: list[str]  # rows that differ from what was handed in

    @property
    def exact(self) -> bool:
        return not any(vars(self).values())

    def lines(self) -> list[str]:
        """One line a kind of error, with its first tokens."""
        return [
            f"{name.replace('_', ' ')} {len(tokens)}" + (f": {' '.join(tokens[:_SHOWN])}" if tokens else "")
            for name, tokens in vars(self).items()
        ]


def judge(
    taken: set[str],
    tried: set[str],
    rows: Iterable[str],
    dead: Iterable[DeadLetter],
    poison_taken: set[str],
    poison_tried: set[str],
    altered: Iterable[str] = (),
) -> Judgement:
    """Compare what was handed in with what arrived. Dead letters count by distinct token."""
    stored = Counter(rows)
    buried = {letter.token for letter in dead}
    return Judgement(
        lost=sorted(taken - stored.keys() - buried),
        double=sorted(token for token, count in stored.items() if count > 1),
        wrongly_dead=sorted(buried & tried),
        poison_lost=sorted(poison_taken - buried - stored.keys()),
        poison_stored=sorted(poison_tried & stored.keys()),
        invented=sorted((stored.keys() | buried) - tried - poison_tried),
        altered=sorted(altered),
    )
