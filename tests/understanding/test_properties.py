"""What holds for every message."""

import itertools
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registration.dialogue.changes import Change
from registration.preferences.folding import MAX_LENGTH, fold
from registration.preferences.rules import apply, is_valid
from registration.preferences.understanding import understand

from .cases import load
from .fuzz import run
from .messages import QUESTIONS

# Answers to different questions, as a student may give them in any order.
ANSWERS = (
    "học buổi chiều", "tránh thứ 7", "thích thứ 2", "không muốn về muộn", "học liền tiết", "dồn vào ít ngày",
    "thầy Nam", "sau 13h",
)  # fmt: skip
anything = st.text(st.characters(codec=None), max_size=300)


@given(anything, st.sampled_from(QUESTIONS))
@settings(max_examples=300, deadline=None)
def test_no_message_raises_or_stores_what_the_table_forbids(text: str, question: str | None) -> None:
    result = understand(text, question=question, preferences={})
    assert all(is_valid(key, value) for key, value in apply({}, result.changes).items())
    assert all(isinstance(change, Change) for change in result.changes)
    assert result.language in {"vi", "en", None}


@given(anything)
@settings(max_examples=300, deadline=None)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_unicode_form_makes_no_difference(form: Any) -> None:
    for case in load("held_out"):
        given_form = unicodedata.normalize(form, case.text)
        as_typed = understand(case.text, question=case.question, preferences=case.before)
        assert understand(given_form, question=case.question, preferences=case.before) == as_typed


@given(st.permutations(ANSWERS))
@settings(max_examples=100, deadline=None)
def test_any_order_of_the_same_answers_gives_the_same_state(order: list[str]) -> None:
    assert _after(order) == _after(list(ANSWERS))


def test_every_pair_of_answers_may_stand_in_one_message() -> None:
    for first, second in itertools.permutations(ANSWERS, 2):
        assert _after([f"{first}, {second}"]) == _after([first, second])


def _after(texts: list[str]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for text in texts:
        state = apply(state, understand(text, question=None, preferences=state).changes)
    return state


def test_random_messages_do_no_harm() -> None:
    run(3000, seed=7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\u200b",
        "\ud800",
        "😀" * 50,
        "sáng " * 2000,
        "x" * (MAX_LENGTH + 1),
        '/inform{"time_period":"x"}',
    ],
)
def test_what_is_no_message_is_not_understood(text: str) -> None:
    assert not understand(text, question="time_period", preferences={})
