"""The search in small cases that can be checked by hand."""

import pickle
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from benchmarks.timetable.students import generated, student
from registration.timetable import Result, Status, Weights, load_catalogue, make_problem, search
from registration.timetable.weeks import format_weeks, list_weeks, parse_weeks
from tests.timetable.building import catalogue, section, subject
from tests.timetable.test_loading import SAMPLE


def solve(*subjects: Any, **preferences: Any) -> Result:
    held = catalogue(*subjects)
    return search(make_problem(held, {"subjects": list(held.by_code), **preferences}), budget=30)


def ids(result: Result) -> list[tuple[str, ...]]:
    return [timetable.class_ids for timetable in result.timetables]


@pytest.mark.parametrize(
    ("one", "other", "possible"),
    [
        ("Mon 08:00-09:00", "Mon 08:30-09:30", False),
        ("Mon 08:00-09:00", "Mon 09:00-10:00", True),
        ("Mon 08:00-09:00", "Tue 08:30-09:30", True),
        ("Mon 08:00-09:00 1,3,5,7", "Mon 08:30-09:30 2,4,6,8", True),
        ("Mon 08:00-09:00 1-4", "Mon 08:30-09:30 4-8", False),
        ("Mon 08:00-12:00", "Mon 09:00-10:00 5", False),
    ],
)
def test_meetings_collide_in_week_day_and_time(one: str, other: str, possible: bool) -> None:
    result = solve(subject("A", section("1", one)), subject("B", section("2", other)))
    assert result.status is (Status.OPTIMAL if possible else Status.IMPOSSIBLE)


def test_timetables_differ_in_more_than_a_room() -> None:
    rooms = [section(str(n), f"Mon 08:00-09:00 1-8 R{n}", teacher="Lê Minh") for n in range(5)]
    other = section("9", "Mon 08:00-09:00 1-8 R9", teacher="Trần Lan")
    result = solve(subject("A", *rooms, other))
    assert ids(result) == [("0",), ("9",)]
    alternatives = result.timetables[0].choices[0].alternatives
    assert [section.class_id for (section,) in alternatives] == ["1", "2", "3", "4"]


def test_a_lecture_comes_with_one_class_of_each_kind_linked_to_it() -> None:
    result = solve(
        subject(
            "A",
            section("1", "Mon 08:00-09:00", kind="LT"),
            section("2", "Tue 08:00-09:00", kind="BT", linked="1"),
            section("3", "Mon 08:30-09:30", kind="BT", linked="1"),
            section("4", "Wed 08:00-09:00", kind="TN", linked="1"),
            section("5", "Thu 08:00-09:00", kind="LT"),
        )
    )
    assert sorted(ids(result)) == [("1", "2", "4"), ("5",)]


def test_a_free_lab_serves_every_lecture_that_has_none() -> None:
    result = solve(
        subject(
            "A",
            section("1", "Mon 08:00-09:00", kind="LT"),
            section("2", "Tue 08:00-09:00", kind="LT"),
            section("3", "Wed 08:00-09:00", kind="TN", linked="2"),
            section("4", "Thu 08:00-09:00", kind="TN"),
        )
    )
    assert sorted(ids(result)) == [("1", "4"), ("2", "3")]


def test_full_classes_are_left_out() -> None:
    full = section("1", "Mon 08:00-09:00", seats=30, registered=30)
    assert ids(solve(subject("A", full, section("2", "Tue 08:00-09:00", seats=30, registered=29)))) == [
        ("2",)
    ]
    assert solve(subject("A", full)).status is Status.IMPOSSIBLE
    lecture = section("3", "Tue 08:00-09:00", kind="LT")
    lab = section("4", "Wed 08:00-09:00", kind="TN", linked="3", seats=9, registered=9)
    assert solve(subject("A", lecture, lab)).status is Status.IMPOSSIBLE


def test_specific_times_are_kept() -> None:
    sections = [
        section("1", "Mon 06:45-09:10"),
        section("2", "Mon 08:00-09:00"),
        section("3", "Mon 11:00-13:00"),
    ]
    for times, expected in [
        ({"start": "08:00", "end": "12:00"}, [("2",)]),
        ({"start": None, "end": "12:00"}, [("1",), ("2",)]),
        ({"start": "10:00", "end": None}, [("3",)]),
        ({"start": None, "end": None}, [("1",), ("2",), ("3",)]),
        ("any", [("1",), ("2",), ("3",)]),
    ]:
        assert sorted(ids(solve(subject("A", *sections), specific_times=times))) == expected


def test_specific_classes_are_kept() -> None:
    lectures = [section(str(n), f"Mon {8 + n:02d}:00-{8 + n:02d}:50", kind="LT") for n in range(4)]
    labs = [section(f"1{n}", f"Tue {8 + n:02d}:00-{8 + n:02d}:50", kind="TN", linked="1") for n in range(3)]
    held = subject("A", *lectures, *labs)
    assert ids(solve(held, specific_class_ids=["2"])) == [("2",)]
    assert sorted(ids(solve(held, specific_class_ids=["2", "3"]))) == [("2",), ("3",)]
    assert ids(solve(held, specific_class_ids=["1", "12"])) == [("1", "12")]
    assert len(solve(held, specific_class_ids=["999"]).timetables) == 3
    problem = make_problem(catalogue(held), {"subjects": ["A", "nope"], "specific_class_ids": ["999"]})
    assert (problem.unknown_subjects, problem.foreign_class_ids) == (("NOPE",), ("999",))


