"""Messages by RabbitMQ into MariaDB."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pika
import pymysql

from registration.testing.mariadb_server import MariaDBServer
from registration.testing.processes import ServerFailed
from registration.testing.rabbitmq_server import RabbitMQServer
from tests.faults import rows
from tests.faults.ledger import DeadLetter
from tests.faults.pipeline import HandIn, Pipeline

_DATABASE = "registration"


class ServersPipeline(Pipeline):
    """RabbitMQ and MariaDB."""

    def __init__(self, folder: Path, database_disk: Path, queue_type: str) -> None:
        self._queue_type = queue_type
        self.broker = RabbitMQServer(folder / "broker")
        self.database = MariaDBServer(database_disk / "mariadb")
        self.servers = (self.broker, self.database)

    def open(self) -> None:
        for server in self.servers:
            server.folder.mkdir()
            server.start()
        self.database.execute(
            f"CREATE DATABASE {_DATABASE} CHARACTER SET utf8mb4",
            # A user as in production: unlike root it is bound by read_only.
            "CREATE USER bot@'127.0.0.1' IDENTIFIED BY 'word'",
            f"GRANT ALL ON {_DATABASE}.* TO bot@'127.0.0.1'",
        )
        # A policy can only tighten what the queues' own arguments say: retries become quick, no more.
        self.policy("quick-retries", r"\.delay\.", '{"message-ttl": 1000}')

    def environ(self) -> dict[str, str]:
        broker = self.broker.settings
        return {
            "MODE": "servers",
            "RABBITMQ_HOST": broker.host,
            "RABBITMQ_PORT": str(broker.port),
            "RABBITMQ_USER": broker.user,
            "RABBITMQ_PASS": broker.password,
            "RABBITMQ_VHOST": broker.vhost,
            "RABBITMQ_QUEUE_TYPE": self._queue_type,
            "DATABASE_URL": f"mysql+pymysql://bot:word@127.0.0.1:{self.database.port}/{_DATABASE}",
        }

    def policy(self, name: str, pattern: str, definition: str) -> None:
        """Set a policy of the broker. Raises ServerFailed."""
        scope = ("--priority", "1", "--apply-to", "queues")
        self.broker.control("set_policy", *scope, name, pattern, definition)

    def clear_policy(self, name: str) -> None:
        self.broker.control("clear_policy", name)

    def hand_in(self, messages: Sequence[HandIn]) -> Iterator[int]:
        connection = rows.connect(self.broker.settings)
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            for place, (queue, message_id, body) in enumerate(messages):
                properties = pika.BasicProperties(delivery_mode=2, message_id=message_id)
                channel.basic_publish(queue.exchange, queue.routing_key, body, properties, mandatory=True)
                yield place
        finally:
            connection.close()

    def rows(self) -> Iterator[rows.Row]:
        with self._connection(None) as connection, connection.cursor() as cursor:
            for query in rows.QUERIES:
                cursor.execute(query.text)
                yield from (query.row(row) for row in cursor)

    def count_rows(self) -> int:
        with self._connection(5) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW TABLES LIKE '%\\_message_logs'")
            if not cursor.fetchall():  # no worker has come so far
                return 0
            cursor.execute(rows.COUNT)
            (count,) = cursor.fetchone() or (0,)
            return int(count)

    def dead_letters(self) -> list[DeadLetter]:
        return rows.dead_letters(self.broker.settings)

    def depths(self) -> tuple[int, int]:
        connection = rows.connect(self.broker.settings, timeout=3)
        try:
            return rows.depths(connection.channel())
        finally:
            connection.close()

    def heal(self) -> None:
        for name in ("short-queues", "short-lives"):
            with suppress(ServerFailed):
                self.clear_policy(name)
        self.broker.control("set_vm_memory_high_watermark", "0.4")
        self.database.execute("SET GLOBAL read_only = 0")

    def _connection(self, timeout: int | None) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(
            host="127.0.0.1",
            port=self.database.port,
            user="root",
            database=_DATABASE,
            connect_timeout=5,
            read_timeout=timeout,
        )
