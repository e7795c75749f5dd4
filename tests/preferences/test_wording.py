"""Each language is complete, and says what the bot means: nothing missing, nothing too long for a phone."""

import string
from typing import Any

import pytest

from registration.dialogue.flow import Say
from registration.dialogue.question import CONFIRM
from registration.dialogue.wording import Wording
from registration.preferences.questionnaire import class_registration
from registration.preferences.understanding import understand
from registration.preferences.wordings import texts_by_language

QUESTIONNAIRE = class_registration(understand)
LANGUAGES = sorted(texts_by_language())
NAMES = [*(question.name for question in QUESTIONNAIRE.questions), CONFIRM]
FILLED = {"summary", "summary_line", "hours", "rejected", "number", "address", "timetable", "wish"}
EVERYTHING: dict[str, Any] = {
    "subjects": ["IT3080"],
    "time_period": "any",
    "avoid_time_periods": ["evening"],
    "avoid_early_start": True,
    "avoid_late_end": False,
    "prefer_days": ["Monday", "Sunday"],
    "avoid_days": ["Saturday"],
    "prefer_continuous": "any",
    "prefer_free_days": True,
    "preferred_teachers": ["Nguyễn Văn Nam"],
    "specific_class_ids": ["123456"],
    "specific_times": {"start": "08:00", "end": None},
    "chosen_class_ids": ["153284", "153285"],
}


def wording(language: str) -> Wording:
    return Wording(texts_by_language()[language], QUESTIONNAIRE, "1")


def shape(texts: Any) -> Any:
    """The keys of a wording, without its words."""
    if isinstance(texts, dict):
        return {str(key).lower(): shape(value) for key, value in texts.items()}
    return len(texts) if isinstance(texts, list) else type(texts)


def leaves(texts: Any) -> list[str]:
    if isinstance(texts, dict):
        return [leaf for value in texts.values() for leaf in leaves(value)]
    return [leaf for value in texts for leaf in leaves(value)] if isinstance(texts, list) else [str(texts)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert shape(texts_by_language()[language]) == shape(texts_by_language()["vi"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_name_only_what_is_filled_in(language: str) -> None:
    texts = texts_by_language()[language]
    named = {
        name
        for part in ("say", "questions", "small_talk")
        for leaf in leaves(texts[part])
        for _, name, _, _ in string.Formatter().parse(leaf)
        if name is not None
    }
    assert named <= FILLED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_question_can_be_asked_and_fits_a_phone(language: str, name: str) -> None:
    for rephrase in (False, True):
        reply = wording(language).ask(name, {}, rephrase)
        assert 0 < len(reply.text) <= 200
        assert all(len(button.title) <= 24 for button in reply.buttons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_summary_tells_every_answer(language: str) -> None:
    lines = wording(language).lines(EVERYTHING)
    assert len(lines) == len(EVERYTHING)
    assert any("08:00" in line for line in lines)
    assert "153284, 153285" in lines[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_typed_button_title_means_what_the_button_does(language: str, name: str) -> None:
    options = QUESTIONNAIRE.options(name)
    buttons = wording(language).ask(name, {}).buttons
    for option, button in zip(options, buttons, strict=True):
        said = QUESTIONNAIRE.understand(button.title, question=name, preferences={})
        if name == CONFIRM:
            assert {change.key: change.value for change in said.changes} == option
        else:
            assert QUESTIONNAIRE.apply({}, said.changes) == option, button.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_student_wrote_is_never_read_as_a_template(language: str) -> None:
    shown = wording(language).say(Say("rejected", {"rejected": ("{summary} {0} {x.__class__}",)}), {})
    assert "{summary} {0} {x.__class__}" in shown
