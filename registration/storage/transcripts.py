"""One conversation, turn by turn, with what a reviewer has said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from registration.storage.conversation_tables import (
    conversation_summaries,
    conversation_turns,
    review_marks,
    review_notes,
    review_tags,
)
from registration.storage.faults import storage_errors
from registration.storage.listing import LISTED, Listed
from registration.storage.tables import chat_message_logs

TURNS = 100  # of one page

_log = chat_message_logs.c
_turns = conversation_turns.c
_marks = review_marks.c


@dataclass(frozen=True)
class Mark:
    """A reviewer's word on one turn: right or wrong, and what would have been right."""

    verdict: str
    intent: str | None
    preferences: Mapping[str, Any] | None
    note: str
    marked_at: datetime


@dataclass(frozen=True)
class Turn:
    """One turn as it was stored; `metadata` is whatever its producer put there."""

    log_id: int
    message: str
    response: str
    intent: str
    at: datetime
    metadata: Mapping[str, Any]
    mark: Mark | None


@dataclass(frozen=True)
class Transcript:
    """A conversation. `following` is the log id after which its next turns come; None at the end."""

    listed: Listed
    turns: tuple[Turn, ...]
    following: int | None
    note: str
    tags: tuple[str, ...]


class Transcripts:
    """Reads conversations of one database. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, conversation_id: int, after: int = 0) -> Transcript | None:
        """The conversation, its turns from behind the log id `after` on; None where there is none."""
        with storage_errors(), self._engine.connect() as connection:
            listed = _listed(connection, conversation_id)
            return None if listed is None else _transcript(connection, listed, after)


def _transcript(connection: Connection, listed: Listed, after: int) -> Transcript:
    turns = _read_turns(connection, listed.id, after)
    shown = turns[:TURNS]
    following = shown[-1].log_id if len(turns) > TURNS else None
    key = listed.conversation_key
    note = connection.execute(
        select(review_notes.c.note).where(review_notes.c.conversation_key == key)
    ).scalar()
    tags = select(review_tags.c.tag).where(review_tags.c.conversation_key == key).order_by(review_tags.c.tag)
    return Transcript(listed, tuple(shown), following, note or "", tuple(connection.execute(tags).scalars()))


def _listed(connection: Connection, conversation_id: int) -> Listed | None:
    wanted = select(*LISTED).where(conversation_summaries.c.id == conversation_id)
    row = connection.execute(wanted).mappings().first()
    return Listed(**row) if row else None


def _read_turns(connection: Connection, conversation_id: int, after: int) -> list[Turn]:
    joined = conversation_turns.join(chat_message_logs, _log.id == _turns.log_id).outerjoin(
        review_marks, _marks.log_id == _turns.log_id
    )
    wanted = (
        select(
            _turns.log_id,
            *(_log.message, _log.response, _log.intent, _log.metadata, _log.timestamp),
            *(_marks.verdict, _marks.intent.label("right_intent"), _marks.preferences, _marks.note),
            _marks.marked_at,
        )
        .select_from(joined)
        .where(_turns.conversation_id == conversation_id, _turns.log_id > after)
        .order_by(_turns.log_id)
        .limit(TURNS + 1)
    )
    return [_turn(dict(row)) for row in connection.execute(wanted).mappings()]


def _turn(row: Mapping[str, Any]) -> Turn:
    return Turn(
        log_id=row["log_id"],
        message=row["message"],
        response=row["response"],
        intent=row["intent"],
        at=row["timestamp"],
        metadata=row["metadata"] if isinstance(row["metadata"], dict) else {},
        mark=_mark(row) if row["verdict"] else None,
    )


def _mark(row: Mapping[str, Any]) -> Mark:
    return Mark(row["verdict"], row["right_intent"], row["preferences"], row["note"], row["marked_at"])
