"""A bot as `rasa init` makes it, that adds only the chat log: fewer than twenty changed lines."""

import difflib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registration.testing.waiting import wait_until
from tests.sdk.environments import ROOT, Environment, RunningBot

pytestmark = pytest.mark.timeout(900)  # an environment of 2.5 GB, and training, on a busy machine

OURS = ROOT / "examples/plain_rasa"
_INIT = "from rasa.cli.scaffold import create_initial_project; create_initial_project('.')"
# The classifier alone is another one, so that training takes seconds.
_PIPELINE = """
recipe: default.v1
assistant_id: plain
language: en
pipeline: [{name: WhitespaceTokenizer}, {name: CountVectorsFeaturizer}, {name: LogisticRegressionClassifier}]
policies: [{name: RulePolicy}, {name: MemoizationPolicy}]
"""


def test_its_turns_reach_the_table(rasa_environment: Environment, tmp_path: Path) -> None:
    rasa_environment.run(["python", "-c", _INIT], tmp_path)
    (tmp_path / "config.yml").write_text(_PIPELINE)
    changed = [line for name in ("endpoints.yml", ".env") for line in _changed(tmp_path, name)]
    assert 0 < len(changed) < 20
    for name in ("endpoints.yml", ".env"):
        shutil.copy(OURS / name, tmp_path / name)
    rasa_environment.run("rasa train", tmp_path)
    with RunningBot(rasa_environment, tmp_path) as bot:
        bot.start("rasa run actions")
        bot.start("rasa run")
        bot.start("python -m registration.worker --type chat")
        student = bot.chat("42")
        student.say("hello")
        student.say("I feel great")
        wait_until(lambda: len(_rows(tmp_path)) == 2, 60)
    first, second = _rows(tmp_path)
    assert first[:3] == (42, "hello", "Hey! How are you?")
    assert second[1] == "I feel great"
    assert (first[3], second[3]) == ("greet", "mood_great")


def _changed(folder: Path, name: str) -> list[str]:
    """The lines that our file adds or takes away, comments and empty lines apart."""
    before = (folder / name).read_text().splitlines() if (folder / name).exists() else []
    after = (OURS / name).read_text().splitlines()
    plain = [[line for line in lines if line.strip() and line[0] != "#"] for lines in (before, after)]
    return [line for line in difflib.ndiff(*plain) if line[0] in "+-"]


def _rows(folder: Path) -> list[tuple[int, str, str, str]]:
    database = folder / "var/registration.db"
    if not database.exists():
        return []
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT student_id, message, response, intent FROM chat_message_logs ORDER BY id"
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # the worker has not made it yet
            return []
