"""A model trained from the repository's files, and a bot that lives as long as the tests of one mode."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.local.processes import Processes
from deploy.local.training import is_trained, model_path, train
from registration.settings import RabbitMQSettings, RedisSettings
from registration.testing.bot import ActionServer, RasaServer, WebServer, Worker
from registration.testing.processes import ServerFailed, free_port
from registration.testing.redis_server import RedisServer
from registration.testing.rest import RestChat
from registration.testing.rooms import VirtualHosts, new_database
from registration.testing.servers import Database

SECRET = "a secret of these tests, long enough to sign with"
PORTAL = f"http://127.0.0.1:{free_port()}"  # where a test may put a page of its own
LOCAL_CREDENTIALS = Path("deploy/local/credentials.yml")
EVENTS = Path("deploy/endpoints-events.yml")

collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py", "browser/*"]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained model; training is skipped where nothing that it is made of has changed."""
    if not is_trained():
        with Processes(tmp_path_factory.mktemp("log")) as processes:
            train({"RASA_TELEMETRY_ENABLED": "false"}, processes)
    return model_path()


@dataclass
class LiveBot:
    """A running bot with the addresses of what it stores in."""

    rasa: RasaServer
    actions: ActionServer
    worker: Worker
    web: WebServer  # started by the tests that open its page
    environ: dict[str, str]
    redis: RedisSettings
    database_url: str
    rabbitmq: RabbitMQSettings | None = None

    def chat(self, sender: str) -> RestChat:
        return self.rasa.chat(sender)

    def rows(self, query: str, **values: object) -> list[dict[str, object]]:
        engine = sa.create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return [dict(row._mapping) for row in connection.execute(sa.text(query), values)]
        finally:
            engine.dispose()


@pytest.fixture(scope="session")
def embedded_bot(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveBot]:
    """Redis, SQLite and a worker that reads the spool; no broker."""
    folder = tmp_path_factory.mktemp("embedded")
    with RedisServer() as redis:
        url = f"sqlite:///{folder / 'registration.db'}"
        environ = {"MODE": "embedded"}
        yield from _run(model, folder, environ, redis.settings, url, credentials=LOCAL_CREDENTIALS)


@pytest.fixture(scope="session")
def servers_bot(
    model: Path,
    tmp_path_factory: pytest.TempPathFactory,
    rabbitmq_virtual_hosts: VirtualHosts,
    mariadb_database: Database,
) -> Iterator[LiveBot]:
    """Redis, RabbitMQ and MariaDB."""
    rabbitmq = rabbitmq_virtual_hosts.take()
    environ = {
        "MODE": "servers",
        "RABBITMQ_HOST": rabbitmq.host,
        "RABBITMQ_PORT": str(rabbitmq.port),
        "RABBITMQ_USER": rabbitmq.user,
        "RABBITMQ_PASS": rabbitmq.password,
        "RABBITMQ_VHOST": rabbitmq.vhost,
    }
    folder = tmp_path_factory.mktemp("servers")
    with RedisServer() as redis, new_database(mariadb_database) as url:
        environ |= {"ACTION_SERVER_SECRET": SECRET, "TRACKER_STORE_URL": url}
        yield from _run(model, folder, environ, redis.settings, url, rabbitmq, endpoints=EVENTS)


@pytest.fixture(params=["embedded", "servers"])
def bot(request: pytest.FixtureRequest) -> LiveBot:
    live: LiveBot = request.getfixturevalue(f"{request.param}_bot")
    return live


def _run(
    model: Path,
    folder: Path,
    environ: dict[str, str],
    redis: RedisSettings,
    url: str,
    rabbitmq: RabbitMQSettings | None = None,
    credentials: Path = Path("credentials.yml"),
    endpoints: Path | None = None,
) -> Iterator[LiveBot]:
    actions, web = ActionServer({}), WebServer({})
    environ = {
        **environ,
        "STUDENT_TOKEN_SECRET": SECRET,
        "CHAT_ORIGINS": f"{web.url},{PORTAL}",
        "CHAT_MESSAGES_PER_MINUTE": "1000",
        "ACTION_ENDPOINT_URL": actions.url,
        "REDIS_HOST": redis.host,
        "REDIS_PORT": str(redis.port),
        "REDIS_DB": str(redis.db),
        "DATABASE_URL": url,
        "SPOOL_DIR": str(folder / "spool"),
    }
    actions.given(environ)
    rasa = RasaServer(model, actions.url, environ, credentials, endpoints)
    web.given({**environ, "CHAT_URL": rasa.url, "CHAT_TRIAL": "on"})
    worker = Worker(environ, folder / "worker.log")
    try:
        actions.start()
        rasa.start()
        yield LiveBot(rasa, actions, worker, web, environ, redis, url, rabbitmq)
        if not worker.stop():
            raise ServerFailed(f"the worker did not stop: {worker.log.read_text()[-2000:]}")
    finally:
        worker.kill()
        for server in (web, rasa, actions):
            server.close()


def rasa_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`rasa …` in the repository, as a user would run it."""
    environ = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    return subprocess.run(
        [sys.executable, "-m", "rasa", *arguments], env=environ, capture_output=True, text=True, timeout=300
    )
