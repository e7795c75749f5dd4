"""One run: open the scene, hurt it by plan, heal it, wait until all has arrived, judge."""

import contextlib
import logging
import shutil
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pymysql

from registration.testing.processes import ServerFailed
from registration.testing.rabbitmq_server import PIKA_ERRORS
from tests.faults.all_faults import EXPERIMENTS, FAULTS, Skipped
from tests.faults.ledger import DeadLetter, judge
from tests.faults.mischief import Mischief
from tests.faults.report import Happened, Report, percentiles
from tests.faults.sampling import Sampler
from tests.faults.scene import Scene, Size
from tests.faults.schedule import Planned, plan

_ALL = {**FAULTS, **EXPERIMENTS}
_PATIENCE = 100.0  # seconds without any progress before what is missing counts as lost


def run(
    folder: Path,
    seconds: float,
    faults: int,
    seed: int,
    size: Size,
    only: list[str] | None = None,
    say: Callable[[str], None] = lambda line: None,
    keep_logs: Path | None = None,
) -> Report:
    """The report of `seconds` of messages under at least so many faults, and until all had arrived."""
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # it tells every attempt to reach a dead broker
    scene = Scene(folder, size)
    try:
        scene.open()
        return _Run(scene, seconds, seed, say).report(_plan(scene, only, seed, seconds, faults))
    finally:
        scene.close()
        if keep_logs:
            _copy_logs(folder, keep_logs)


def _plan(scene: Scene, only: list[str] | None, seed: int, seconds: float, faults: int) -> list[Planned]:
    named = FAULTS if only is None else [kind for kind in _ALL if kind.name in only]
    kinds = [kind for kind in named if set(kind.hurts) <= scene.things]
    return sorted(plan(kinds, seed, seconds, faults), key=lambda planned: planned.at)


class _Run:
    def __init__(self, scene: Scene, seconds: float, seed: int, say: Callable[[str], None]) -> None:
        self._scene = scene
        self._seconds = seconds
        self._seed = seed
        self._say = say
        self._begun = time.monotonic()
        self._happened: list[Happened] = []
        self._locks = {name: threading.Lock() for kind in _ALL for name in kind.hurts}
        self._sampler = Sampler(scene)
        self._mischief = Mischief(scene, seed)

    def report(self, planned: list[Planned]) -> Report:
        self._hurt(planned)
        self._mischief.close()
        for publisher in self._scene.publishers:
            self._quieten(publisher.name)
        calm = time.monotonic()
        self._heal()
        self._wait_until_settled()
        drained_in = time.monotonic() - calm
        self._stop_workers()
        self._sampler.close()
        return self._judged(calm - self._begun, drained_in)

    def _now(self) -> float:
        return round(time.monotonic() - self._begun, 2)

    def _hurt(self, planned: list[Planned]) -> None:
        """Every fault on a thread of its own; those that hurt the same thing wait for each other."""
        threads = []
        for item in planned:
            self._scene.pause(max(0.0, item.at - self._now()))
            threads.append(threading.Thread(target=self._one, args=(item,), daemon=True))
            threads[-1].start()
        self._scene.pause(max(0.0, self._seconds - self._now()))
        for thread in threads:
            thread.join()

    def _one(self, item: Planned) -> None:
        with contextlib.ExitStack() as locks:
            for name in sorted(item.kind.hurts):
                locks.enter_context(self._locks[name])
            begun = self._now()
            trouble = self._happen(item)
            self._happened.append(Happened(item.kind.name, item.kind.hurts, begun, self._now(), trouble))
            self._say(f"{begun:7.1f} s  {item.kind.name} for {self._now() - begun:.1f} s {trouble}")

    def _happen(self, item: Planned) -> str:
        try:
            _ALL[item.kind](self._scene, item.lasts)
        except (Skipped, ServerFailed, pymysql.Error, OSError) as error:
            # Two faults at once may keep one from happening: then it says so, and the run goes on.
            return f"{type(error).__name__}: {str(error)[:200]}"
        return ""

    def _quieten(self, name: str) -> None:
        """No more messages; but the publisher lives on, since its spool may not be empty."""
        (self._scene.folder / f"{name}.quiet").touch()

    def _heal(self) -> None:
        """Whatever a fault could not heal itself."""
        scene = self._scene
        for server in scene.servers:
            if server.running:
                server.resume()
            server.start()
        scene.pipeline.heal()
        for program in scene.programs:
            if program.group is not None:
                program.group.signal(signal.SIGCONT)

    def _wait_until_settled(self) -> None:
        """Until all has arrived, or nothing has moved for a long time."""
        missing, deadline = -1, time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(pymysql.Error, sqlite3.Error, *PIKA_ERRORS):
                now_missing = self._missing()
                if not now_missing:
                    return
                if now_missing != missing:
                    missing, deadline = now_missing, time.monotonic() + _PATIENCE
                    self._say(f"{self._now():7.1f} s  {missing} still on their way")
            self._scene.pause(1.0)

    def _missing(self) -> int:
        """How many messages are neither stored nor, if poison, among the dead letters."""
        taken = self._scene.tokens("taken")
        on_their_way = len(taken - {row.token for row in self._scene.pipeline.rows()})
        if on_their_way:
            return on_their_way
        # Only now: to read dead letters is to hold them, and the worker could not put back what has expired.
        dead = {letter.token for letter in self._scene.pipeline.dead_letters()}
        return len(self._mischief.taken() - dead) + len(dead & taken)

    def _stop_workers(self) -> None:
        for worker in self._scene.workers:
            self._scene.stop_worker(worker)

    def _judged(self, seconds: float, drained_in: float) -> Report:
        scene = self._scene
        handed_in = scene.handed_in().values()
        stored = list(self._scene.pipeline.rows())
        letters = scene.pipeline.dead_letters()
        taken, tried = scene.tokens("taken"), scene.tokens("tried")
        return Report(
            seed=self._seed,
            queue_type="embedded" if scene.size.embedded else scene.size.queue_type,
            seconds=seconds,
            drained_in=drained_in,
            taken=len(taken),
            unsure=len(tried - taken - scene.tokens("refused")),
            refused=len(scene.tokens("refused")),
            stored=len(stored),
            poison=len(self._mischief.taken()),
            duplicates=self._mischief.duplicates,
            dead=_by_reason(letters),
            dead_copies=len(letters),
            publish_microseconds=percentiles([took for one in handed_in for took in one.microseconds]),
            faults=sorted(self._happened, key=lambda fault: fault.begun),
            counts=dict(scene.counts),
            events=[f"{event}, {times} times" for event, times in scene.events.items()],
            judgement=judge(
                taken,
                tried,
                [row.token for row in stored],
                letters,
                self._mischief.taken(),
                self._mischief.tried(),
                altered=[row.token for row in stored if not row.faithful],
            ),
            samples=self._sampler.samples,
        )


def _by_reason(letters: list[DeadLetter]) -> dict[str, int]:
    reasons = {letter.token: letter.reason for letter in letters}
    return dict(Counter(reasons.values()).most_common())


def _copy_logs(folder: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, to)
    broker_log = folder / "broker/server.log"
    if broker_log.exists():
        shutil.copy(broker_log, to / "broker.log")
