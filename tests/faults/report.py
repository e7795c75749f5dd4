"""What a run found, to print, to keep and to draw."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.faults.ledger import Judgement
from tests.faults.plot import Band, Panel, draw
from tests.faults.sampling import Samples


@dataclass(frozen=True)
class Happened:
    """One fault as it came: seconds since the start, and what kept it from happening, if anything did."""

    name: str
    hurts: tuple[str, ...]
    begun: float
    ended: float
    trouble: str = ""


@dataclass(frozen=True)
class Report:
    seed: int
    queue_type: str
    seconds: float
    drained_in: float  # seconds from the last message handed in to the last one stored
    taken: int
    unsure: int  # a kill fell between `try` and the answer; these may arrive or not
    refused: int
    stored: int
    poison: int
    duplicates: int
    dead: dict[str, int]  # distinct dead letters by reason
    dead_copies: int
    publish_microseconds: dict[str, int]
    faults: list[Happened]
    counts: dict[str, int]
    events: list[str]
    judgement: Judgement
    samples: Samples

    @property
    def exact(self) -> bool:
        return self.judgement.exact and not self.events

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "exact": self.exact}

    def lines(self) -> list[str]:
        """The ledger, a line each."""
        kinds = Counter(fault.name for fault in self.faults if not fault.trouble)
        speed = ", ".join(f"{name} {value}" for name, value in self.publish_microseconds.items())
        return [
            f"seed {self.seed}, {self.queue_type} queues",
            f"{self.seconds:.0f} s of faults, then {self.drained_in:.0f} s to drain",
            f"handed in {self.taken} (unsure {self.unsure}, refused {self.refused}), stored {self.stored}",
            f"poison {self.poison}, handed in again {self.duplicates}",
            f"dead letters {sum(self.dead.values())} distinct, {self.dead_copies} in all",
            f"publish took (microseconds): {speed}",
            f"faults {sum(kinds.values())}: "
            + ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())),
            *(f"{name}: {count}" for name, count in sorted(self.counts.items())),
            *(
                f"not had: {line}"
                for line in sorted({f"{f.name}: {f.trouble}" for f in self.faults if f.trouble})
            ),
            *(f"unexpected: {line}" for line in self.events),
            *self.judgement.lines(),
            "EXACT" if self.exact else "NOT EXACT",
        ]

    def draw(self, path: Path) -> None:
        samples = self.samples
        panels = [
            Panel("messages, in all", {"handed in": samples.taken, "stored": samples.stored}),
            Panel("messages handed in and not stored yet", {"spool, queues, workers": _difference(samples)}),
            Panel("messages ready in RabbitMQ", {"queued": samples.queued, "dead letters": samples.dead}),
            Panel("memory of the largest worker, MB", {"resident": samples.worker_megabytes}),
        ]
        bands = [Band(fault.begun, fault.ended, fault.hurts[0], fault.name) for fault in self.faults]
        title = f"Delivery under faults: seed {self.seed}, {self.queue_type} queues"
        draw(path, title, panels, bands, self.seconds + self.drained_in)


def _difference(samples: Samples) -> list[tuple[float, int]]:
    """What was handed in and not stored, wherever it was, each time the rows could be counted."""
    times = [at for at, _ in samples.taken]
    places = ((at, stored, bisect_right(times, at) - 1) for at, stored in samples.stored)
    return [(at, max(0, samples.taken[place][1] - stored)) for at, stored, place in places if place >= 0]


def percentiles(values: Sequence[int]) -> dict[str, int]:
    """p50, p99, p99.9 and the largest."""
    if not values:
        return {}
    ordered = sorted(values)
    named = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    return {name: ordered[min(len(ordered) - 1, int(part * len(ordered)))] for name, part in named.items()}
