"""What a message says: a pressed button, words that the parsers know, else what the model read in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from registration.dialogue.changes import Change, Command, Operation, Understanding
from registration.dialogue.choosing import chosen_place
from registration.dialogue.question import CONFIRM, WHAT_IF, Preferences, Questionnaire

ANSWER_INTENT = "inform"  # a button's payload: /inform{"time_period": "morning"}
_COMMAND_INTENTS = {
    "cancel": Command.CANCEL,
    "start_over": Command.RESTART,
    "go_back": Command.BACK,
    "skip": Command.SKIP,
    "undo": Command.UNDO,
    "ask_summary": Command.SUMMARY,
    "ask_help": Command.HELP,
}
# A command undoes work, so the model must be sure of one that no parser saw.
_COMMAND_CONFIDENCE = 0.85


def hear(
    questionnaire: Questionnaire,
    text: str,
    intent: str,
    confidence: float,
    waiting: str | None,
    preferences: Preferences,
    offered: Sequence[Any] = (),
) -> Understanding:
    """What `text` says where the question `waiting` waits for it, or something offered. Never raises."""
    if text.startswith("/"):
        return _pressed(questionnaire, text)
    if waiting is not None and waiting == questionnaire.choice:
        said = _at_the_choice(questionnaire, text, waiting, preferences, offered)
    else:
        said = questionnaire.understand(text, question=waiting, preferences=dict(preferences))
    if said or confidence < _COMMAND_CONFIDENCE or intent not in _COMMAND_INTENTS:
        return said
    return Understanding(command=_COMMAND_INTENTS[intent], language=said.language)


def _at_the_choice(
    questionnaire: Questionnaire,
    text: str,
    waiting: str,
    preferences: Preferences,
    offered: Sequence[Any],
) -> Understanding:
    place = chosen_place(text, len(offered))
    if place is not None:
        # A place that is not offered stands for itself, so that the dialogue can say that it is not there.
        named = offered[place - 1] if 0 < place <= len(offered) else text
        return Understanding((Change(Operation.SET, questionnaire.choice_key, named),))
    if _WHY.match(text):
        return Understanding(command=Command.HELP)
    if supposing := _WHAT_IF.match(text):
        supposed = text[supposing.end() :]
        said = questionnaire.understand(supposed, question=waiting, preferences=dict(preferences))
        if said.changes:
            return replace(said, remarks=(*said.remarks, WHAT_IF))
    said = questionnaire.understand(text, question=waiting, preferences=dict(preferences))
    return said or _none_of_them(questionnaire, text, preferences)


def _none_of_them(questionnaire: Questionnaire, text: str, preferences: Preferences) -> Understanding:
    """'sửa lại', 'không thích cái nào' instead of a choice: a no, as to the summary."""
    said = questionnaire.understand(text, question=CONFIRM, preferences=dict(preferences))
    refused = said.changes == (Change(Operation.SET, CONFIRM, False),)
    return said if refused else replace(said, changes=(), command=None)


_WHAT_IF = re.compile(
    r"\s*(?:thế |the |còn |con )?(?:nếu|neu|giả sử|gia su|what if|suppose|if)\b", re.IGNORECASE
)
_WHY = re.compile(r"\s*(?:tại|tai|vì|vi)?\s*sao\b(?! cũng)|\s*why\b", re.IGNORECASE)


def payload(values: Mapping[str, Any]) -> str:
    """What a button sends when it is pressed."""
    return f"/{ANSWER_INTENT}{msgspec.json.encode(values).decode()}"


def _pressed(questionnaire: Questionnaire, text: str) -> Understanding:
    """What a button's payload says; the text itself as rejected where any of it is forged."""
    name, brace, rest = text[1:].partition("{")
    if name in _COMMAND_INTENTS:
        return Understanding(command=_COMMAND_INTENTS[name])
    if name != ANSWER_INTENT:
        return Understanding()
    try:
        values = msgspec.json.decode(brace + rest, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return Understanding(rejected=(text,))
    if not values or not all(_is_allowed(questionnaire, key, value) for key, value in values.items()):
        return Understanding(rejected=(text,))
    return Understanding(tuple(Change(Operation.SET, key, value) for key, value in values.items()))


def _is_allowed(questionnaire: Questionnaire, key: str, value: Any) -> bool:
    return isinstance(value, bool) if key == CONFIRM else questionnaire.is_valid(key, value)
