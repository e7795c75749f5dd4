"""The trained model on messages that it never saw. Only in Rasa's environment."""

import logging
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

with pytest.MonkeyPatch.context() as patch:
    patch.setenv("RASA_TELEMETRY_ENABLED", "false")
    pytest.importorskip("rasa", reason="reads intents with Rasa's model")

import yaml

from benchmarks.nlu import Reading, false_commands, held_out, read_all, share, unknown
from deploy.local.processes import Processes
from deploy.local.training import is_trained, model_path, train
from nlu.text import folded

# Rasa and what it imports warn of their own old ways; its errors still fail the test.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(600)]

EXAMPLES = [
    (block["intent"], line.removeprefix("- "))
    for path in sorted(Path("data/nlu").glob("*.yml"))
    for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]
    for line in block["examples"].splitlines()
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not is_trained():
        quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        with Processes(tmp_path_factory.mktemp("log")) as processes:
            train(quiet, processes)
    return model_path()


@pytest.fixture(scope="module")
def readings(model: Path) -> Iterator[list[Reading]]:
    before = logging.root.level
    yield read_all(model, held_out())
    logging.root.setLevel(before)


def test_intents_are_read_as_well_as_measured(readings: list[Reading]) -> None:
    wrong = [f"{r.message.intent} read as {r.intent}: {r.message.text}" for r in readings if not r.right]
    assert share(readings) >= 92, "\n".join(wrong)


@pytest.mark.parametrize("group", ["accented", "unaccented", "english", "mixed"])
def test_no_language_is_left_behind(readings: list[Reading], group: str) -> None:
    assert share([reading for reading in readings if reading.message.group == group]) >= 85


def test_hardly_any_message_is_a_command_that_nobody_gave(readings: list[Reading], model: Path) -> None:
    every = [*readings, *read_all(model, unknown())]
    assert len(false_commands(every)) <= len(every) // 100, false_commands(every)


def test_a_message_in_any_unicode_form_reads_alike(model: Path) -> None:
    from benchmarks.nlu import Message

    composed = Message("em muốn đăng ký lớp học", "class_registration_suggestion", "accented")
    forms = [unicodedata.normalize(form, composed.text) for form in ("NFC", "NFD")]
    found = read_all(model, [Message(form, composed.intent, composed.group) for form in forms])
    assert found[0].right
    assert found[0].confidence == found[1].confidence


@pytest.mark.parametrize("text", ["", " ", "\x00", "🙂", "a" * 5000])
def test_nothing_that_is_written_stops_the_model(model: Path, text: str) -> None:
    from benchmarks.nlu import Message

    (reading,) = read_all(model, [Message(text, "nlu_fallback", "unknown")])
    assert 0 <= reading.confidence <= 1


def test_no_held_out_message_is_an_example() -> None:
    learned = {" ".join(folded(text).split()) for _, text in EXAMPLES}
    assert [m.text for m in held_out() if " ".join(folded(m.text).split()) in learned] == []


def test_no_example_belongs_to_two_intents_or_stands_twice() -> None:
    texts = [text.lower() for _, text in EXAMPLES]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []
