"""`python -m registration new DIR`: it trains and answers at once, and refuses what it cannot use."""

import time
from pathlib import Path

import pytest

from registration.__main__ import main
from tests.sdk.environments import Environment, RunningBot, seconds_since

pytestmark = pytest.mark.timeout(900)  # an environment of 2.5 GB, and training, on a busy machine


def test_from_nothing_to_the_first_reply(
    rasa_environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    rasa_environment.run("python -m registration new paint_shop", tmp_path)
    folder = tmp_path / "paint_shop"
    rasa_environment.run("rasa train", folder)
    with RunningBot(rasa_environment, folder) as bot:
        bot.start("rasa run actions")
        bot.start("rasa run")
        student = bot.chat("5")
        (_, question) = student.say("I want to start")
        took = seconds_since(began)
        assert question["text"] == "Which colour would you like?"
        student.press("Red")
        assert student.say("yes")[-1]["text"] == "How many litres, from 1 to 50?"
    with capsys.disabled():
        print(f"\nscaffold to first reply: {took:.0f} s", end=" ")


@pytest.mark.parametrize("name", ["1st", "größe", "a b"])
def test_a_name_that_no_bot_can_have_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / name)]) != 0
    assert "is no name for a bot" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("mine")
    assert main(["new", str(tmp_path)]) != 0
    assert (tmp_path / "mine").read_text() == "mine"
