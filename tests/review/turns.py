"""Turns as the bot leaves them, for the tests of the review."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from registration.messaging.messages import ChatMessage

MONDAY = datetime(2026, 3, 2, 8, 0, 0)
QUESTIONS = ("time_period", "avoid_early_start", "days", "confirm")


def turn(student_id: int = 7, after: float = 0.0, **over: Any) -> ChatMessage:
    """One turn, `after` minutes after Monday at eight; what is no field of a message goes to its metadata."""
    fields = {key: over.pop(key) for key in ("message", "response", "intent", "message_id") if key in over}
    known: dict[str, Any] = {
        "sender_id": str(student_id),
        "session": f"session of {student_id}",
        "channel": "rest",
        "language": "vi",
        "confidence": 0.9,
        "understood": True,
        "step": QUESTIONS[0],
        "state": "in_progress",
        "preferences": {},
        "entities": [],
        "replies": [{"text": "Bạn muốn học buổi nào?"}],
    }
    return ChatMessage(
        student_id=student_id,
        timestamp=MONDAY + timedelta(minutes=after),
        metadata={**known, **over},
        **{
            "message": "tôi muốn đăng ký lớp",
            "response": "Bạn muốn học buổi nào?",
            "intent": "inform",
            "message_id": str(uuid.uuid4()),
            **fields,
        },
    )


def dialogue(
    student_id: int, answers: Sequence[str], state: str = "complete", **over: Any
) -> list[ChatMessage]:
    """A conversation through the questions, finished with `state`."""
    turns = [
        turn(student_id, minute, message=text, step=QUESTIONS[min(minute, len(QUESTIONS) - 1)], **over)
        for minute, text in enumerate(answers)
    ]
    wishes = {"time_period": "morning", "avoid_days": ["Saturday", "Sunday"], "prefer_free_days": True}
    last = turn(student_id, len(answers), message="đúng", step=None, state=state, preferences=wishes, **over)
    return [*turns, last]
