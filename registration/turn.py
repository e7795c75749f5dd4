"""One turn as it comes in and as it is kept: the message, the answer, and the record of both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct, field

from registration.dialogue.flow import Outcome
from registration.dialogue.state import NOTHING, State
from registration.dialogue.wording import Reply
from registration.messaging.messages import ChatMessage, derived_id
from registration.sender import Sender
from registration.service import chat_message, utc_now


class Incoming(Struct, frozen=True):
    """One message of a student, with what the tracker remembers.

    `mirror` and `undo` come from the slots; `said` is what the bot said in this turn before now; `is_new` is
    False where the message was already dealt with and the dialogue only comes back to its question.
    """

    sender: Sender
    message_id: str
    text: str
    intent: str
    confidence: float = 0.0
    mirror: State = NOTHING
    undo: State = NOTHING
    language: str | None = None
    asked: str | None = None
    missed: int = 0  # messages in a row that were not understood before this one
    offered: tuple[list[str], ...] = ()  # the timetables that the student may choose from
    what_if: Mapping[str, Any] | None = None  # preferences that the student only asks about
    is_new: bool = True
    said: tuple[Reply, ...] = ()
    received: datetime | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Answer(Struct, frozen=True):
    """What the turn came to; not `handled`: for Rasa's rules to answer."""

    outcome: Outcome
    language: str
    replies: tuple[Reply, ...] = ()
    handled: bool = True


class Offers(Protocol):
    """Something that is offered after the confirmation, such as timetables."""

    async def offer(self, incoming: Incoming) -> tuple[Answer, list[list[str]]]:
        """What is said, and the value of each choice, in order; the turn is logged."""
        ...


def record(incoming: Incoming, answer: Answer) -> ChatMessage:
    """The turn as its one chat message; the same turn always has the same id."""
    said = (*incoming.said, *answer.replies)
    return chat_message(
        student_id=incoming.sender.student_id,
        message=incoming.text,
        response="\n".join(reply.text for reply in said),
        intent=incoming.intent,
        metadata=_metadata(incoming, answer, said),
        message_id=derived_id("turn", incoming.sender.key, incoming.message_id),
    )


def _metadata(incoming: Incoming, answer: Answer, said: tuple[Reply, ...]) -> dict[str, Any]:
    latency = None if incoming.received is None else (utc_now() - incoming.received).total_seconds()
    return {
        **incoming.metadata,
        "sender_id": incoming.sender.key,
        "language": answer.language,
        "confidence": round(incoming.confidence, 4),
        "asked": incoming.asked,
        "step": answer.outcome.ask,
        "state": answer.outcome.state.step if answer.outcome.state.preferences else None,
        "understood": answer.outcome.understood,
        "preferences": answer.outcome.state.preferences,
        "replies": said,
        "latency_ms": None if latency is None else round(latency * 1000, 1),
    }
