"""The bot's actions and one that tells who gives OpenTelemetry its tracers, for a server of their own."""

import os
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from registration.class_registration import BOT
from registration.rasa import serve

serve(BOT, __name__)
if os.environ.get("TRACED_BY_OTHERS"):
    trace.set_tracer_provider(TracerProvider())


class TellProvider(Action):
    def name(self) -> str:
        return "action_tell_provider"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(text=type(trace.get_tracer_provider()).__name__)
        return []
