"""The kinds of faults: each hurts the scene for some seconds, and has healed it when it returns."""

import contextlib
import signal
from collections.abc import Callable, Iterator

from tests.faults.program import Program
from tests.faults.scene import Scene
from tests.faults.schedule import Kind

Fault = Callable[[Scene, float], None]
FAULTS: dict[Kind, Fault] = {}
EXPERIMENTS: dict[Kind, Fault] = {}  # only when asked for by name: here nothing is promised


class Skipped(Exception):
    """This machine cannot have this fault; the text says why."""


def fault(
    hurts: tuple[str, ...], shortest: float, longest: float, table: dict[Kind, Fault] = FAULTS
) -> Callable[[Fault], Fault]:
    """Puts a function into a table: what it hurts, and how many seconds it may be asked to last."""

    def register(function: Fault) -> Fault:
        table[Kind(function.__name__, hurts, shortest, longest)] = function
        return function

    return register


@contextlib.contextmanager
def frozen(*programs: Program) -> Iterator[None]:
    """Programs stopped (SIGSTOP) for as long as the block lasts."""
    groups = [program.group for program in programs if program.group is not None]
    for group in groups:
        group.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for group in groups:
            group.signal(signal.SIGCONT)
