"""Actions to derive from: each reads the tracker, calls the assistant once, and returns events.

A bot names them and says where its assistant comes from; nothing connects before the first message.
"""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, FollowupAction, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from registration.assistant import Assistant
from registration.dialogue.wording import Reply
from registration.errors import place_of
from registration.metrics.children import child
from registration.metrics.names.publishing import ACTION_SECONDS
from registration.rasa import mirror
from registration.rasa.turn import read_turn
from registration.sender import Sender
from registration.settings import get_settings
from registration.turn import Answer, Offers

Domain = dict[str, Any]
_log = logging.getLogger(__name__)


class _AssistantAction(Action, ABC):
    """An action that asks the assistant, and whose failure costs one turn and tells nobody's data."""

    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def assistant(self) -> Assistant:
        """The one assistant of this process, made at the first call."""

    @abstractmethod
    async def act(
        self, assistant: Assistant, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """Ask the assistant once, say what it answers, and give the events that keep the slots in step."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        # Here and not around the request: Sanic's middleware costs more than reading the clock.
        began = time.perf_counter()
        # Turns that came in together take each step together: its code is then still in the caches.
        await asyncio.sleep(0)
        assistant = self.assistant()
        result = "failed"
        try:
            events = await self.act(assistant, dispatcher, tracker)
            result = "ok"
            return events
        except Exception as error:
            # rasa-sdk would answer with the whole request in it, and log it: no student's data may go there.
            _log.error("%s failed: %s at %s", self.name(), type(error).__name__, place_of(error))
            language = tracker.get_slot(mirror.LANGUAGE)
            dispatcher.utter_message(text=assistant.apology(language))
            return [SlotSet(mirror.LANGUAGE, language)]
        finally:
            if get_settings().metrics.is_on:
                child(ACTION_SECONDS, self.name(), result).observe(time.perf_counter() - began)


class FormTurn(_AssistantAction):
    """The validation of a form, as `validate_<form>`: takes the message, and asks what comes next.

    The form's question is asked from here and not from an `action_ask_…`, so that a turn costs one call.
    """

    async def act(
        self, assistant: Assistant, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        conclude = partial(_events, tracker=tracker, keys=assistant.keys)
        answer, events = await assistant.answer(read_turn(tracker, assistant.keys), conclude)
        _say(dispatcher, answer.replies)
        return events


class SmallTalk(_AssistantAction):
    """Answers what is not about the questions, inside the form or outside."""

    form: str  # which takes what turns out to be an answer after all

    async def act(
        self, assistant: Assistant, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        comes_back = bool(tracker.active_loop.get("name"))
        answer = await assistant.small_talk(read_turn(tracker, assistant.keys), comes_back)
        if not answer.handled:
            return [FollowupAction(self.form)]
        _say(dispatcher, answer.replies)
        return [SlotSet(mirror.LANGUAGE, answer.language)]


class Offer(_AssistantAction):
    """Asks the question after the confirmation, as `action_ask_<form>_choice`: which of these timetables."""

    @abstractmethod
    def offering(self) -> Offers:
        """The one offering of this process, made at the first call."""

    async def act(
        self, assistant: Assistant, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        answer, offered = await self.offering().offer(read_turn(tracker, assistant.keys))
        _say(dispatcher, answer.replies)
        return [SlotSet(mirror.OFFERED, offered or None), SlotSet(mirror.WHAT_IF, None)]


class SessionStart(_AssistantAction):
    """Begins a session with what Redis or the slots still hold of an unfinished dialogue."""

    def name(self) -> str:
        return "action_session_start"

    async def act(
        self, assistant: Assistant, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        kept = mirror.read(tracker.slots, assistant.keys)
        language = tracker.get_slot(mirror.LANGUAGE)
        state = await assistant.resume(Sender.of(tracker.sender_id), kept, language)
        slots = [*mirror.write(state, {}, assistant.keys), SlotSet(mirror.LANGUAGE, language)]
        return [SessionStarted(), *slots, ActionExecuted("action_listen")]


def _say(dispatcher: CollectingDispatcher, replies: Iterable[Reply]) -> None:
    for reply in replies:
        buttons = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
        dispatcher.utter_message(text=reply.text, buttons=buttons or None, image=reply.image)


def _events(answer: Answer, tracker: Tracker, keys: Iterable[str]) -> list[EventType]:
    if not answer.handled:
        return []  # nothing for the form: Rasa rejects it, its rules answer, and the form comes back
    remembered = {
        mirror.UNDO: answer.outcome.undo.to_dict() or None,
        mirror.MISSED: answer.outcome.missed or None,
        mirror.LANGUAGE: answer.language,
    }
    changed = mirror.write(answer.outcome.state, tracker.slots, keys)
    changed += mirror.differing(remembered, tracker.slots)
    # A form whose validation sets no slot but the requested one counts as rejected by Rasa.
    return [
        *(changed or [SlotSet(mirror.LANGUAGE, answer.language)]),
        *_for_the_offer(answer),
        SlotSet(mirror.REQUESTED, answer.outcome.ask),
    ]


def _for_the_offer(answer: Answer) -> list[EventType]:
    """What the action that offers must know: wishes only asked about, and that older offers are void."""
    what_if = answer.outcome.what_if
    supposed = [SlotSet(mirror.WHAT_IF, dict(what_if))] if what_if is not None else []
    return [*supposed, SlotSet(mirror.OFFERED, None)] if answer.outcome.confirmed else supposed
