"""One row of `chat_message_logs` as the review sees it.

Anybody may have produced the row, so nothing of its metadata is taken for granted: what has another shape
than ours counts as absent.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registration.folding import fold
from registration.messaging.messages import derived_id
from registration.storage.conversation_tables import MAX_SENDER, MAX_TERM

LOW_CONFIDENCE = 0.6  # below it a turn counts as one that the model was not sure of
COMPLETE, CHOSEN = "complete", "chosen"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LANGUAGE = re.compile(r"[A-Za-z-]{1,16}")
_PLAIN_TERM = re.compile(rf"[!-~]{{1,{MAX_TERM}}}")
_MAX_WORDS = 200  # of one message; nobody looks for the two hundred and first
_MAX_WORD = 40  # characters


@dataclass(frozen=True)
class LoggedTurn:
    """What one turn says of its conversation. `question` waits for its answer after it."""

    log_id: int
    key: str
    student_id: int
    sender: str
    at: datetime
    intent: str
    message: str
    language: str = ""
    confidence: float | None = None
    understood: bool = True
    question: str | None = None
    state: str | None = None
    preferences: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "LoggedTurn":
        """The turn in a row of the log: id, student_id, message, intent, metadata, timestamp."""
        metadata = row["metadata"] if isinstance(row["metadata"], dict) else {}
        sender = _sender(row["student_id"], metadata)
        return cls(
            log_id=row["id"],
            key=conversation_key(sender, metadata.get("session"), row["timestamp"]),
            student_id=row["student_id"],
            sender=_storable(sender)[:MAX_SENDER],
            at=row["timestamp"],
            intent=row["intent"],
            message=row["message"],
            language=_matching(_LANGUAGE, metadata.get("language")) or "",
            confidence=_fraction(metadata.get("confidence")),
            understood=metadata.get("understood") is not False,
            question=_matching(_NAME, metadata.get("step")),
            state=_matching(_NAME, metadata.get("state")),
            preferences=_preferences(metadata.get("preferences")),
        )

    @property
    def is_pressed(self) -> bool:
        """Whether a button was pressed: what it sends is nothing that the student wrote."""
        return self.message.startswith("/")

    def terms(self) -> set[str]:
        """What the conversation can be found by because of this turn."""
        marks = {term("intent", self.intent)}
        if self.language:
            marks.add(term("language", self.language))
        if not self.understood:
            marks.add(NOT_UNDERSTOOD)
        if self.confidence is not None and self.confidence < LOW_CONFIDENCE:
            marks.add(UNSURE)
        return marks if self.is_pressed else marks | {term("word", word) for word in words(self.message)}

    def missed_text(self) -> str | None:
        """The same for messages of the same words; None where this one was understood."""
        if self.understood:
            return None
        same = fold(self.message) or self.message
        return hashlib.sha256(same.encode("utf-8", "replace")).hexdigest()[:32]


def term(kind: str, value: str) -> str:
    """A term of the index, which takes only short ASCII: anything else stands there as a hash."""
    plain = f"{kind}:{value}"
    if _PLAIN_TERM.fullmatch(plain):
        return plain
    return f"{kind}:#{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()[:32]}"


NOT_UNDERSTOOD = term("mark", "not_understood")
UNSURE = term("mark", "unsure")


def words(text: str) -> list[str]:
    """The different words of a text without accents and case, in order, as the index holds them."""
    found = dict.fromkeys(word[:_MAX_WORD] for word in fold(text).split(maxsplit=_MAX_WORDS)[:_MAX_WORDS])
    return list(found)


def conversation_key(sender: str, session: Any, at: datetime) -> str:
    """The conversation of a turn: its session's; where the producer names none, the sender's of that day."""
    if isinstance(session, str) and session:
        return derived_id("conversation", sender, session)
    return derived_id("conversation", sender, "day", at.date().isoformat())


def _sender(student_id: int, metadata: Mapping[str, Any]) -> str:
    named = metadata.get("sender_id")
    if student_id or not isinstance(named, str):
        return str(student_id)
    return named


def _preferences(given: Any) -> dict[str, Any]:
    return {_storable(key): value for key, value in given.items()} if isinstance(given, dict) else {}


def _storable(text: str) -> str:
    """JSON can hold a NUL in each database, and a text of PostgreSQL cannot."""
    return text.replace("\0", "\ufffd")


def _matching(pattern: re.Pattern[str], value: Any) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _fraction(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= 1 else None
