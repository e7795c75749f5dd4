"""The questions of class registration: one row each gives keys, types, order, condition and options.

The wording stands in `wording/`, the understanding of answers in `understanding/`. A new question is a row
here and its texts in each wording file; `python -m registration domain write` does the rest.
"""

import re
from typing import Any

from registration.dialogue.conditions import Is, IsNot
from registration.dialogue.kinds import (
    MAX_TEXT,
    ListOf,
    SeveralChoices,
    SingleChoice,
    TimeRange,
    YesNoAny,
    is_text,
)
from registration.dialogue.question import Question

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PERIODS = ("morning", "afternoon", "evening")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._\-]*")


def is_code(value: Any) -> bool:
    """Whether it can be the code of a course or a class."""
    return isinstance(value, str) and len(value) <= MAX_TEXT and _CODE.fullmatch(value) is not None


def _single(name: str, kind: SingleChoice | YesNoAny, applies: Is | IsNot | None = None) -> Question:
    options = tuple({name: value} for value in kind.offered)
    return Question(name, {name: kind}, options=options, **({"applies": applies} if applies else {}))


SUBJECTS = Question("subjects", {"subjects": ListOf(is_code)})
CHOSEN = {"chosen_class_ids": ListOf(is_code)}

QUESTIONS = (
    Question(
        "time_period",
        {"time_period": SingleChoice(PERIODS), "avoid_time_periods": SeveralChoices(PERIODS)},
        options=tuple({"time_period": period} for period in (*PERIODS, "any")),
    ),
    _single("avoid_early_start", YesNoAny(), IsNot("time_period", "afternoon", "evening")),
    _single("avoid_late_end", YesNoAny(), IsNot("time_period", "morning")),
    Question(
        "days",
        {"prefer_days": SeveralChoices(DAYS), "avoid_days": SeveralChoices(DAYS)},
        options=(
            {"avoid_days": ["Saturday"]},
            {"avoid_days": ["Saturday", "Sunday"]},
            {"prefer_days": [], "avoid_days": []},
        ),
    ),
    _single("prefer_continuous", YesNoAny()),
    _single("prefer_free_days", YesNoAny()),
    Question(
        "specific",
        {
            "preferred_teachers": ListOf(is_text),
            "specific_class_ids": ListOf(is_code),
            "specific_times": TimeRange(takes_any=False),
        },
        options=({"preferred_teachers": [], "specific_class_ids": []},),
    ),
)
