"""A spool, its publisher and its forwarder, towards an empty virtual host."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from registration.messaging.forwarder import Forwarder
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.settings import RabbitMQSettings, SpoolSettings


@pytest.fixture
def spool(spool_settings: SpoolSettings) -> Iterator[Spool]:
    spool = Spool(spool_settings)
    yield spool
    spool.close()


@pytest.fixture
def publisher(spool: Spool) -> SpoolPublisher:
    return SpoolPublisher(spool)


@pytest.fixture
def forwarder(spool: Spool, rabbitmq_settings: RabbitMQSettings) -> Iterator[Forwarder]:
    """Begins with the first publish."""
    forwarder = Forwarder(spool, rabbitmq_settings)
    yield forwarder
    forwarder.stop(2)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte; only root can make one."""
    mount = tmp_path / "small"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)]
    try:
        done = subprocess.run(command, check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)
