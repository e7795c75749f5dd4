"""Faults of the workers and publishers, and of what they stand on: the spool's disk and the clock."""

import time
from pathlib import Path

from tests.faults.catalogue import Skipped, fault, frozen
from tests.faults.disks import full
from tests.faults.scene import Scene


@fault(("worker",), 0, 5)
def worker_killed(scene: Scene, seconds: float) -> None:
    """Again and again, so that some kill falls between a commit and its acknowledgement."""
    deadline = time.monotonic() + seconds
    while True:
        for worker in scene.workers:
            worker.kill()
        if scene.ended.is_set() or time.monotonic() >= deadline:
            return
        scene.pause(1.3)


@fault(("worker",), 0, 1)
def worker_stopped(scene: Scene, seconds: float) -> None:
    """SIGTERM, which has to end it with code 0 within ten seconds, whatever else is broken."""
    for worker in scene.workers:
        scene.stop_worker(worker)
        worker.start()
        scene.pause(seconds)


@fault(("worker",), 5, 15)
def workers_frozen(scene: Scene, seconds: float) -> None:
    with frozen(*scene.workers):
        scene.pause(seconds)


@fault(("publisher",), 0, 3)
def publisher_killed(scene: Scene, seconds: float) -> None:
    for publisher in scene.publishers:
        publisher.kill()
        scene.pause(seconds / len(scene.publishers))


@fault(("publisher",), 5, 30)
def publisher_frozen(scene: Scene, seconds: float) -> None:
    with frozen(scene.publishers[0]):
        scene.pause(seconds)


@fault(("spool",), 5, 12)
def spool_disk_full(scene: Scene, seconds: float) -> None:
    if not scene.has_small("spool"):
        raise Skipped("a file system of its own needs root")
    with full(scene.disks["spool"]):
        scene.pause(seconds)


@fault(("clock",), 4, 10)
def clock_set_back(scene: Scene, seconds: float) -> None:
    """Two hours back at once, for all publishers and workers, and forward again later."""
    if not scene.has_clock:
        raise Skipped("a C compiler is not installed")
    _set_clock(scene.clock, "-7200")
    try:
        scene.pause(seconds)
    finally:
        _set_clock(scene.clock, "+0")


def _set_clock(file: Path, offset: str) -> None:
    # Replaced, not rewritten: a reader never sees half of it.
    fresh = file.with_suffix(".new")
    fresh.write_text(offset)
    fresh.replace(file)
