"""Secrets stay out of logs and errors, whichever server refuses and whatever setting is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from registration.testing.processes import free_port
from registration.testing.waiting import wait_until
from tests.worker.running import WorkerProcess

SECRET = "s3cr3t-of-this-test-0123456789abcdef"
NAMES = (
    "REDIS_PASSWORD",
    "RABBITMQ_PASS",
    "LINK_SECRET",
    "STUDENT_TOKEN_SECRET",
    "ACTION_SERVER_SECRET",
    "REVIEW_PASSWORD_HASH",
)


def environ(folder: Path, **changes: str) -> dict[str, str]:
    """Settings full of secrets, and servers that nobody listens at."""
    secrets = dict.fromkeys(NAMES, SECRET) | {"REVIEW_PASSWORD_HASH": ""}
    return {
        **os.environ,
        **secrets,
        "SPOOL_DIR": str(folder / "spool"),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(free_port()),
        "RABBITMQ_HOST": "127.0.0.1",
        "RABBITMQ_PORT": str(free_port()),
        "DATABASE_URL": f"mysql+pymysql://bot:{SECRET}@127.0.0.1:{free_port()}/registration",
        **changes,
    }


def run(folder: Path, *command: str, **changes: str) -> str:
    """All that a program says until it ends."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=environ(folder, **changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_worker_whose_servers_are_away(tmp_path: Path) -> None:
    with WorkerProcess(environ(tmp_path), tmp_path / "log") as worker:
        wait_until(lambda: "waiting" in worker.text(), 60, "the worker's first complaint")
        worker.stop()
        assert SECRET not in worker.text()


def test_the_operators_view_of_servers_that_are_away(tmp_path: Path) -> None:
    said = run(tmp_path, "registration", "status", "--json")
    assert "127.0.0.1" in said or "redis" in said.lower()
    assert SECRET not in said


@pytest.mark.parametrize(
    "name", ["LINK_SECRET", "STUDENT_TOKEN_SECRET", "REVIEW_PASSWORD_HASH", "DATABASE_URL"]
)
def test_a_wrong_value_is_named_and_not_shown(tmp_path: Path, name: str) -> None:
    said = run(tmp_path, "worker", **{name: "too-short-4711"})
    assert f"{name} is a hidden value; allowed:" in said
    assert "4711" not in said