def test_a_wished_class_is_shown_even_where_another_is_alike() -> None:
    alike = [section(str(n), "Mon 08:00-09:00") for n in range(3)]
    assert ids(solve(subject("A", *alike), specific_class_ids=["2"])) == [("2",)]


@pytest.mark.parametrize(
    ("preferences", "meetings", "points"),
    [
        ({"time_period": "morning"}, ["Mon 13:00-14:00"], 10),
        ({"time_period": "any"}, ["Mon 13:00-14:00"], 0),
        ({"avoid_time_periods": ["evening"]}, ["Mon 18:00-19:00 1,3,5,7"], 5),
        ({"avoid_days": ["Saturday"]}, ["Sat 08:00-09:00", "Mon 08:00-09:00"], 10),
        ({"prefer_days": ["Monday"]}, ["Sat 08:00-09:00", "Mon 08:00-09:00"], 6),
        ({"avoid_early_start": True}, ["Mon 07:30-09:00"], 6),
        ({"avoid_early_start": False}, ["Mon 07:30-09:00"], 0),
        ({"avoid_late_end": True}, ["Mon 15:05-17:30"], 6),
        ({"prefer_free_days": True}, ["Mon 08:00-09:00", "Tue 08:00-09:00"], 16),
        ({"prefer_continuous": True}, ["Mon 08:00-09:00", "Mon 09:15-10:00"], 0),
        ({"prefer_continuous": True}, ["Mon 08:00-09:00", "Mon 10:15-11:00"], 4),
        ({"prefer_continuous": True}, ["Mon 08:00-09:00 1-4", "Mon 10:15-11:00"], 2),
        ({"prefer_continuous": True}, ["Mon 10:00-11:50", "Mon 14:00-15:00"], 0),
        ({"preferred_teachers": ["Hùng"]}, ["Mon 08:00-09:00"], 0),
    ],
)
def test_points(preferences: dict[str, Any], meetings: list[str], points: float) -> None:
    result = solve(subject("A", section("1", *meetings)), **preferences)
    assert result.timetables[0].points == pytest.approx(points)


def test_weights_can_be_changed() -> None:
    held = catalogue(subject("A", section("1", "Sat 08:00-09:00"), section("2", "Mon 18:00-19:00")))
    preferences = {"subjects": ["A"], "avoid_days": ["Saturday"], "avoid_time_periods": ["evening"]}
    for weights, best in [(Weights(avoid_days=20), "2"), (Weights(avoid_time_periods=20), "1")]:
        assert search(make_problem(held, preferences, weights)).timetables[0].class_ids == (best,)


def test_no_subjects_and_subjects_without_classes() -> None:
    assert solve().status is Status.NO_SUBJECTS
    assert search(make_problem(catalogue(), {"subjects": "any"})).status is Status.NO_SUBJECTS
    assert solve(subject("A")).status is Status.IMPOSSIBLE
    assert ids(solve(subject("A", section("1")))) == [("1",)]


def test_when_the_time_is_up_the_bound_and_the_gap_are_honest() -> None:
    held = generated(12, sections=40)
    preferences = {
        "subjects": list(held.by_code)[:9],
        "time_period": "morning",
        "prefer_continuous": True,
        "prefer_free_days": True,
    }
    problem = make_problem(held, preferences)
    exact = search(problem, budget=60)
    assert exact.status is Status.OPTIMAL
    points = [timetable.points for timetable in exact.timetables]
    best = points[0]
    seen = set()
    for ticks in (1, 3, 10, 30, 100, 300, 1000):
        clock = count()
        result = search(problem, budget=ticks, clock=lambda clock=clock: float(next(clock)))  # type: ignore[misc]
        seen.add(result.status)
        assert result.bound <= best + 1e-9
        if result.timetables:
            assert result.timetables[0].points - result.gap <= best + 1e-9
            proven = [timetable.points for timetable in result.timetables[: result.proven]]
            assert proven == pytest.approx(points[: result.proven])
    assert Status.BEST_FOUND in seen


def test_the_budget_is_kept() -> None:
    held = generated(12, sections=68)
    preferences = {"subjects": list(held.by_code), "prefer_continuous": True, "prefer_free_days": True}
    result = search(make_problem(held, preferences), budget=0.05)
    assert result.seconds < 2  # generous: the machine may be busy


def test_problem_and_result_travel_to_another_process() -> None:
    problem = make_problem(
        load_catalogue(SAMPLE), {"subjects": ["MI1111", "PH1110"], "time_period": "morning"}
    )
    result = search(pickle.loads(pickle.dumps(problem)))
    assert replace(pickle.loads(pickle.dumps(result)), seconds=0) == replace(result, seconds=0)


def test_the_same_problem_gives_the_same_timetables() -> None:
    import random

    held = generated(30)
    problem = make_problem(held, student(random.Random(3), held, 6))
    assert ids(search(problem, budget=30)) == ids(search(problem, budget=30))


@pytest.mark.parametrize("text", ["1", "2-9,11-18", "1,3,5", "1-60", "7,9-10"])
def test_weeks_read_back(text: str) -> None:
    assert format_weeks(parse_weeks(text)) == text
    assert format_weeks(parse_weeks(text.replace(",", ", ").replace("-", " - "))) == text
    assert parse_weeks("1-3") == 0b1110
    assert list_weeks(parse_weeks("2,4")) == [2, 4]


@pytest.mark.parametrize("text", ["", "0", "61", "9-2", "a", "1;2", "1-2-3", "1,,2"])
def test_weeks_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"week|list"):
        parse_weeks(text)
