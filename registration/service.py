"""`MessageQueueService`: what a chatbot calls to keep state in Redis and to send messages on."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import msgspec

from registration.cache import Store
from registration.dialogue.changes import Change, Operation
from registration.dialogue.question import Questionnaire
from registration.dialogue.state import CHOSEN, COMPLETE, IN_PROGRESS, NOTHING, State, write_time
from registration.errors import CacheUnavailable, InvalidMessage
from registration.messaging.messages import (
    ChatMessage,
    ClassPreference,
    Message,
    Notification,
    cut,
    derived_id,
    new_id,
)
from registration.messaging.publisher import Publisher
from registration.sender import Sender
from registration.student_id import MAX_STUDENT_ID

_STEPS = (IN_PROGRESS, COMPLETE, CHOSEN)


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class MessageQueueService:
    """State in Redis, messages to the publisher. Redis away: goes on without caching.

    `sender` names an anonymous conversation (student_id 0) in Redis, where the student id alone would not.
    Every method raises InvalidMessage for a student id or a value that is not allowed, naming what is.
    """

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        questionnaire: Questionnaire,
        confirmed: "Confirmed | None" = None,
    ) -> None:
        """`confirmed` makes the message of a confirmed state; without it, a ClassPreference."""
        self._confirmed = confirmed or class_preference
        self._store = store
        self._publisher = publisher
        self._questionnaire = questionnaire

    async def handle_chat_message(
        self,
        student_id: int,
        message: str,
        response: str,
        intent: str,
        metadata: Mapping[str, Any] | None = None,
        *,
        message_id: str | None = None,
        sender: str | None = None,
        step: str | None = None,
    ) -> bool:
        """Whether the turn is on its way to the database; it also becomes the conversation's last turn.

        `step` is the question that now waits for its answer.
        """
        check_student_id(student_id)
        chat = chat_message(student_id, message, response, intent, metadata, message_id or new_id())
        return await self.keep(sender or str(student_id), chat, step)

    async def keep(self, key: str, chat: ChatMessage, step: str | None) -> bool:
        """Publish a turn and make it the last one of the conversation `key`."""
        taken = await self.publish(chat)
        with suppress(CacheUnavailable):
            await self._store.save_conversation(key, conversation_of(chat, step))
        return taken

    async def publish(self, message: Message) -> bool:
        """Whether the message is safe on its way."""
        return await self._publisher.publish_soon(message)

    async def update_class_preferences(
        self,
        student_id: int,
        preference_key: str,
        preference_value: Any,
        step: str = IN_PROGRESS,
        *,
        sender: str | None = None,
    ) -> dict[str, Any]:
        """The state after one answer: preferences, step, last_updated. `complete` and `chosen` publish it."""
        check_student_id(student_id)
        self._check_answer(preference_key, preference_value, step)
        change = Change(Operation.SET, preference_key, preference_value)

        def answer(state: State) -> tuple[State, None]:
            after = self._questionnaire.apply(state.preferences, [change])
            return state.changed(after, step, utc_now()), None

        key = sender or str(student_id)
        try:
            state = await self._store.update(key, answer)
        except CacheUnavailable:
            state, _ = answer(NOTHING)
        if step != IN_PROGRESS:
            await self.publish_preferences(Sender(student_id, key), state)
        return state.to_dict()

    async def get_current_preferences(self, student_id: int, *, sender: str | None = None) -> dict[str, Any]:
        """The state as Redis holds it; empty where there is none or Redis does not answer."""
        check_student_id(student_id)
        try:
            state = (await self._store.load(sender or str(student_id))).state
        except CacheUnavailable:
            return {}
        return state.to_dict() if state.preferences else {}

    async def clear_preferences(self, student_id: int, *, sender: str | None = None) -> bool:
        """Whether Redis forgot the state."""
        check_student_id(student_id)
        try:
            await self._store.update(
                sender or str(student_id), lambda state: (state.cleared(utc_now()), None)
            )
        except CacheUnavailable:
            return False
        return True

    async def send_notification(
        self,
        student_id: int,
        notification_type: str,
        title: str,
        content: str,
        metadata: Mapping[str, Any] | None = None,
        *,
        message_id: str | None = None,
    ) -> bool:
        """Whether the notification is on its way."""
        check_student_id(student_id)
        return await self.publish(
            Notification(
                student_id=student_id,
                timestamp=utc_now(),
                message_id=message_id or new_id(),
                notification_type=notification_type,
                title=title,
                content=content,
                metadata=None if metadata is None else dict(metadata),
            )
        )

    async def get_conversation_history(self, student_id: int, *, sender: str | None = None) -> dict[str, Any]:
        """The last turn as Redis holds it: last_message, last_response, last_intent, last_updated, step,
        metadata; empty where there is none or Redis does not answer.
        """
        check_student_id(student_id)
        try:
            return (await self._store.load(sender or str(student_id))).conversation
        except CacheUnavailable:
            return {}

    async def publish_preferences(self, sender: Sender, state: State) -> bool:
        """Whether a confirmed state is on its way; the same state always has the same message id."""
        return await self.publish(self._confirmed(sender, state))

    def _check_answer(self, key: str, value: Any, step: str) -> None:
        if step not in _STEPS:
            raise InvalidMessage(f"step is {step!r}; allowed: {', '.join(_STEPS)}")
        if not self._questionnaire.is_valid(key, value):
            raise InvalidMessage(f"{key!r} cannot be {value!r}; see the table of preferences")


Confirmed = Callable[[Sender, State], Message]


def class_preference(sender: Sender, state: State) -> ClassPreference:
    """A confirmed state as the message that the spec names."""
    return ClassPreference(
        student_id=sender.student_id,
        timestamp=utc_now(),
        message_id=derived_id("preferences", sender.key, state.to_json()),
        preferences=dict(state.preferences),
        step=state.step,
    )


def check_student_id(student_id: Any) -> None:
    if type(student_id) is not int or not 0 <= student_id <= MAX_STUDENT_ID:
        raise InvalidMessage(
            f"student_id is {student_id!r}; allowed: a whole number from 0 to {MAX_STUDENT_ID}"
        )


def chat_message(
    student_id: int,
    message: str,
    response: str,
    intent: str,
    metadata: Mapping[str, Any] | None,
    message_id: str,
) -> ChatMessage:
    """A turn as a message, its texts cut to what may travel and marked where they were."""
    message, message_cut = cut(message)
    response, response_cut = cut(response)
    marked = dict(metadata or {})
    if message_cut or response_cut:
        marked["truncated"] = True
    return ChatMessage(
        student_id=student_id,
        timestamp=utc_now(),
        message_id=message_id,
        message=message,
        response=response,
        intent=intent,
        metadata=marked if marked or metadata is not None else None,
    )


def conversation_of(chat: ChatMessage, step: str | None) -> bytes:
    """The JSON under `conversation:{student}`: the last turn, and the question that now waits."""
    last_turn = {
        "last_message": chat.message,
        "last_response": chat.response,
        "last_intent": chat.intent,
        "last_updated": write_time(chat.timestamp),
        "step": step,
        "metadata": chat.metadata,
    }
    return msgspec.json.encode(last_turn)
