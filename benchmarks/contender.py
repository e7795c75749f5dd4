"""A program that turns waiting messages into rows: the worker, or what a team would run in its place."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

from benchmarks.drain_queue import QUEUE, Bench, fill
from registration.messaging.messages import Message
from registration.testing.process_group import Group


@dataclass(frozen=True)
class Contender:
    """`arguments` follow `python -m`; `fill` puts messages into `queue`, where the program looks for them."""

    name: str
    arguments: tuple[str, ...]
    needs: tuple[str, ...] = ()  # packages
    fill: Callable[[Bench, Sequence[Message]], None] = fill
    queue: str = QUEUE.name
    environ: Mapping[str, str] = field(default_factory=dict)

    def start(self, bench: Bench) -> Group:
        """The program with all its children; what it says is in `bench.log`."""
        return Group([sys.executable, "-m", *self.arguments], bench.log, {**bench.environ(), **self.environ})

    def missing(self) -> list[str]:
        """The packages that it needs and that are not installed."""
        return [package for package in self.needs if not find_spec(package)]


def installed(contenders: Sequence[Contender]) -> list[Contender]:
    """Those that can run here; the others are named on stderr."""
    for contender in contenders:
        if contender.missing():
            print(f"{contender.name}: skipped, needs {', '.join(contender.missing())}", file=sys.stderr)
    return [contender for contender in contenders if not contender.missing()]
