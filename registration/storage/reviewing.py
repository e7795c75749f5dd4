"""What a reviewer writes: marks on turns, a note and tags on a conversation; the latest word counts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection, Engine

from registration.errors import InvalidMessage
from registration.storage import upserts
from registration.storage.conversation_tables import (
    MAX_TAG,
    conversation_summaries,
    conversation_turns,
    review_marks,
    review_notes,
    review_tags,
)
from registration.storage.faults import storage_errors
from registration.storage.tables import chat_message_logs, utc_seconds

RIGHT, WRONG = "right", "wrong"
MAX_NOTE = 10_000  # characters
MAX_TAGS = 20
MAX_CORRECTIONS = 50_000  # exported at once, the latest
_INTENT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,100}")
_TAG = re.compile(rf"[\w .+-]{{1,{MAX_TAG}}}")

_summaries = conversation_summaries.c
_turns = conversation_turns.c
_log = chat_message_logs.c
_marks = review_marks.c


@dataclass(frozen=True)
class Correction:
    """A message that was marked wrong, with the intent that is right."""

    message: str
    intent: str


class Reviewing:
    """Writes into one database. Raises StorageError; InvalidMessage for a value that is not allowed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(
        self,
        log_id: int,
        verdict: str,
        intent: str | None = None,
        preferences: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> bool:
        """Whether there is such a turn; its mark is then this one."""
        _check_mark(verdict, intent, note)
        with self._writing() as connection:
            student = connection.execute(select(_log.student_id).where(_log.id == log_id)).scalar()
            if student is None:
                return False
            row = {
                "log_id": log_id,
                "student_id": student,
                "verdict": verdict,
                "intent": intent if verdict == WRONG else None,
                "preferences": dict(preferences) if preferences is not None and verdict == WRONG else None,
                "note": note,
                "marked_at": _now(),
            }
            connection.execute(delete(review_marks).where(_marks.log_id == log_id))
            connection.execute(insert(review_marks), [row])
        return True

    def unmark(self, log_id: int) -> bool:
        """Whether there was a mark."""
        with self._writing() as connection:
            return bool(connection.execute(delete(review_marks).where(_marks.log_id == log_id)).rowcount)

    def describe(self, conversation_id: int, note: str, tags: Iterable[str]) -> bool:
        """Whether there is such a conversation; its note and tags are then these."""
        wanted = _checked_tags(tags)
        _check_note(note)
        with self._writing() as connection:
            owner = select(_summaries.conversation_key, _summaries.student_id)
            found = connection.execute(owner.where(_summaries.id == conversation_id)).first()
            if found is None:
                return False
            self._describe(connection, found[0], found[1], note, wanted)
        return True

    def corrections(self) -> list[Correction]:
        """The messages with another right intent, the earliest mark first."""
        joined = review_marks.join(chat_message_logs, _log.id == _marks.log_id)
        wanted = (
            select(_log.message, _marks.intent)
            .select_from(joined)
            .where(_marks.verdict == WRONG, _marks.intent.is_not(None))
            .order_by(_marks.marked_at.desc(), _marks.log_id.desc())
            .limit(MAX_CORRECTIONS)
        )
        with self._writing() as connection:
            return [Correction(*row) for row in reversed(connection.execute(wanted).all())]

    @staticmethod
    def _describe(connection: Connection, key: str, student_id: int, note: str, tags: list[str]) -> None:
        connection.execute(delete(review_notes).where(review_notes.c.conversation_key == key))
        connection.execute(delete(review_tags).where(review_tags.c.conversation_key == key))
        owner = {"conversation_key": key, "student_id": student_id}
        if note:
            connection.execute(insert(review_notes), [{**owner, "note": note, "written_at": _now()}])
        if tags:
            connection.execute(upserts.new(connection, review_tags), [{**owner, "tag": tag} for tag in tags])

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with storage_errors(), self._engine.begin() as connection:
            yield connection


def _check_mark(verdict: str, intent: str | None, note: str) -> None:
    if verdict not in (RIGHT, WRONG):
        raise InvalidMessage(f"the verdict must be {RIGHT} or {WRONG}")
    if intent is not None and not _INTENT.fullmatch(intent):
        raise InvalidMessage("an intent is a letter, then letters, digits and _, 101 characters at most")
    _check_note(note)


def _check_note(note: str) -> None:
    if len(note) > MAX_NOTE:
        raise InvalidMessage(f"a note of {len(note)} characters; at most {MAX_NOTE} are allowed")


def _checked_tags(tags: Iterable[str]) -> list[str]:
    found = sorted({tag.strip() for tag in tags} - {""})
    if len(found) > MAX_TAGS:
        raise InvalidMessage(f"{len(found)} tags; at most {MAX_TAGS} are allowed")
    if not all(_TAG.fullmatch(tag) for tag in found):
        raise InvalidMessage(f"a tag is letters, digits, spaces and . + - _, {MAX_TAG} characters at most")
    return found


def _now() -> datetime:
    return utc_seconds(datetime.now(timezone.utc))
