"""The class-registration bot on the SDK: its table of questions, its wording, and the offer of timetables."""

from collections.abc import Iterator, Mapping
from typing import Any

from registration import bootstrap
from registration.assistant import Assistant
from registration.dialogue.question import CONFIRM, Question
from registration.errors import DeclarationError
from registration.forms.checking import table_faults
from registration.forms.domain import DomainPart
from registration.preferences.questionnaire import class_registration
from registration.preferences.questions import QUESTIONS, SUBJECTS
from registration.preferences.wordings import texts_by_language
from registration.turn import Offers

FORM = "registration_form"


class ClassRegistration:
    """What `registration.rasa.serve` and `python -m registration domain` want of a bot."""

    form = FORM

    @property
    def assistant(self) -> Assistant:
        """The assistant of this process."""
        return bootstrap.get_assistant()

    @property
    def offering(self) -> Offers:
        """The offering of timetables of this process."""
        return bootstrap.get_offering()

    @property
    def domain(self) -> DomainPart:
        """The part of `domain.yml` that follows from the questions."""
        return DomainPart(FORM, class_registration(), (f"action_ask_{FORM}_choice",))

    def check(self) -> None:
        """Raises DeclarationError with a line for each row of questions or wording that can't work."""
        faults = [*table_faults((SUBJECTS, *QUESTIONS))]
        for language, texts in texts_by_language().items():
            faults += [f"wording {language!r}: {fault}" for fault in _missing(texts["questions"])]
        if faults:
            raise DeclarationError("\n".join(faults))

    def observe(self, app: Any) -> None:
        """Measure what the action server does; `app` is its Sanic application."""
        bootstrap.observe(app)

    def start(self) -> None:
        """Begin to carry messages on, and to look for timetables."""
        bootstrap.start()

    def stop(self) -> None:
        """End this process's part in both."""
        bootstrap.stop()


def _missing(texts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for question in (SUBJECTS, *QUESTIONS, Question(CONFIRM, {}, options=({}, {}))):
        row = texts.get(question.name, {})
        for name in ("label", "ask", "again", "help"):
            if name not in row:
                yield f"question {question.name!r}: `{name}` is missing"
        if len(row.get("buttons", ())) != len(question.options):
            yield f"question {question.name!r}: {len(question.options)} buttons are wanted"


BOT = ClassRegistration()
