"""Reads the log of turns on, and keeps the tables that the review looks into.

Not in the transaction that stores a message: storing would be slower for it, and a row that somebody else
produced could be held up by what it means to a review. Instead each step takes the next rows of the
log in a transaction of its own, which holds the row of `conversation_progress`: one reader at a time, every
row once, also after a kill. Rows that were there before the tables were are read in the same way.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from registration.storage import upserts
from registration.storage.conversation import Counts, Summary, counted
from registration.storage.conversation_tables import (
    conversation_counts,
    conversation_progress,
    conversation_summaries,
    conversation_terms,
    conversation_turns,
)
from registration.storage.faults import storage_errors
from registration.storage.logged_turn import LoggedTurn
from registration.storage.tables import chat_message_logs

BATCH = 500  # rows of the log in one transaction
# Ids are given before rows are visible, so a late row may lie below one that has been read already.
_LOOK_BACK = 20_000

_log = chat_message_logs.c
_progress = conversation_progress.c
_summaries = conversation_summaries.c
_turns = conversation_turns.c
_terms = conversation_terms.c
_READ = (_log.id, _log.student_id, _log.message, _log.intent, _log.metadata, _log.timestamp)


@dataclass(frozen=True)
class _Known:
    id: int
    summary: Summary


class Follower:
    """Steps through the log of one database, whose tables exist. Raises StorageError."""

    def __init__(self, engine: Engine, batch: int = BATCH) -> None:
        self._engine = engine
        self._batch = batch

    def step(self) -> int:
        """How many rows were read; 0 at the end of the log."""
        return self._taken(_next_rows)

    def look_back(self) -> int:
        """How many rows were read that had become visible late, behind those read already."""
        return self._taken(_late_rows)

    def _taken(self, rows_of: Callable[[Connection, int], Sequence[Any]]) -> int:
        with storage_errors(), self._connected() as connection, connection.begin():
            hold_progress(connection)
            rows = rows_of(connection, self._batch)
            if rows:
                _take(connection, [LoggedTurn.of(row) for row in rows])
            return len(rows)

    def _connected(self) -> Connection:
        connection = self._engine.connect()
        if connection.dialect.name == "sqlite":
            return connection
        # No locks on gaps: whoever stores messages must not wait for us.
        return connection.execution_options(isolation_level="READ COMMITTED")


def hold_progress(connection: Connection) -> None:
    """Until this transaction ends, nobody else reads the log on."""
    held = update(conversation_progress).values(log_id=_progress.log_id).where(_progress.id == 1)
    if not connection.execute(held).rowcount:
        connection.execute(upserts.new(connection, conversation_progress), [{"id": 1, "log_id": 0}])
        connection.execute(held)


def _progress_of(connection: Connection) -> int:
    return int(connection.execute(select(_progress.log_id).where(_progress.id == 1)).scalar_one())


def set_progress(connection: Connection, log_id: int) -> None:
    """The log counts as read up to this row."""
    connection.execute(update(conversation_progress).values(log_id=log_id).where(_progress.id == 1))


def _next_rows(connection: Connection, limit: int) -> Sequence[Any]:
    # A locking read waits for rows that are written but not committed, where a plain one would pass over
    # them for ever.
    rows = (
        select(*_READ)
        .where(_log.id > _progress_of(connection))
        .order_by(_log.id)
        .limit(limit)
        .with_for_update(read=True)
    )
    found = connection.execute(rows).mappings().all()
    if found:
        set_progress(connection, found[-1]["id"])
    return found


def _late_rows(connection: Connection, limit: int) -> Sequence[Any]:
    reached = _progress_of(connection)
    rows = (
        select(*_READ)
        .select_from(chat_message_logs.outerjoin(conversation_turns, _turns.log_id == _log.id))
        .where(_log.id > reached - _LOOK_BACK, _log.id <= reached, _turns.log_id.is_(None))
        .order_by(_log.id)
        .limit(limit)
    )
    return connection.execute(rows).mappings().all()


def _take(connection: Connection, turns: Sequence[LoggedTurn]) -> None:
    known = _known(connection, {turn.key for turn in turns})
    summaries = {key: each.summary for key, each in known.items()}
    counts: Counts = Counter()
    for turn in turns:
        before = summaries.get(turn.key) or Summary.begun_by(turn)
        summaries[turn.key] = after = before.after(turn)
        counts += counted(before, turn, after)
    connection.execute(
        upserts.replacing(connection, conversation_summaries, _CHANGING),
        [_summary_row(summary) for summary in summaries.values()],
    )
    ids = {key: each.id for key, each in _known(connection, set(summaries)).items()}
    connection.execute(insert(conversation_turns), [_turn_row(turn, ids[turn.key]) for turn in turns])
    _index(connection, turns, summaries, ids, known)
    _count(connection, counts)


def _index(
    connection: Connection,
    turns: Iterable[LoggedTurn],
    summaries: dict[str, Summary],
    ids: dict[str, int],
    known: dict[str, _Known],
) -> None:
    moved = [each for key, each in known.items() if each.summary.stage != summaries[key].stage]
    if moved:
        connection.execute(_STAGE_LEFT, [_left(each) for each in moved])
    wanted = {(name, turn.key) for turn in turns for name in turn.terms()}
    wanted |= {(summary.stage_term, key) for key, summary in summaries.items()}
    rows = [_term_row(name, summaries[key].started_at, ids[key]) for name, key in sorted(wanted)]
    connection.execute(upserts.new(connection, conversation_terms), rows)


def _count(connection: Connection, counts: Counts) -> None:
    rows = [
        {"kind": kind, "day": day, "name": name, "times": times}
        for (kind, day, name), times in sorted(counts.items())
    ]
    if rows:
        connection.execute(upserts.adding(connection, conversation_counts, "times"), rows)


def _known(connection: Connection, keys: set[str]) -> dict[str, _Known]:
    wanted = _summaries.conversation_key.in_(bindparam("keys", expanding=True))
    rows = connection.execute(select(conversation_summaries).where(wanted), {"keys": sorted(keys)})
    return {row["conversation_key"]: _Known(row["id"], _summary(row)) for row in rows.mappings()}


_SHARED = ("student_id", "sender", "started_at")
_CHANGING = ("last_at", "turns", "not_understood", "lowest_confidence", "language", "stage", "reached")


def _summary(row: Any) -> Summary:
    rest = {name: row[name] for name in (*_SHARED, *_CHANGING) if name != "reached"}
    return Summary(
        key=row["conversation_key"], reached=tuple(filter(None, row["reached"].split(","))), **rest
    )


def _summary_row(summary: Summary) -> dict[str, Any]:
    rest = {name: getattr(summary, name) for name in (*_SHARED, *_CHANGING)}
    return {**rest, "conversation_key": summary.key, "reached": ",".join(summary.reached)}


def _turn_row(turn: LoggedTurn, conversation_id: int) -> dict[str, Any]:
    missed = turn.missed_text()
    return {
        "log_id": turn.log_id,
        "conversation_id": conversation_id,
        "missed_on": turn.at.date() if missed else None,
        "missed_text": missed,
    }


def _term_row(name: str, started_at: datetime, conversation_id: int) -> dict[str, Any]:
    return {"term": name, "started_at": started_at, "conversation_id": conversation_id}


_STAGE_LEFT = delete(conversation_terms).where(
    _terms.term == bindparam("left"),
    _terms.started_at == bindparam("began"),
    _terms.conversation_id == bindparam("conversation"),
)


def _left(each: _Known) -> dict[str, Any]:
    return {
        "left": each.summary.stage_term,
        "began": each.summary.started_at,
        "conversation": each.id,
    }
