"""The form's action with two Redis round trips in it and nothing else: the least that a kept state costs."""

import os
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from redis.asyncio import Redis

_STATE = "x" * 300  # as many bytes as a state has, and its last turn


class AskingForm(Action):
    def name(self) -> str:
        return "validate_registration_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        await self._redis.set(f"benchmark:{tracker.sender_id}", _STATE, ex=60)
        await self._redis.get(f"benchmark:{tracker.sender_id}")
        dispatcher.utter_message(text="?")
        return [SlotSet("language", "vi"), SlotSet("requested_slot", "time_period")]

    @cached_property
    def _redis(self) -> Redis:
        return Redis(host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]))
