"""The tutorial, followed literally in a fresh folder (only ports are ours), through REST to SQL.

What it ends with is examples/dormitory, which is so trained and driven too.
"""

import filecmp
from contextlib import ExitStack
from pathlib import Path

import pytest

from registration.testing.waiting import wait_until
from tests.docs.blocks import ROOT, Block, blocks_of
from tests.sdk.environments import Environment, RunningBot

pytestmark = pytest.mark.timeout(900)  # an environment of 2.5 GB, and training, on a busy machine

EXAMPLE = ROOT / "examples/dormitory"


def test_it_works_as_it_is_written(rasa_environment: Environment, tmp_path: Path) -> None:
    with ExitStack() as stack:
        bot: RunningBot | None = None
        for block in blocks_of(ROOT / "docs/tutorial.md"):
            if block.kind == "background":
                bot = bot or stack.enter_context(RunningBot(rasa_environment, tmp_path / block.argument))
                bot.start(block.text.strip())
            else:
                _follow(block, rasa_environment, tmp_path, bot)
        assert bot is not None
    _is_the_example(tmp_path / "dormitory")


def _follow(block: Block, environment: Environment, folder: Path, bot: RunningBot | None) -> None:
    if block.kind == "file":
        (folder / block.argument).write_text(block.text, "utf-8")
    elif block.kind == "run":
        environment.run(f"set -e\n{block.text}", folder)
    elif block.kind == "run when up":
        assert bot is not None
        bot.chat("7")
        assert "Building: North" in environment.run(bot.at_our_port(block.text), folder)
    elif block.kind == "run until it prints":
        wait_until(lambda: block.argument.replace(" ", "") in _printed(block, environment, folder), 60)
    else:
        raise AssertionError(block)


def _printed(block: Block, environment: Environment, folder: Path) -> str:
    try:
        return environment.run(block.text, folder).replace(" ", "")
    except AssertionError:  # the worker has not made the table yet
        return ""


def _is_the_example(folder: Path) -> None:
    """What the tutorial made is what the example holds."""
    names = [
        path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*") if path.is_file() and path.suffix != ".pyc"
    ]
    ours = {Path(".env.example"), Path("endpoints.yml")}  # one is .env there, the other has our ports
    wrong = [
        name for name in names if name not in ours and not filecmp.cmp(EXAMPLE / name, folder / name, False)
    ]
    assert wrong == []
    python = [line for path in EXAMPLE.rglob("*.py") for line in path.read_text().splitlines()]
    assert len(python) < 120
    assert "registration.preferences" not in "\n".join(python)
    assert "registration.timetable" not in "\n".join(python)
