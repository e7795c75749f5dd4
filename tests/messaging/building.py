"""Messages for the tests of this folder."""

from datetime import datetime, timezone

from registration.messaging.messages import ChatMessage, ClassPreference, derived_id

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=timezone.utc)


def chat(number: int, student_id: int = 1) -> ChatMessage:
    """The `number`th message of a test; its text is the number."""
    return ChatMessage(
        student_id=student_id,
        timestamp=NOW,
        message_id=derived_id("test", str(number)),
        message=str(number),
        response="Bạn muốn học buổi nào?",
        intent="class_registration_suggestion",
        metadata={"step": number},
    )


def preference(number: int, student_id: int = 1) -> ClassPreference:
    return ClassPreference(
        student_id=student_id,
        timestamp=NOW,
        message_id=derived_id("preference", str(number)),
        preferences={"time_period": "morning"},
        step="complete",
    )
