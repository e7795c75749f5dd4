"""The chat log of a Rasa bot that has no questions of ours: an event broker, named in its endpoints.yml.

    event_broker:
      type: registration.rasa.chat_log.ChatLog

Rasa hands it every event; each user turn becomes one chat message in the spool, and goes on from there.
Nothing of Rasa is imported: what Rasa wants of an event broker is three methods.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from registration.errors import RegistrationError
from registration.folding import well_formed_json
from registration.messaging.messages import ChatMessage, derived_id
from registration.messaging.publisher import Publisher
from registration.messaging.rabbitmq import get_rabbitmq_manager
from registration.sender import Sender
from registration.service import chat_message

_log = logging.getLogger(__name__)
_MOST_OPEN_TURNS = 10_000  # of different senders; Rasa ends a turn within seconds


@dataclass
class _Turn:
    user: dict[str, Any]
    said: list[dict[str, Any]] = field(default_factory=list)


class ChatLog:
    """Rasa's event broker that makes each turn a chat message."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._open: OrderedDict[str, _Turn] = OrderedDict()

    @classmethod
    async def from_endpoint_config(cls, broker_config: Any, event_loop: Any = None) -> "ChatLog":
        """What Rasa calls at its start. Raises SettingsError."""
        manager = get_rabbitmq_manager()
        manager.start()
        return cls(manager.publisher)

    def is_ready(self) -> bool:
        """Always: the spool takes messages whatever the broker does."""
        return True

    async def close(self) -> None:
        """Nothing waits here; the process's manager closes with the process."""

    def publish(self, event: dict[str, Any]) -> None:
        """Take one event of a conversation; the one that ends a turn sends it. Never raises."""
        try:
            self._take(str(event.get("sender_id") or ""), well_formed_json(event))
        except RegistrationError as error:
            _log.error("a turn was not logged: %s", error)

    def _take(self, sender: str, event: dict[str, Any]) -> None:
        kind = event.get("event")
        if kind == "user":
            self._end(sender)
            self._open[sender] = _Turn(event)
            if len(self._open) > _MOST_OPEN_TURNS:
                self._end(next(iter(self._open)))
        elif kind == "bot" and sender in self._open:
            self._open[sender].said.append(event)
        elif kind == "action" and event.get("name") == "action_listen":
            self._end(sender)

    def _end(self, sender: str) -> None:
        turn = self._open.pop(sender, None)
        if turn is not None and turn.user.get("text"):
            self._publisher.publish(_message(Sender.of(sender), turn))


def _message(sender: Sender, turn: _Turn) -> ChatMessage:
    parsed = turn.user.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    entities = [
        {key: entity.get(key) for key in ("entity", "value", "start", "end")}
        for entity in parsed.get("entities") or ()
    ]
    return chat_message(
        student_id=sender.student_id,
        message=str(turn.user["text"]),
        response="\n".join(str(said.get("text") or "") for said in turn.said),
        intent=str(intent.get("name") or "none"),
        metadata={
            "sender_id": sender.key,
            "channel": turn.user.get("input_channel"),
            "confidence": round(float(intent.get("confidence") or 0.0), 4),
            "entities": entities,
            "replies": [{"text": said.get("text"), **_shown(said)} for said in turn.said],
        },
        message_id=derived_id(
            "turn", sender.key, str(turn.user.get("message_id") or turn.user.get("timestamp"))
        ),
    )


def _shown(said: dict[str, Any]) -> dict[str, Any]:
    data = said.get("data") or {}
    return {key: data[key] for key in ("buttons", "image") if data.get(key)}
