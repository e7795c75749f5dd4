"""The plan of a run: the same for the same seed, every kind of fault in it."""

from itertools import pairwise

from tests.faults.all_faults import FAULTS
from tests.faults.schedule import plan

KINDS = list(FAULTS)


def test_a_seed_gives_its_plan_again_and_another_seed_another() -> None:
    assert plan(KINDS, 7, 1200, 64) == plan(KINDS, 7, 1200, 64)
    assert plan(KINDS, 7, 1200, 64) != plan(KINDS, 8, 1200, 64)


def test_every_kind_comes_before_any_comes_by_itself_again() -> None:
    names = [item.kind.name for item in plan(KINDS, 1, 1200, len(KINDS))]
    assert set(names) == {kind.name for kind in KINDS}
    assert len(plan(KINDS, 1, 1200, 60)) >= 60


def test_faults_lie_within_the_run_and_last_as_long_as_their_kind_allows() -> None:
    for item in plan(KINDS, 3, 600, 40):
        assert 0 <= item.at <= 600 + item.kind.longest
        assert item.kind.shortest <= item.lasts <= item.kind.longest


def test_a_fault_is_joined_only_by_one_that_hurts_something_else() -> None:
    planned = plan(KINDS, 5, 60_000, 200)  # so thinly spread that only a joined fault overlaps
    pairs = [(one, two) for one, two in pairwise(planned) if two.at - one.at <= one.kind.longest]
    assert 20 < len(pairs) < 60
    assert not [pair for pair in pairs if set(pair[0].kind.hurts) & set(pair[1].kind.hurts)]
