"""The messages that the harness hands in: each is told by a token, and the token alone rebuilds it."""

import random
import re
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification, encode

TOKEN = re.compile(rb"tok-[a-z]+[0-9]*-[0-9]+-end")
STUDENTS = 500
_NAMESPACE = uuid.UUID("a3bd16a4-7d2e-4a8b-8c2a-5f4f2d7a9f10")
_FIRST_TIME = datetime(2025, 9, 1, 7, 0, tzinfo=timezone.utc)
_AWKWARD = (
    "em muốn học buổi sáng",
    "không <b>thứ 7</b> & 'chủ nhật' \"nhé\" \\ %s {}",
    "'; DROP TABLE chat_message_logs; --",
    "👩‍🎓 zero\u200bwidth \u202eright to left",
    "tab\tnew\nline",
)


def token(name: str, number: int) -> str:
    """The word that tells this message; `name` says who handed it in."""
    return f"tok-{name}-{number}-end"


def tokens_in(body: bytes) -> str | None:
    """The token that stands in these bytes."""
    found = TOKEN.search(body)
    return found.group().decode() if found else None


def message_id(name: str, number: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, token(name, number)))


def message(name: str, number: int) -> Message:
    """The message with this name and number, always the same: 8 of 10 are chat messages."""
    rng = random.Random(token(name, number))
    # A student belongs to one publisher, so that the order of his messages can be judged.
    common: dict[str, Any] = {
        "student_id": 1 + number % STUDENTS,
        "timestamp": _FIRST_TIME + timedelta(seconds=number),
        "message_id": message_id(name, number),
    }
    word = f"{token(name, number)} {rng.choice(_AWKWARD)}"
    kind = rng.random()
    if kind < 0.8:
        return ChatMessage(
            **common,
            message=word,
            response=_response(rng),
            intent=rng.choice(["inform", "affirm", "deny"]),
            metadata={"step": rng.randrange(9), "text": rng.choice(_AWKWARD), "entities": [{"day": None}]},
        )
    if kind < 0.9:
        wanted = {"note": word, "prefer_days": ["Monday"], "avoid_early_start": True, "subjects": []}
        return ClassPreference(**common, preferences=wanted, step="complete")
    return Notification(
        **common, notification_type="reminder", title=rng.choice(_AWKWARD)[:500], content=word, metadata=None
    )


def body(name: str, number: int) -> bytes:
    return encode(message(name, number))


def _response(rng: random.Random) -> str:
    size = rng.randint(5_000, 40_000) if rng.random() < 0.03 else rng.randint(5, 300)
    return "ờ" * (size // 3)
