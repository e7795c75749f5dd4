"""TLS to each server by settings alone: with the right authority it works, with another nothing is sent."""

import gc
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme
from sqlalchemy import text

from registration.cache import RedisCache, StateStore
from registration.cache.limits import Limits
from registration.dialogue.state import IN_PROGRESS, NOTHING
from registration.errors import BrokerUnavailable, CacheUnavailable, StorageUnavailable
from registration.messaging.connection import connect
from registration.messaging.messages import ChatMessage
from registration.messaging.rabbitmq import RabbitMQManager
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES
from registration.service import utc_now
from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from registration.storage.writer import Writer
from registration.testing.fixtures import found_or_skipped
from registration.testing.mariadb_server import MariaDBServer, mariadb_program
from registration.testing.processes import free_port
from registration.testing.rabbitmq_server import RabbitMQServer, rabbitmq_program
from registration.testing.redis_server import RedisServer, redis_program
from registration.testing.servers import needs
from registration.testing.waiting import wait_until
from tests.worker.running import Rows, RunningLane, chat

# What docs/accounts.md gives the bot's user to configure, to write and to read.
NAMES = r"^(amq\.default|(chat|system)_exchange|(chat_messages|class_preferences|notifications)(\..+)?)$"
PATIENT = Limits(connect=10, answer=10)  # a busy machine is not the point here


@dataclass(frozen=True)
class Papers:
    """Files: the authority's certificate, another authority's, and the server's own certificate and key."""

    ca: Path
    other_ca: Path
    certificate: Path
    key: Path


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    folder.parent.chmod(0o755)
    authority, other = trustme.CA(), trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    found = Papers(*(folder / name for name in ("ca.pem", "other.pem", "cert.pem", "key.pem")))
    authority.cert_pem.write_to_path(found.ca)
    other.cert_pem.write_to_path(found.other_ca)
    issued.cert_chain_pems[0].write_to_path(found.certificate)
    issued.private_key_pem.write_to_path(found.key)
    return found


class TlsRedis(RedisServer):
    """It speaks TLS on its port, and nothing else."""

    papers: Papers

    @property
    def settings(self) -> RedisSettings:
        return RedisSettings(host="127.0.0.1", port=self.port, tls="on", tls_ca=self.papers.ca)

    def command(self) -> list[str]:
        files = {
            "--tls-ca-cert-file": self.papers.ca,
            "--tls-cert-file": self.papers.certificate,
            "--tls-key-file": self.papers.key,
        }
        tls = ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
        return [*super().command(), *tls, *(str(each) for pair in files.items() for each in pair)]

    def answers(self) -> bool:
        return RedisCache(self.settings, PATIENT).set("ready", True)


@pytest.fixture(scope="module")
def tls_redis(papers: Papers) -> Iterator[RedisSettings]:
    found_or_skipped(lambda: needs(redis_program, "redis-server"))
    server = TlsRedis()
    server.papers = papers
    with server:
        yield server.settings


@pytest.fixture
async def store(tls_redis: RedisSettings) -> AsyncIterator[StateStore]:
    store = StateStore(tls_redis, PATIENT)
    yield store
    await store.close()


# redis-py leaves the socket of a handshake that failed to the garbage collector, which tells of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_redis(store: StateStore, tls_redis: RedisSettings, papers: Papers) -> None:
    await store.update("1", lambda state: (state.changed({"a": 1}, IN_PROGRESS, utc_now()), None), NOTHING)
    assert RedisCache(tls_redis, PATIENT).get("class_preferences:1")["a"] == 1
    stranger = replace(tls_redis, tls_ca=papers.other_ca)
    assert RedisCache(stranger, PATIENT).set("a", 1) is False
    distrustful = StateStore(stranger, PATIENT)
    with pytest.raises(CacheUnavailable):
        await distrustful.load("1")
    await distrustful.close()
    gc.collect()


@pytest.fixture(scope="module")
def tls_rabbitmq(papers: Papers) -> Iterator[RabbitMQSettings]:
    found_or_skipped(lambda: needs(rabbitmq_program, "rabbitmq-server"))
    port = free_port()
    config = (
        f"listeners.ssl.local = 127.0.0.1:{port}",
        f"ssl_options.cacertfile = {papers.ca}",
        f"ssl_options.certfile = {papers.certificate}",
        f"ssl_options.keyfile = {papers.key}",
    )
    with RabbitMQServer(config=config) as server:
        server.control("add_user", "bot", "secret")
        server.control("set_permissions", "-p", "/", "bot", NAMES, NAMES, NAMES)
        yield RabbitMQSettings(
            host="127.0.0.1", port=port, user="bot", password="secret", tls="on", tls_ca=papers.ca
        )


def test_rabbitmq_as_a_user_who_may_do_no_more_than_the_bot_does(
    tls_rabbitmq: RabbitMQSettings, spool_settings: SpoolSettings, papers: Papers, sqlite_url: str
) -> None:
    manager = RabbitMQManager(tls_rabbitmq, spool_settings)
    assert manager.publisher.publish(chat(1))
    assert manager.flush(60)
    queue = QUEUES[QUEUE_CHAT_MESSAGES]
    with connect(tls_rabbitmq) as connection:
        connection.channel().basic_publish(queue.exchange, queue.routing_key, b"no JSON")
    rows = Rows(sqlite_url)
    with RunningLane(queue, tls_rabbitmq, sqlite_url):
        wait_until(lambda: len(rows.of(ChatMessage)) == 1, 60, "the row")
        wait_until(lambda: manager.get_queue_size(queue.dead) == 1, 60, "the dead letter")
    rows.close()
    manager.close()
    stranger = RabbitMQManager(replace(tls_rabbitmq, tls_ca=papers.other_ca), spool_settings)
    with pytest.raises(BrokerUnavailable):
        stranger.get_queue_size(QUEUE_CHAT_MESSAGES)
    stranger.close()


@pytest.fixture(scope="module")
def tls_database(papers: Papers) -> Iterator[str]:
    found_or_skipped(lambda: needs(mariadb_program, "mariadb-server"))
    options = tuple(
        f"--ssl-{name}={path}"
        for name, path in (("ca", papers.ca), ("cert", papers.certificate), ("key", papers.key))
    )
    with MariaDBServer(options=options) as server:
        server.execute(
            "CREATE DATABASE registration CHARACTER SET utf8mb4",
            "CREATE USER bot@'127.0.0.1' IDENTIFIED BY 'secret' REQUIRE SSL",
            "GRANT ALL ON registration.* TO bot@'127.0.0.1'",
        )
        yield f"mysql+pymysql://bot:secret@127.0.0.1:{server.port}/registration"


def test_database(tls_database: str, papers: Papers) -> None:
    writer = Writer.to(f"{tls_database}?ssl_ca={papers.ca}")
    writer.store([chat(1)])
    with writer.engine.connect() as connection:
        cipher = connection.execute(text("SHOW STATUS LIKE 'Ssl_cipher'")).one()[1]
    writer.close()
    assert cipher
    stranger = Writer.to(f"{tls_database}?ssl_ca={papers.other_ca}")
    with pytest.raises(StorageUnavailable) as caught:
        stranger.check()
    assert "secret" not in str(caught.value)
    stranger.close()
