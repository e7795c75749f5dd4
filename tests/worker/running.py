"""A worker as a process of the test's own, and hands that put messages before it."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pika
import pymysql
from pika.adapters.blocking_connection import BlockingChannel
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from registration.messaging.connection import connect
from registration.messaging.declare import declare_topology
from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification, encode
from registration.messaging.topology import Queue, queue_of
from registration.settings import RabbitMQSettings
from registration.storage.engine import open_engine
from registration.storage.tables import table_of
from registration.storage.writer import Writer
from worker.amqp import AmqpSource
from worker.lane import Lane
from worker.source import Limits

ROOT = Path(__file__).parents[2]


class WorkerProcess:
    """`python -m worker` with settings of the test, its log in `log`."""

    def __init__(self, environ: dict[str, str], log: Path, worker_type: str = "all") -> None:
        command = [
            sys.executable,
            "-W",
            "error",
            "-m",
            "worker",
            "--type",
            worker_type,
            "--log-level",
            "debug",
        ]
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environ}, stdout=output, stderr=output
            )

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self, number: int = signal.SIGTERM, timeout: float = 10) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(timeout)

    def memory(self) -> int:
        """Bytes that no other process shares with it."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Private_"))

    def text(self) -> str:
        return self.log.read_text()


class RunningLane:
    """A lane of this process, for tests that change a queue's times."""

    def __init__(self, queue: Queue, settings: RabbitMQSettings, database_url: str, rows: int = 500) -> None:
        self.stop = Event()
        self._url = database_url
        self._writer = Writer.to(database_url)
        source = AmqpSource(settings, queue, Limits(rows=rows))
        self.lane = Lane(queue, source, self._writer, self.stop)
        self._thread = Thread(target=self.lane.run)

    def drop_trigger(self) -> None:
        engine = open_engine(self._url)
        with engine.begin() as connection:
            table = " ON chat_message_logs" if self._url.startswith("postgresql") else ""
            connection.execute(text(f"DROP TRIGGER refuse{table}"))
        engine.dispose()

    def __enter__(self) -> "RunningLane":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join()
        self._writer.close()


def environment(rabbitmq: RabbitMQSettings, database_url: str) -> dict[str, str]:
    return {
        "MODE": "servers",
        "RABBITMQ_HOST": rabbitmq.host,
        "RABBITMQ_PORT": str(rabbitmq.port),
        "RABBITMQ_USER": rabbitmq.user,
        "RABBITMQ_PASS": rabbitmq.password,
        "RABBITMQ_VHOST": rabbitmq.vhost,
        "RABBITMQ_QUEUE_TYPE": rabbitmq.queue_type,
        "DATABASE_URL": database_url,
    }


def embedded_environment(spool: Path, database_url: str) -> dict[str, str]:
    return {"MODE": "embedded", "SPOOL_DIR": str(spool), "DATABASE_URL": database_url}


def chat(number: int = 1, **changes: Any) -> ChatMessage:
    fields: dict[str, Any] = {
        "student_id": number,
        "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        "message_id": str(uuid.uuid4()),
        "message": f"Tôi muốn đăng ký lớp {number}",
        "response": "Bạn muốn học buổi nào?",
        "intent": "class_registration_suggestion",
        "metadata": {"step": number, "channel": "rest"},
    }
    return ChatMessage(**{**fields, **changes})


def preference(number: int = 1, **changes: Any) -> ClassPreference:
    fields: dict[str, Any] = {
        "student_id": number,
        "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        "message_id": str(uuid.uuid4()),
        "preferences": {"time_period": "morning", "avoid_days": ["Saturday"]},
        "step": "complete",
    }
    return ClassPreference(**{**fields, **changes})


def notification(number: int = 1, **changes: Any) -> Notification:
    fields: dict[str, Any] = {
        "student_id": number,
        "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        "message_id": str(uuid.uuid4()),
        "notification_type": "reminder",
        "title": "Nhắc lịch",
        "content": "Hạn đăng ký là ngày mai",
    }
    return Notification(**{**fields, **changes})


class Broker:
    """A publisher and a reader of queues in one virtual host."""

    def __init__(self, settings: RabbitMQSettings) -> None:
        self.settings = settings
        self._connection = connect(settings)
        self.channel: BlockingChannel = self._connection.channel()
        declare_topology(self.channel, settings.queue_type)

    def close(self) -> None:
        if self._connection.is_open:
            self._connection.close()

    def publish(self, messages: Iterable[Message], **properties: Any) -> None:
        for message in messages:
            self.publish_body(queue_of(message), encode(message), message_id=message.message_id, **properties)

    def publish_body(self, queue: Queue, body: bytes, **properties: Any) -> None:
        self.channel.basic_publish(
            queue.exchange, queue.routing_key, body, pika.BasicProperties(delivery_mode=2, **properties)
        )

    def count(self, queue: str) -> int:
        """Messages that nobody holds."""
        return int(self.channel.queue_declare(queue, passive=True).method.message_count)

    def read(self, queue: str) -> list[tuple[pika.BasicProperties, bytes]]:
        """Everything in `queue`, taken out of it."""
        found = []
        while True:
            method, properties, body = self.channel.basic_get(queue, auto_ack=True)
            if method is None:
                return found
            found.append((properties, body))


class Rows:
    """The rows of one database."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def close(self) -> None:
        self._engine.dispose()

    def of(self, kind: type[Message]) -> list[dict[str, Any]]:
        """All rows of a kind in the order of storing; none where there is no table or no database yet."""
        table = table_of(kind)
        try:
            with self._engine.connect() as connection:
                found = connection.execute(select(table).order_by(table.c.id)).mappings().all()
        except DBAPIError:
            return []
        return [dict(row) for row in found]

    def ids(self, kind: type[Message] = ChatMessage) -> list[str]:
        return [row["message_id"] for row in self.of(kind)]


@contextmanager
def locked_table(url: str) -> Iterator[None]:
    """Nobody else reads or writes the table of chat messages meanwhile, in MariaDB."""
    where = make_url(url)
    with pymysql.connect(
        host=where.host, port=where.port, user=where.username, database=where.database
    ) as connection:
        connection.cursor().execute("LOCK TABLES chat_message_logs WRITE")
        yield  # closing the connection unlocks it


def ids(messages: Sequence[Message]) -> list[str]:
    return [message.message_id for message in messages]
