"""The part of a Rasa domain that follows from the questions: entities, slots, form and actions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registration.dialogue.question import CONFIRM, Questionnaire

MARK = "# ---- written by `python -m registration domain write`; what stands below is replaced ----"
STATE_SLOTS = ("step", "last_updated")
CONVERSATION_SLOTS = ("undo", "language", "what_if", "offered", "missed")
_SLOT = "{type: any, influence_conversation: false, mappings: [{type: custom}]}"


@dataclass(frozen=True)
class DomainPart:
    """What is needed to write it: the form's name, the questions, and the bot's other actions."""

    form: str
    questionnaire: Questionnaire
    further_actions: Sequence[str] = ()

    def text(self) -> str:
        """The part as YAML, its mark first."""
        return "\n".join([MARK, "", *self._lines(), ""])

    def into(self, domain: str) -> str:
        """A whole domain file: what stands above the mark, and this part."""
        above = domain.partition(MARK)[0].rstrip()
        return f"{above}\n\n{self.text()}" if above else f'version: "3.1"\n\n{self.text()}'

    def _lines(self) -> Iterable[str]:
        keys = self.questionnaire.keys
        yield '# What a button\'s payload names, such as /inform{"key": "value"}; the model extracts none.'
        yield "entities:"
        yield from (f"  - {name}" for name in (*keys, CONFIRM))
        yield "\n# One slot for each key of the state in Redis, which it mirrors; then the conversation's."
        yield "slots:"
        yield from (f"  {name}: {_SLOT}" for name in (*keys, *STATE_SLOTS, *CONVERSATION_SLOTS))
        yield "\nforms:"
        yield f"  {self.form}:"
        yield "    required_slots:"
        yield from (f"      - {question.keys[0]}" for question in self.questionnaire.questions)
        yield "\nactions:"
        yield from (f"  - {name}" for name in (*self._actions(), *self.further_actions))

    def _actions(self) -> tuple[str, ...]:
        return ("action_session_start", "action_small_talk", f"validate_{self.form}")
