"""A bot as a table of questions and its wording: understanding, rules and domain follow. Pure."""

from registration.dialogue.conditions import All, Is, IsNot
from registration.dialogue.kinds import (
    FreeText,
    FromCatalogue,
    ListOf,
    Number,
    SeveralChoices,
    SingleChoice,
    TimeRange,
    YesNoAny,
)
from registration.dialogue.question import Question
from registration.forms.table import ask

__all__ = [
    "All",
    "FreeText",
    "FromCatalogue",
    "Is",
    "IsNot",
    "ListOf",
    "Number",
    "Question",
    "SeveralChoices",
    "SingleChoice",
    "TimeRange",
    "YesNoAny",
    "ask",
]
