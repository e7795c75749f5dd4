"""`Bot`: a table of questions, its wording and its message type, wired to servers by the settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from registration.assistant import Assistant
from registration.cache import StateStore, Store
from registration.dialogue.changes import ANY
from registration.dialogue.question import Question, Questionnaire
from registration.dialogue.state import State
from registration.dialogue.wording import Wording
from registration.errors import BrokerError, DeclarationError
from registration.forms.checking import check
from registration.forms.domain import DomainPart
from registration.forms.questionnaire import questionnaire_of
from registration.forms.table import kinds_of
from registration.forms.texts import completed, read_texts
from registration.messaging.fields import JSON, NAME, TEXT, Field, fields_of
from registration.messaging.messages import ClassPreference, Message, derived_id
from registration.messaging.publisher import Publisher
from registration.messaging.rabbitmq import get_rabbitmq_manager
from registration.messaging.topology import queue_for
from registration.sender import Sender
from registration.service import MessageQueueService, class_preference, utc_now
from registration.settings import get_settings

_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Bot:
    """A step-by-step bot.

    `name` names its form (`<name>_form`) and its keys in Redis; `wording` is a folder with a YAML file for
    each language; confirmed answers become one `message`, whose fields are filled by the answers of the same
    names (ClassPreference: all of them in `preferences`). `begin_intent` is the intent of a message, and
    of the button, that asks for the first question. Nothing is read or opened before it is needed.
    """

    name: str
    questions: Sequence[Question]
    wording: Path
    message: type[Message] = ClassPreference
    default_language: str = "vi"
    begin_intent: str = "begin"

    @property
    def form(self) -> str:
        """The name of its form in Rasa."""
        return f"{self.name}_form"

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The questions as the dialogue walks them. Raises DeclarationError as `check` does."""
        return questionnaire_of(self.questions, self._texts, self.begin_intent)

    @cached_property
    def assistant(self) -> Assistant:
        """The assistant on this process's servers."""
        names = (f"{self.name}_answers", f"{self.name}_cleared", f"{self.name}_conversation")
        return self.assistant_on(
            StateStore(get_settings().redis, names=names), get_rabbitmq_manager().publisher
        )

    def assistant_on(self, store: Store, publisher: Publisher, hours: float | None = None) -> Assistant:
        """The assistant on a store and a publisher of your own, such as those of `registration.testing`."""
        kept = get_settings().redis.state_ttl / _SECONDS_AN_HOUR if hours is None else hours
        service = MessageQueueService(store, publisher, self.questionnaire, self.confirmed)
        wordings = {
            language: Wording(texts, self.questionnaire, f"{kept:.2g}")
            for language, texts in self._texts.items()
        }
        return Assistant(store, service, self.questionnaire, wordings, self.default_language)

    @property
    def domain(self) -> DomainPart:
        """The part of `domain.yml` that follows from the questions."""
        return DomainPart(self.form, self.questionnaire)

    def check(self) -> None:
        """Raises DeclarationError with a line for each row that can't work."""
        languages = read_texts(self.wording)
        check(self.questions, languages)
        faults = [*self._message_faults()]
        if self.default_language not in languages:
            faults.append(f"default_language is {self.default_language!r}; there are {', '.join(languages)}")
        if faults:
            raise DeclarationError("\n".join(faults))

    def confirmed(self, sender: Sender, state: State) -> Message:
        """The message of a confirmed state; the same state always has the same id."""
        if self.message is ClassPreference:
            return class_preference(sender, state)
        given = {
            field.name: _value(field, state.preferences[field.name])
            for field in fields_of(self.message)
            if field.name in state.preferences
        }
        message_id = derived_id(self.name, sender.key, state.to_json())
        return self.message(student_id=sender.student_id, timestamp=utc_now(), message_id=message_id, **given)

    def observe(self, app: Any) -> None:
        """Extend the action server, whose Sanic application is `app`: nothing, unless a derived bot does."""

    def start(self) -> None:
        """Begin to carry messages on, first those that a killed process has left in the spool."""
        get_rabbitmq_manager().start()

    def stop(self) -> None:
        """End this process's part in the pipeline; what is not confirmed by then stays in the spool."""
        get_rabbitmq_manager().close()

    @cached_property
    def _texts(self) -> Mapping[str, Mapping[str, Any]]:
        self.check()
        return {
            language: completed(texts, self.questions) for language, texts in read_texts(self.wording).items()
        }

    def _message_faults(self) -> Iterator[str]:
        try:
            queue_for(self.message)
        except BrokerError as error:
            yield f"message {self.message.__name__}: {error}"
        if self.message is ClassPreference:
            return
        questions = {key: question for question in self.questions for key in question.keys}
        for field in fields_of(self.message):
            where = f"message {self.message.__name__}, field {field.name!r}"
            if field.name not in questions:
                if field.is_required:
                    yield f"{where}: no question fills it, and it has no default"
            elif field.is_required and questions[field.name].may_be_left_out:
                yield f"{where}: its question is not always asked, so it needs a default"
            elif _cannot_be_skipped(field, kinds_of(self.questions)[field.name].skipped):
                yield f"{where}: its question can be skipped, so its type must take None"


def _value(field: Field, answer: Any) -> Any:
    return None if isinstance(answer, str) and answer == ANY and field.is_optional else answer


def _cannot_be_skipped(field: Field, skipped: Any) -> bool:
    return skipped == ANY and not field.is_optional and field.kind not in (NAME, TEXT, JSON)
