"""What arrived: the rows of the three tables and the dead letters, each told by its token."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel

from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification
from registration.messaging.topology import QUEUES
from registration.settings import RabbitMQSettings
from tests.faults import traffic
from tests.faults.ledger import DeadLetter

# Columns that hold what was handed in, the first one with the token; JSON columns end in a star.
_TABLES: dict[type[Message], tuple[str, tuple[str, ...]]] = {
    ChatMessage: ("chat_message_logs", ("message", "response", "intent", "metadata*")),
    ClassPreference: ("class_preference_logs", ("preferences*", "step")),
    Notification: ("notification_logs", ("content", "title", "notification_type", "metadata*")),
}


@dataclass(frozen=True)
class Row:
    token: str
    faithful: bool  # every field is what was handed in


@dataclass(frozen=True)
class Query:
    """Asks one table for all its rows."""

    kind: type[Message]
    table: str
    columns: tuple[str, ...]

    @property
    def text(self) -> str:
        names = ", ".join(column.rstrip("*") for column in self.columns)
        return f"SELECT message_id, student_id, timestamp, {names} FROM {self.table}"

    def row(self, row: tuple[Any, ...]) -> Row:
        return _row(self.kind, self.columns, row)


QUERIES = tuple(Query(kind, table, columns) for kind, (table, columns) in _TABLES.items())
COUNT = "SELECT " + " + ".join(f"(SELECT COUNT(*) FROM {query.table})" for query in QUERIES)


def connect(settings: RabbitMQSettings, timeout: float = 10) -> pika.BlockingConnection:
    """A connection of the harness's own, not of the code under test."""
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            settings.host,
            settings.port,
            settings.vhost,
            pika.PlainCredentials(settings.user, settings.password),
            socket_timeout=timeout,
            stack_timeout=timeout,
            blocked_connection_timeout=timeout,
        )
    )


def dead_letters(settings: RabbitMQSettings) -> list[DeadLetter]:
    """All dead letters; they stay where they are."""
    connection = connect(settings)
    channel = connection.channel()
    letters = [letter for queue in QUEUES.values() for letter in _letters(channel, queue.dead)]
    connection.close()  # what was not acknowledged goes back
    return letters


def depths(channel: BlockingChannel) -> tuple[int, int]:
    """Messages ready in the queues and their retries, and dead letters, with their copies."""
    waiting = sum(_depth(channel, name) for queue in QUEUES.values() for name in (queue.name, queue.retry))
    return waiting, sum(_depth(channel, queue.dead) for queue in QUEUES.values())


def _depth(channel: BlockingChannel, queue: str) -> int:
    count: int = channel.queue_declare(queue, passive=True).method.message_count
    return count


def _letters(channel: BlockingChannel, queue: str) -> Iterator[DeadLetter]:
    while True:
        method, properties, body = channel.basic_get(queue)
        if method is None:
            return
        headers = properties.headers or {}
        reason = headers.get("x-reason") or headers.get("x-first-death-reason") or "no reason"
        yield DeadLetter(traffic.tokens_in(body) or "", queue, str(reason))


def _row(kind: type[Message], columns: tuple[str, ...], row: tuple[Any, ...]) -> Row:
    token = traffic.tokens_in(str(row[3]).encode())
    if token is None:
        return Row(f"row {row[0]} of {kind.__name__}", False)
    _, name, number, _ = token.split("-")
    wanted = traffic.message(name, int(number)) if name != "poison" else None
    return Row(token, wanted is not None and _same(wanted, kind, columns, row))


def _same(wanted: Message, kind: type[Message], columns: tuple[str, ...], row: tuple[Any, ...]) -> bool:
    if type(wanted) is not kind:
        return False
    # SQLite has no type for times, and gives text.
    time = datetime.fromisoformat(row[2]) if isinstance(row[2], str) else row[2]
    if (*row[:2], time) != (wanted.message_id, wanted.student_id, wanted.timestamp.replace(tzinfo=None)):
        return False
    return all(
        getattr(wanted, column.rstrip("*"))
        == (json.loads(value) if column.endswith("*") and value else value)
        for column, value in zip(columns, row[3:], strict=True)
    )
