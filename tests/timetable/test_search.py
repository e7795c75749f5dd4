"""The search against trying everything, and what it promises about its results."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registration.timetable import Catalogue, Status, make_problem, search
from registration.timetable.options import overlap
from tests.timetable.building import catalogues, preferences
from tests.timetable.oracle import best_points

FOREVER = 60.0
Case = tuple[Catalogue, dict[str, Any]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    drawn = draw(catalogues())
    return drawn, draw(preferences(list(drawn.by_code)))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_finds_what_trying_everything_finds(case: Case) -> None:
    problem = make_problem(*case)
    result = search(problem, budget=FOREVER)
    assert [timetable.points for timetable in result.timetables] == pytest.approx(best_points(problem))
    assert result.status is (Status.OPTIMAL if result.timetables else Status.IMPOSSIBLE)
    assert result.proven == len(result.timetables)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_timetable_has_one_choice_a_subject_without_conflict_and_its_parts_add_up(case: Case) -> None:
    problem = make_problem(*case)
    for timetable in search(problem, budget=FOREVER).timetables:
        assert [choice.subject.code for choice in timetable.choices] == list(case[0].by_code)
        for one, other in combinations(timetable.choices, 2):
            assert not any(overlap(a, b) for a in one.option.meetings for b in other.option.meetings)
        assert sum(part.points for part in timetable.parts) == pytest.approx(timetable.points)
