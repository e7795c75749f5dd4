"""The questionnaire that a table of questions and its wording make."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from registration.dialogue.question import Question, Questionnaire
from registration.forms.reading import understander
from registration.forms.table import apply, kinds_of, skip
from registration.forms.words import words_of


def questionnaire_of(
    questions: Sequence[Question], languages: Mapping[str, Mapping[str, Any]], begin_intent: str
) -> Questionnaire:
    """`languages`: completed texts by language."""
    kinds = kinds_of(questions)

    def is_valid(key: str, value: Any) -> bool:
        return key in kinds and kinds[key].is_valid(value)

    words = [words_of(texts, questions) for texts in languages.values()]
    return Questionnaire(
        questions=tuple(questions),
        understand=understander(questions, words),
        apply=partial(apply, questions),
        skip=partial(skip, questions),
        is_valid=is_valid,
        begin_intent=begin_intent,
    )
