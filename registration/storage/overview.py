"""Figures of all conversations over some days: how many, how far they come, what is not understood."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from registration.storage.conversation import COMPLETED, PREFERENCE, REACHED, STARTED
from registration.storage.conversation_tables import conversation_counts, conversation_turns
from registration.storage.faults import storage_errors
from registration.storage.tables import chat_message_logs

MISSED = 20  # messages that are shown …
MISSED_READ = 50_000  # … of the latest so many that were not understood

_counts = conversation_counts.c
_turns = conversation_turns.c
_log = chat_message_logs.c


@dataclass(frozen=True)
class Missed:
    """Messages of the same words that were not understood; `message` is the latest of them."""

    message: str
    times: int
    conversation_id: int


@dataclass(frozen=True)
class Overview:
    """`started` and `completed` by day; `reached` by question; `preferences` by key and then by value;
    `missed` among the latest MISSED_READ.
    """

    started: dict[date, int] = field(default_factory=dict)
    completed: dict[date, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    preferences: dict[str, dict[str, int]] = field(default_factory=dict)
    missed: tuple[Missed, ...] = ()


class Overviews:
    """Reads the figures of one database. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def between(self, since: date, until: date) -> Overview:
        """The figures of the days from `since` to `until`, both included."""
        with storage_errors(), self._engine.connect() as connection:
            return Overview(
                started=_by_day(connection, STARTED, since, until),
                completed=_by_day(connection, COMPLETED, since, until),
                reached=_by_name(connection, REACHED, since, until),
                preferences=_by_key(_by_name(connection, PREFERENCE, since, until)),
                missed=_missed(connection, since, until),
            )


def _by_day(connection: Connection, kind: str, since: date, until: date) -> dict[date, int]:
    return _sums(connection, _counts.day, kind, since, until)


def _by_name(connection: Connection, kind: str, since: date, until: date) -> dict[str, int]:
    return _sums(connection, _counts.name, kind, since, until)


def _sums(connection: Connection, column: Any, kind: str, since: date, until: date) -> dict[Any, int]:
    wanted = (
        select(column, func.sum(_counts.times))
        .where(_counts.kind == kind, _counts.day.between(since, until))
        .group_by(column)
    )
    return {name: int(times) for name, times in connection.execute(wanted)}


def _by_key(names: dict[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for name, times in sorted(names.items()):
        key, _, value = name.partition("=")
        found[key][value] = times
    return dict(found)


def _missed(connection: Connection, since: date, until: date) -> tuple[Missed, ...]:
    latest = (
        select(_turns.missed_text, _turns.log_id)
        .where(_turns.missed_on.between(since, until))
        .order_by(_turns.missed_on.desc(), _turns.missed_text.desc(), _turns.log_id.desc())
        .limit(MISSED_READ)
        .subquery()
    )
    times, last = func.count().label("times"), func.max(latest.c.log_id).label("log_id")
    by_text = select(times, last).group_by(latest.c.missed_text)
    grouped = by_text.order_by(times.desc(), last.desc()).limit(MISSED).subquery()
    joined = grouped.join(chat_message_logs, _log.id == grouped.c.log_id).join(
        conversation_turns, _turns.log_id == grouped.c.log_id
    )
    wanted = (
        select(_log.message, grouped.c.times, _turns.conversation_id)
        .select_from(joined)
        .order_by(grouped.c.times.desc(), grouped.c.log_id.desc())
    )
    return tuple(Missed(*row) for row in connection.execute(wanted))
