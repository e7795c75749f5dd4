"""The stage of a run: a broker, a database, publishers and workers of its own, and what keeps them going."""

import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from registration.testing.mariadb_server import MariaDBServer
from registration.testing.processes import Server
from registration.testing.rabbitmq_server import RabbitMQServer
from registration.testing.redis_server import RedisServer
from registration.testing.waiting import wait_until
from tests.faults.disks import mount, unmount
from tests.faults.embedded import EmbeddedPipeline
from tests.faults.ledger import HandedIn, read_ledger
from tests.faults.pipeline import Pipeline
from tests.faults.program import Program
from tests.faults.served import ServersPipeline
from tests.faults.traffic import token

ROOT = Path(__file__).parent.parent.parent
_CLOCK_SOURCE = Path(__file__).parent / "clock.c"


@dataclass(frozen=True)
class Size:
    """How big a scene is. `rate` is messages a second of all publishers together."""

    publishers: int = 2
    workers: int = 2
    rate: int = 100
    queue_type: str = "classic"
    embedded: bool = False  # no broker and no database server
    small_disks: bool = True  # database and spool on disks of their own, which can be filled; needs root
    own_clock: bool = True  # publishers and workers with a clock that can be set; needs a C compiler


@dataclass
class Scene:
    """Start with `open`, hurt it with faults, end it with `close`, which removes all but `folder` itself."""

    folder: Path
    size: Size = field(default_factory=Size)
    ended: threading.Event = field(default_factory=threading.Event)  # no fault waits any longer
    events: Counter[str] = field(default_factory=Counter)  # what nobody ordered: exits, slow stops
    counts: Counter[str] = field(default_factory=Counter)

    def open(self) -> None:
        self.disks = {name: self._disk(name, megabytes) for name, megabytes in (("sql", 1500), ("spool", 96))}
        self.redis = RedisServer(self.folder / "redis")
        self.redis.start()
        self.pipeline = self._pipeline()
        self.pipeline.open()
        self._make_clock()
        self._make_programs()
        for program in self.programs:
            program.start()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def close(self) -> None:
        self.ended.set()
        for program in getattr(self, "programs", []):
            program.close()
        for name in ("pipeline", "redis"):
            if hasattr(self, name):
                getattr(self, name).close()
        for disk in getattr(self, "disks", {}).values():
            unmount(disk)

    @property
    def things(self) -> set[str]:
        """What there is to be hurt."""
        local = {"worker", "publisher", "redis", "spool", "clock"}
        return local if self.size.embedded else local | {"broker", "database"}

    @property
    def servers(self) -> list[Server]:
        return [self.redis, *self.pipeline.servers]

    @property
    def served(self) -> ServersPipeline:
        """The pipeline of a scene with servers."""
        assert isinstance(self.pipeline, ServersPipeline)
        return self.pipeline

    @property
    def broker(self) -> RabbitMQServer:
        return self.served.broker

    @property
    def database(self) -> MariaDBServer:
        return self.served.database

    @property
    def programs(self) -> list[Program]:
        return [*self.publishers, *self.workers]

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    @property
    def has_clock(self) -> bool:
        return self._clock_library.exists()

    def has_small(self, disk: str) -> bool:
        """Whether the disk is one that may be filled."""
        return os.path.ismount(self.disks[disk])

    def pause(self, seconds: float) -> None:
        """Let a fault last, or end it early when the run is over."""
        self.ended.wait(seconds)

    def stop_worker(self, worker: Program) -> None:
        """SIGTERM, noting how long it took; anything but code 0 in time is an event."""
        wait_until(lambda: worker.has_begun, 30, f"the first words of {worker.name}")
        took, code = worker.stop()
        self.counts["slowest SIGTERM, ms"] = max(self.counts["slowest SIGTERM, ms"], int(took * 1000))
        if code != 0:
            self.events[f"{worker.name} answered SIGTERM with code {code}"] += 1

    def handed_in(self) -> dict[str, HandedIn]:
        """What each publisher's file says, by the publisher's name."""
        return {program.name: read_ledger(self.ledger_of(program.name)) for program in self.publishers}

    def ledger_of(self, name: str) -> Path:
        return self.folder / f"{name}.ledger"

    def tokens(self, which: str) -> set[str]:
        """Tokens of the messages `tried`, `taken` or `refused`."""
        return {
            token(name, number)
            for name, handed_in in self.handed_in().items()
            for number in getattr(handed_in, which)
        }

    def _make_programs(self) -> None:
        share = max(1, self.size.rate // self.size.publishers)
        self.publishers = [
            self._program(f"pub{number}", "tests.faults.publisher", f"pub{number}", str(share))
            for number in range(self.size.publishers)
        ]
        self.workers = [
            self._program(f"worker{number}", "worker", "--type", "all") for number in range(self.size.workers)
        ]

    def _program(self, name: str, module: str, *arguments: str) -> Program:
        home = self.folder / name
        home.mkdir()  # no .env of the project's folder is read
        command = ["env", "-C", str(home), sys.executable, "-m", module, *arguments]
        return Program(name, command, self.folder / f"{name}.log", self._environ())

    def _pipeline(self) -> Pipeline:
        if self.size.embedded:
            return EmbeddedPipeline(self.folder, self._spool)
        return ServersPipeline(self.folder, self.disks["sql"], self.size.queue_type)

    @property
    def _spool(self) -> Path:
        return self.disks["spool"] / "spool"

    def _environ(self) -> dict[str, str]:
        environ = {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(self.redis.port),
            "SPOOL_DIR": str(self._spool),
            "FAULTS_LEDGERS": str(self.folder),
            **self.pipeline.environ(),
        }
        if self.has_clock:
            environ |= {"LD_PRELOAD": str(self._clock_library), "FAULTS_CLOCK": str(self.clock)}
        return environ

    @property
    def _clock_library(self) -> Path:
        return self.folder / "clock.so"

    def _make_clock(self) -> None:
        self.clock.write_text("0")
        compiler = shutil.which("cc")
        if self.size.own_clock and compiler:
            files = ["-o", str(self._clock_library), str(_CLOCK_SOURCE)]
            subprocess.run([compiler, "-shared", "-fPIC", "-O2", *files, "-ldl"], check=False)

    def _disk(self, name: str, megabytes: int) -> Path:
        folder = self.folder / f"disk-{name}"
        folder.mkdir()
        if self.size.small_disks:
            mount(folder, megabytes)
        return folder

    def _supervise(self) -> None:
        while not self.ended.wait(0.2):
            for program in self.programs:
                code = program.revive()
                if code is not None:
                    self.events[f"{program.name} ended by itself with code {code}"] += 1
                    self.ended.wait(1.0)
