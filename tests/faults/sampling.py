"""How a run goes over time: one sample a second, by threads that a frozen server may hold up."""

import contextlib
import sqlite3
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pymysql

from registration.testing.rabbitmq_server import PIKA_ERRORS
from tests.faults.scene import Scene

_EVERY = 1.0  # seconds


@dataclass
class Samples:
    """Each list holds (seconds since the start, value)."""

    taken: list[tuple[float, int]] = field(default_factory=list)
    stored: list[tuple[float, int]] = field(default_factory=list)
    queued: list[tuple[float, int]] = field(default_factory=list)
    dead: list[tuple[float, int]] = field(default_factory=list)
    worker_megabytes: list[tuple[float, int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Sampler:
    """Samples the scene until `close`."""

    def __init__(self, scene: Scene) -> None:
        self.samples = Samples()
        self._scene = scene
        self._begun = time.monotonic()
        self._closed = threading.Event()
        self._lines: dict[Path, tuple[int, int]] = {}  # bytes read and messages taken, by ledger
        for measure in (
            self._measure_taken,
            self._measure_stored,
            self._measure_queues,
            self._measure_memory,
        ):
            threading.Thread(target=self._repeat, args=(measure,), daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _repeat(self, measure: Any) -> None:
        while not self._closed.wait(_EVERY):
            with contextlib.suppress(pymysql.Error, sqlite3.Error, *PIKA_ERRORS):
                measure()

    def _at(self, value: int) -> tuple[float, int]:
        return round(time.monotonic() - self._begun, 2), value

    def _measure_taken(self) -> None:
        for publisher in self._scene.publishers:
            self._read_on(self._scene.ledger_of(publisher.name))
        self.samples.taken.append(self._at(sum(taken for _, taken in self._lines.values())))

    def _read_on(self, ledger: Path) -> None:
        place, taken = self._lines.get(ledger, (0, 0))
        with ledger.open("rb") as file:
            file.seek(place)
            fresh = file.read()
        self._lines[ledger] = (place + len(fresh), taken + fresh.count(b"took"))

    def _measure_stored(self) -> None:
        self.samples.stored.append(self._at(self._scene.pipeline.count_rows()))

    def _measure_queues(self) -> None:
        queued, dead = self._scene.pipeline.depths()
        self.samples.queued.append(self._at(queued))
        self.samples.dead.append(self._at(dead))

    def _measure_memory(self) -> None:
        sizes = [_resident(worker.group.pid) for worker in self._scene.workers if worker.group]
        self.samples.worker_megabytes.append(self._at(max(sizes, default=0)))


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0
