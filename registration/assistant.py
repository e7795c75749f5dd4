"""`Assistant`: one turn of the dialogue, from what the student wrote to the stored state and the replies."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from registration.cache import Store
from registration.dialogue.changes import Understanding
from registration.dialogue.flow import Outcome, Turn, advance
from registration.dialogue.hearing import hear
from registration.dialogue.question import Questionnaire
from registration.dialogue.state import CHOSEN, State, newest
from registration.dialogue.wording import Button, Reply, Wording
from registration.errors import CacheUnavailable
from registration.messaging.messages import ChatMessage, derived_id
from registration.sender import Sender
from registration.service import MessageQueueService, conversation_of, utc_now
from registration.turn import Answer, Incoming, record

_Conclusion = TypeVar("_Conclusion")


class Assistant:
    """Leads one questionnaire's dialogue: keeps its state, logs each turn, publishes what is confirmed."""

    def __init__(
        self,
        store: Store,
        service: MessageQueueService,
        questionnaire: Questionnaire,
        wordings: Mapping[str, Wording],
        default_language: str,
    ) -> None:
        self._store = store
        self._service = service
        self._questionnaire = questionnaire
        self._wordings = wordings
        self._default_language = default_language

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the state, besides its step and date."""
        return self._questionnaire.keys

    async def answer(
        self, incoming: Incoming, conclude: Callable[[Answer], _Conclusion]
    ) -> tuple[Answer, _Conclusion]:
        """Take one message: understand it, store what it changed, and say what comes next.

        `conclude` makes of the answer what the caller needs: while Redis works, so that it costs no time, and
        again where another process was faster.
        """
        if not incoming.is_new:
            back = self._come_back(incoming)
            if self._ends_turn(back):
                await self._keep(incoming, back)
            return back, conclude(back)
        answer, chat, conclusion = await self._advance(incoming, conclude)
        if self._ends_turn(answer):
            await self._service.publish(chat)
        if answer.outcome.confirmed and not await self._publish_confirmed(
            incoming.sender, answer.outcome.state, answer.language
        ):
            # It said that the choice was sent.
            answer = replace(answer, replies=(Reply(self.apology(answer.language)),))
        return answer, conclusion

    async def small_talk(self, incoming: Incoming, comes_back: bool) -> Answer:
        """Answer what is not about the questions; log the turn unless the dialogue comes back after it.

        What the model took for small talk, but answers a question ahead of time, is not handled here.
        """
        understood = self._questionnaire.understand(incoming.text, question=None, preferences={})
        if understood.changes and not comes_back:
            return Answer(Outcome(incoming.mirror), self._default_language, handled=False)
        language = self._language(understood, incoming)
        wording = self._wordings[language]
        text = wording.small_talk(incoming.intent, comes_back) or wording.small_talk("out_of_scope") or ""
        begin = (
            () if comes_back else (Button(wording.texts["begin"], f"/{self._questionnaire.begin_intent}"),)
        )
        answer = Answer(Outcome(incoming.mirror, undo=incoming.undo), language, (Reply(text, begin),))
        return answer if comes_back else await self._keep(incoming, answer)

    def apology(self, language: str | None) -> str:
        """What is said when a turn failed for a reason of ours."""
        return str(self._texts(language)["say"]["failed"])

    async def resume(self, sender: Sender, mirror: State, language: str | None = None) -> State:
        """The state with which a new session begins: what is unfinished goes on, what is complete is over.

        What is complete is published before it is forgotten: the turn that confirmed it may have ended
        between the two. A second message with the same id is no second row.
        """
        try:
            state = newest((await self._store.load(sender.key)).state, mirror)
        except CacheUnavailable:
            state = mirror
        if not state.is_complete or not await self._publish_confirmed(sender, state, language):
            return state
        await self._service.clear_preferences(sender.student_id, sender=sender.key)
        return state.cleared(utc_now())

    def _texts(self, language: str | None) -> Mapping[str, Any]:
        return self._wordings.get(language or "", self._wordings[self._default_language]).texts

    def _ends_turn(self, answer: Answer) -> bool:
        """Whether this answer is the last of its turn; else what comes after it logs the turn."""
        return answer.handled and (
            answer.outcome.ask is None or answer.outcome.ask != self._questionnaire.choice
        )

    async def _publish_confirmed(self, sender: Sender, state: State, language: str | None) -> bool:
        """Whether all that a confirmed state gives is on its way; the same state gives the same ids."""
        is_sent = await self._service.publish_preferences(sender, state)
        if state.step != CHOSEN or not is_sent:
            return is_sent
        texts = self._texts(language)["say"]
        return await self._service.send_notification(
            student_id=sender.student_id,
            notification_type="timetable_chosen",
            title=texts["chosen_title"],
            content=texts["chosen"],
            metadata={
                "sender_id": sender.key,
                "class_ids": state.preferences[self._questionnaire.choice_key],
            },
            message_id=derived_id("chosen", sender.key, state.to_json()),
        )

    async def _advance(
        self, incoming: Incoming, conclude: Callable[[Answer], _Conclusion]
    ) -> tuple[Answer, ChatMessage, _Conclusion]:
        latest: tuple[Answer, ChatMessage] | None = None
        ready: tuple[Answer, _Conclusion] | None = None

        def change(state: State) -> tuple[State, bytes | None]:
            nonlocal latest
            answer = self._answer(incoming, state)
            chat = record(incoming, answer)
            latest = answer, chat
            last_turn = conversation_of(chat, answer.outcome.ask) if self._ends_turn(answer) else None
            return answer.outcome.state, last_turn

        def meanwhile() -> None:
            nonlocal ready
            assert latest is not None
            ready = latest[0], conclude(latest[0])

        try:
            await self._store.update(incoming.sender.key, change, incoming.mirror, meanwhile)
        except CacheUnavailable:
            # The slots carry the dialogue on; what Redis told before it went away still counts.
            if latest is None:
                change(incoming.mirror)
        assert latest is not None
        answer, chat = latest
        return answer, chat, ready[1] if ready and ready[0] is answer else conclude(answer)

    def _answer(self, incoming: Incoming, state: State) -> Answer:
        is_pending = bool(state.preferences) and not state.is_complete
        waiting = incoming.asked or (self._questionnaire.pending(state.preferences) if is_pending else None)
        said = hear(
            self._questionnaire,
            incoming.text,
            incoming.intent,
            incoming.confidence,
            waiting,
            state.preferences,
            incoming.offered,
        )
        outcome = advance(
            self._questionnaire, _turn(incoming, state, said, is_pending, self._questionnaire.begin_intent)
        )
        language = self._language(said, incoming)
        if not outcome.understood and self._is_small_talk(incoming.intent):
            return Answer(outcome, language, handled=False)
        return Answer(outcome, language, tuple(self._wordings[language].replies(outcome)))

    def _come_back(self, incoming: Incoming) -> Answer:
        waiting = incoming.asked or self._questionnaire.pending(incoming.mirror.preferences)
        outcome = Outcome(incoming.mirror, ask=waiting, undo=incoming.undo, missed=incoming.missed)
        language = self._language(Understanding(), incoming)
        return Answer(outcome, language, tuple(self._wordings[language].replies(outcome)))

    async def _keep(self, incoming: Incoming, answer: Answer) -> Answer:
        await self._service.keep(incoming.sender.key, record(incoming, answer), answer.outcome.ask)
        return answer

    def _language(self, said: Understanding, incoming: Incoming) -> str:
        """The student's language.

        One word without accents ('skip', 'toi') is too little to change it, also where it stands among others
        and none of them was understood: chance puts a word of either language into nonsense.
        """
        is_one_word = incoming.text.isascii() and len(incoming.text.split()) < 2
        too_little = is_one_word or (said.language_is_faint and not said)
        before = (incoming.language, said.language) if too_little else (said.language, incoming.language)
        spoken = (*before, self._default_language)
        return next(language for language in spoken if language is not None and language in self._wordings)

    def _is_small_talk(self, intent: str) -> bool:
        return any(wording.small_talk(intent) for wording in self._wordings.values())


def _turn(incoming: Incoming, state: State, said: Understanding, is_pending: bool, begin_intent: str) -> Turn:
    return Turn(
        said=said,
        state=state,
        now=utc_now(),
        asked=incoming.asked,
        undo=incoming.undo,
        missed=incoming.missed,
        offered=incoming.offered,
        # A dialogue that was broken off goes on with whatever the student writes next.
        begins=incoming.intent == begin_intent or (incoming.asked is None and is_pending),
    )
