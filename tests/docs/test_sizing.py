"""The sizing guide quotes what its command prints, and the simulation does what the guide says."""

import numpy as np
import pytest

from benchmarks import sizing
from benchmarks.sizing import Rates, Week, first_day, plan, servers_for, wait
from tests.docs.blocks import ROOT, blocks_of

RATES = Rates(rasa=20.0, actions=1000.0, worker=8000.0, row=800.0)


def test_the_guide_quotes_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", ["sizing"])
    sizing.main()
    (quoted,) = (block.text for block in blocks_of(ROOT / "docs/sizing.md"))
    assert quoted.strip() == capsys.readouterr().out.strip()


def test_every_student_takes_every_turn() -> None:
    week = Week(2_000)
    turns, at_once = first_day(week, np.random.default_rng(1))
    assert turns.sum() == week.students * week.first_day * week.turns
    assert 0 < at_once < week.students


def test_the_fewest_servers_keep_the_wait_short_and_one_fewer_does_not() -> None:
    turns, _ = first_day(Week(50_000), np.random.default_rng(1))
    enough = servers_for(turns, RATES.rasa)
    assert wait(turns, enough * RATES.rasa) <= 1.0 < wait(turns, (enough - 1) * RATES.rasa)


def test_more_students_and_a_sharper_rush_take_more() -> None:
    small, large, sharp = (plan(week, RATES) for week in (Week(1_000), Week(50_000), Week(50_000, rush=0.9)))
    assert small.rasa < large.rasa < sharp.rasa
    assert small.rows < large.rows == sharp.rows
