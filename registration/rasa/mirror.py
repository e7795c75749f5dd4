"""Slots as the mirror of the state: one slot of the same name for each key."""

from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from registration.dialogue.state import State

META = ("step", "last_updated")
UNDO, LANGUAGE, MISSED, OFFERED, WHAT_IF = "undo", "language", "missed", "offered", "what_if"
REQUESTED = "requested_slot"


def read(slots: Mapping[str, Any], keys: Iterable[str]) -> State:
    """The state that the slots hold."""
    return State.from_dict(slots, keys)


def write(state: State, slots: Mapping[str, Any], keys: Iterable[str]) -> list[EventType]:
    """The events that make the slots equal to `state`."""
    wanted = state.to_dict()
    return differing({key: wanted.get(key) for key in (*keys, *META)}, slots)


def differing(wanted: Mapping[str, Any], slots: Mapping[str, Any]) -> list[EventType]:
    """The events that give the slots their wanted values; none for slots that have them."""
    return [SlotSet(key, value) for key, value in wanted.items() if value != slots.get(key)]
