"""Workers, rows and a broker for the tests of this folder; all of them ended afterwards."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from registration.settings import RabbitMQSettings
from tests.worker.running import Broker, Rows, WorkerProcess, environment

StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def broker(rabbitmq_settings: RabbitMQSettings) -> Iterator[Broker]:
    broker = Broker(rabbitmq_settings)
    yield broker
    broker.close()


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    rows = Rows(database_url)
    yield rows
    rows.close()


@pytest.fixture
def start_worker(
    rabbitmq_settings: RabbitMQSettings, database_url: str, tmp_path: Path
) -> Iterator[StartWorker]:
    """Starts a worker on this test's virtual host and database."""
    with ExitStack() as workers:

        def start(worker_type: str = "all", **environ: str) -> WorkerProcess:
            whole = {**environment(rabbitmq_settings, database_url), **environ}
            return workers.enter_context(WorkerProcess(whole, tmp_path / "worker.log", worker_type))

        yield start
