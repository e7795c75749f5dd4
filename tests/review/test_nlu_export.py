"""What was corrected, as training data: one line a message, whatever the message holds."""

import importlib.util
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registration.storage.reviewing import Correction
from web.review.nlu_export import example, training_data

ODD = (
    "sáng [thứ hai](time_period) nhé",
    '[a]{"entity": "b"}',
    "# no comment",
    "- no list",
    "a: b",
    "'",
    '"',
    "\\n",
    "🎓",
    "| >",
    "two\nlines\r\n\tand tabs",
    "null",
    "   spaces   ",
    "\x00\x07\ufeff zero\u200bwidth",
)


def read(text: str) -> dict[str, list[str]]:
    """The examples by intent, as a YAML reader finds them."""
    document = yaml.safe_load(text)
    assert document["version"] == "3.1"
    return {
        each["intent"]: [line.removeprefix("- ") for line in each["examples"].splitlines()]
        for each in document["nlu"]
    }


def test_messages_stand_under_their_right_intent_and_the_later_word_counts() -> None:
    given_twice = [Correction("sáng", "deny"), Correction("chiều", "greet"), Correction("sáng", "greet")]
    assert read(training_data(given_twice)) == {"greet": ["chiều", "sáng"]}


def test_what_nobody_typed_is_left_out() -> None:
    pressed = [Correction('/inform{"time_period": "any"}', "inform"), Correction(" \n\u200b", "inform")]
    assert read(training_data(pressed)) == {}


@given(st.lists(st.text() | st.sampled_from(ODD), max_size=5))
def test_every_message_comes_back_as_one_line(messages: list[str]) -> None:
    text = training_data(Correction(message, "inform") for message in messages)
    expected = sorted({line for message in messages if (line := example(message))})
    assert read(text).get("inform", []) == expected
    assert all("\n" not in line and line == line.strip() for line in expected)


@pytest.mark.skipif(not importlib.util.find_spec("rasa"), reason="only in Rasa's environment")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Rasa's own libraries
def test_rasa_reads_the_same_and_no_entities(tmp_path: Path) -> None:
    from rasa.shared.nlu.training_data.loading import load_data

    file = tmp_path / "corrected.yml"
    file.write_text(training_data(Correction(message, "inform") for message in ODD), encoding="utf-8")
    loaded = load_data(str(file))
    assert [each.get("text") for each in loaded.intent_examples] == sorted(filter(None, map(example, ODD)))
    assert {each.get("intent") for each in loaded.intent_examples} == {"inform"}
    assert list(loaded.entity_examples) == []
