"""The form's action with nothing in it: what a turn costs before our work begins."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher


class EmptyForm(Action):
    def name(self) -> str:
        return "validate_registration_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(text="?")
        return [SlotSet("language", "vi"), SlotSet("requested_slot", "time_period")]


class EmptySessionStart(Action):
    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        return [{"event": "session_started"}, {"event": "action", "name": "action_listen"}]
