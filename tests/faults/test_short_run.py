"""A run of half a minute with a fault every few seconds; the long one is `python -m tests.faults.soak`."""

from functools import partial
from pathlib import Path

import pytest

from registration.testing.fixtures import found_or_skipped
from registration.testing.mariadb_server import mariadb_program
from registration.testing.rabbitmq_server import rabbitmq_program
from registration.testing.redis_server import redis_program
from registration.testing.servers import needs
from tests.faults.run import run
from tests.faults.scene import Size

# The quick ones; those that wait for heartbeats, or for what has expired to come back, are the soak's.
FAULTS = [
    "worker_killed",
    "worker_stopped",
    "publisher_killed",
    "broker_killed",
    "queue_full",
    "database_killed",
    "database_read_only",
    "rows_locked",
    "redis_killed",
    "clock_set_back",
]
PROGRAMS = {
    redis_program: "redis-server",
    rabbitmq_program: "rabbitmq-server",
    mariadb_program: "mariadb-server",
}


@pytest.mark.timeout(240)
def test_nothing_is_lost_and_nothing_doubled_under_faults(tmp_path: Path) -> None:
    for program, package in PROGRAMS.items():
        found_or_skipped(partial(needs, program, package))
    report = run(tmp_path, seconds=25, faults=len(FAULTS), seed=1, size=Size(rate=150), only=FAULTS)
    print("\n".join(report.lines()))
    assert report.judgement.lines() == [line for line in report.judgement.lines() if line.endswith(" 0")]
    assert report.events == []
    assert report.taken > 500
    assert report.poison > 0
    assert len([fault for fault in report.faults if not fault.trouble]) >= len(FAULTS) / 2
