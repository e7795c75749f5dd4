"""Drives the actions as Rasa's form does, with real trackers and dispatchers and no Rasa."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from registration.assistant import Assistant
from registration.rasa import FormTurn, Offer, SessionStart, SmallTalk
from registration.turn import Offers

FORM = "registration_form"
CHOICE = "choice"
SMALL_TALK = ("greet", "thanks", "out_of_scope")


@dataclass
class Driver:
    """One student; `say` is a turn. Slots and events are kept as Rasa's tracker keeps them."""

    assistant: Assistant
    offers: Offers | None = None
    sender: str = "1"
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    active: bool = False
    replies: list[dict[str, Any]] = field(default_factory=list)
    form: str = FORM

    async def say(self, text: str, intent: str = "inform", confidence: float = 0.9, **over: Any) -> list[str]:
        """The texts that the bot answers."""
        message = {
            "event": "user",
            "text": text,
            "message_id": over.get("message_id") or uuid.uuid4().hex,
            "timestamp": 1_700_000_000.0,
            "input_channel": "rest",
            "parse_data": {"intent": {"name": intent, "confidence": confidence}, "entities": []},
        }
        self.events.append(message)
        self.replies = []
        handled = await self._form(message)
        if self.offers and self.asked == CHOICE:
            await self._run(_offer(self.assistant, self.offers), f"action_ask_{self.form}_{CHOICE}", message)
        if not handled and intent in SMALL_TALK:
            events = await self._run(_small_talk(self.assistant), "action_small_talk", message)
            if self.active or any(event["event"] == "followup" for event in events):
                await self._form(message, is_followed_up=True)
        return [reply["text"] for reply in self.replies]

    async def press(self, title: str) -> list[str]:
        """Press the button of the last answer that has this title. Raises KeyError where there is none."""
        buttons = [button for reply in self.replies for button in reply["buttons"] or ()]
        return await self.say({button["title"]: button["payload"] for button in buttons}[title])

    @property
    def asked(self) -> str | None:
        """The question that waits for an answer."""
        return self.slots.get("requested_slot")

    async def start_session(self) -> None:
        """Begin a session as Rasa does after a pause: slots from what is stored."""
        await self._run(_session_start(self.assistant), "action_session_start", {"parse_data": {}})
        self.active = False

    async def _form(self, message: dict[str, Any], is_followed_up: bool = False) -> bool:
        if not is_followed_up and not self.active and message["parse_data"]["intent"]["name"] in SMALL_TALK:
            return False
        events = await self._run(_form_turn(self.assistant), self.form, message)
        accepted = any(event.get("name", "requested_slot") != "requested_slot" for event in events)
        if events and not accepted:  # Rasa would answer by its rules, come back, and so on without end
            raise AssertionError(f"Rasa rejects a form that sets no slot but the requested one: {events}")
        if accepted:
            self.active = self.asked is not None
        return accepted

    async def _run(self, action: Any, name: str, message: dict[str, Any]) -> list[dict[str, Any]]:
        dispatcher = CollectingDispatcher()
        self.events.append({"event": "action", "name": name})
        events: list[dict[str, Any]] = await action.run(dispatcher, self._tracker(message), {})
        for event in events:
            if event["event"] == "session_started":
                self.slots.clear()  # as Rasa does
            elif event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        self.replies += dispatcher.messages
        self.events += [
            {"event": "bot", "text": reply["text"], "data": {"buttons": reply["buttons"]}}
            for reply in dispatcher.messages
        ]
        return events

    def _tracker(self, message: dict[str, Any]) -> Tracker:
        loop = {"name": self.form} if self.active or self.events[-1].get("name") == self.form else {}
        return Tracker(
            self.sender, dict(self.slots), message["parse_data"], list(self.events), False, None, loop, None
        )


def _form_turn(assistant: Assistant) -> FormTurn:
    class Form(FormTurn):
        def name(self) -> str:
            return "validate_registration_form"

        def assistant(self) -> Assistant:
            return assistant

    return Form()


def _small_talk(assistant: Assistant) -> SmallTalk:
    class Talk(SmallTalk):
        form = FORM

        def name(self) -> str:
            return "action_small_talk"

        def assistant(self) -> Assistant:
            return assistant

    return Talk()


def _offer(assistant: Assistant, offers: Offers) -> Offer:
    class Ask(Offer):
        def name(self) -> str:
            return f"action_ask_{FORM}_{CHOICE}"

        def assistant(self) -> Assistant:
            return assistant

        def offering(self) -> Offers:
            return offers

    return Ask()


def _session_start(assistant: Assistant) -> SessionStart:
    class Start(SessionStart):
        def assistant(self) -> Assistant:
            return assistant

    return Start()
