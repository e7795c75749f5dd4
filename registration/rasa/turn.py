"""A tracker, read: the message that waits for an answer, and what this turn already said."""

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker

from registration.dialogue.state import State
from registration.dialogue.wording import Button, Reply
from registration.folding import well_formed, well_formed_json
from registration.messaging.messages import derived_id
from registration.rasa import mirror
from registration.sender import Sender
from registration.turn import Incoming

_NO_INTENT = "none"


def read_turn(tracker: Tracker, keys: Iterable[str]) -> Incoming:
    """What the tracker says of the turn that is going on."""
    slots = tracker.slots
    message, since = _latest_message(tracker.events)
    said = tuple(_reply(event) for event in since if event.get("event") == "bot")
    intent = tracker.latest_message.get("intent") or {}
    sender = Sender.of(tracker.sender_id)
    return Incoming(
        sender=sender,
        message_id=str(message.get("message_id") or message.get("timestamp") or ""),
        text=well_formed(message.get("text") or ""),
        intent=intent.get("name") or _NO_INTENT,
        confidence=float(intent.get("confidence") or 0.0),
        mirror=mirror.read(slots, keys),
        undo=State.from_dict(slots.get(mirror.UNDO) or {}),
        language=slots.get(mirror.LANGUAGE),
        asked=slots.get(mirror.REQUESTED),
        what_if=slots.get(mirror.WHAT_IF),
        offered=tuple(slots.get(mirror.OFFERED) or ()),
        missed=int(slots.get(mirror.MISSED) or 0),
        is_new=not (said and any(_is_other_action(event, tracker) for event in since)),
        said=said,
        received=_moment(message.get("timestamp")),
        metadata=_metadata(sender, tracker, message),
    )


def _latest_message(events: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    for place in range(len(events) - 1, -1, -1):
        if events[place].get("event") == "user":
            return events[place], events[place + 1 :]
    return {}, []


def _is_other_action(event: dict[str, Any], tracker: Tracker) -> bool:
    # The form notes its own run before it asks for validation; another action that spoke has dealt with it.
    return event.get("event") == "action" and event.get("name") != tracker.active_loop.get("name")


def _reply(event: dict[str, Any]) -> Reply:
    buttons = (event.get("data") or {}).get("buttons") or ()
    return Reply(
        event.get("text") or "",
        tuple(Button(str(button.get("title")), str(button.get("payload"))) for button in buttons),
    )


def _moment(timestamp: Any) -> datetime | None:
    return datetime.fromtimestamp(timestamp, timezone.utc) if isinstance(timestamp, (int, float)) else None


def _metadata(sender: Sender, tracker: Tracker, message: dict[str, Any]) -> dict[str, Any]:
    entities = (message.get("parse_data") or {}).get("entities") or []
    shown = ("entity", "value", "start", "end")
    return {
        "channel": message.get("input_channel"),
        "session": _session(sender, tracker),
        "entities": well_formed_json(
            [{key: entity[key] for key in shown if key in entity} for entity in entities]
        ),
    }


def _session(sender: Sender, tracker: Tracker) -> str:
    """An id that all turns of one Rasa session share."""
    started = (event["timestamp"] for event in reversed(tracker.events) if _starts_session(event))
    return derived_id("session", sender.key, str(next(started, "")))


def _starts_session(event: dict[str, Any]) -> bool:
    return event.get("event") == "session_started" and "timestamp" in event
