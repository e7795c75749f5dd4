"""What may be stored, and what one change does to the rest."""

from typing import Any

import pytest

from registration.dialogue.changes import Change, Operation
from registration.preferences.rules import apply, is_valid, skip

SET, ADD, REMOVE = Operation.SET, Operation.ADD, Operation.REMOVE


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({}, Change(ADD, "avoid_days", ["Sunday", "Friday"]), {"avoid_days": ["Friday", "Sunday"]}),
        (
            {"prefer_days": ["Monday"]},
            Change(ADD, "avoid_days", ["Monday"]),
            {"prefer_days": [], "avoid_days": ["Monday"]},
        ),
        (
            {"avoid_days": ["Monday"]},
            Change(SET, "prefer_days", ["Monday"]),
            {"prefer_days": ["Monday"], "avoid_days": []},
        ),
        ({"prefer_days": ["Monday"]}, Change(REMOVE, "prefer_days", ["Monday"]), {"prefer_days": []}),
        ({}, Change(REMOVE, "preferred_teachers", ["Nam"]), {}),
        (
            {"preferred_teachers": ["Lê Nam"]},
            Change(REMOVE, "preferred_teachers", ["nam"]),
            {"preferred_teachers": []},
        ),
        (
            {},
            Change(ADD, "avoid_time_periods", ["morning"]),
            {"time_period": "any", "avoid_time_periods": ["morning"]},
        ),
        (
            {"time_period": "morning"},
            Change(ADD, "avoid_time_periods", ["evening"]),
            {"time_period": "morning", "avoid_time_periods": ["evening"]},
        ),
        (
            {"time_period": "any", "avoid_time_periods": ["morning"]},
            Change(SET, "time_period", "morning"),
            {"time_period": "morning", "avoid_time_periods": []},
        ),
        ({"avoid_early_start": True}, Change(SET, "time_period", "evening"), {"time_period": "evening"}),
        ({"avoid_late_end": "any"}, Change(SET, "time_period", "morning"), {"time_period": "morning"}),
        ({"time_period": "evening"}, Change(SET, "avoid_early_start", True), {"time_period": "evening"}),
        (
            {"specific_times": {"start": "08:00", "end": None}},
            Change(ADD, "specific_times", {"start": None, "end": "12:00"}),
            {"specific_times": {"start": "08:00", "end": "12:00"}},
        ),
        (
            {"specific_times": {"start": "13:00", "end": None}},
            Change(ADD, "specific_times", {"start": None, "end": "12:00"}),
            {"specific_times": {"start": None, "end": "12:00"}},
        ),
    ],
)
def test_a_change_and_what_it_does_to_the_rest(
    before: dict[str, Any], change: Change, after: dict[str, Any]
) -> None:
    assert apply(before, [change]) == after


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("time_period", "night"), ("time_period", None), ("time_period", []), ("avoid_early_start", 1),
        ("avoid_early_start", "true"), ("prefer_days", "Monday"), ("prefer_days", ["monday"]),
        ("prefer_days", [["Monday"]]), ("avoid_time_periods", ["any"]),
        ("specific_times", {"start": "8:00", "end": None}),
        ("specific_times", {"start": None, "end": None}),
        ("specific_times", {"start": "12:00", "end": "08:00"}),
        ("specific_times", {"start": "24:00", "end": None}), ("specific_times", {"start": "08:00"}),
        ("specific_class_ids", ["a b"]), ("preferred_teachers", [""]), ("preferred_teachers", ["a\nb"]),
        ("subjects", ["it3080"]), ("unknown", True), ("step", "complete"), ("confirm", True),
    ],
)  # fmt: skip
def test_a_value_outside_the_table_is_never_stored(key: str, value: Any) -> None:
    assert not is_valid(key, value)
    before = {"time_period": "morning"}
    for operation in Operation:
        assert all(is_valid(k, v) for k, v in apply(before, [Change(operation, key, value)]).items())
    assert apply(before, [Change(SET, key, value)]) == before


def test_applying_changes_nothing_in_what_it_was_given() -> None:
    before = {"prefer_days": ["Monday"]}
    apply(before, [Change(ADD, "prefer_days", ["Friday"])])
    assert before == {"prefer_days": ["Monday"]}


def test_a_skip_stores_any_or_empty_lists() -> None:
    assert apply({}, skip("time_period")) == {"time_period": "any"}
    assert apply({}, skip("prefer_continuous")) == {"prefer_continuous": "any"}
    assert apply({}, skip("days")) == {"prefer_days": [], "avoid_days": []}
    assert apply({}, skip("specific")) == {"preferred_teachers": [], "specific_class_ids": []}
    assert apply({}, skip("subjects")) == {"subjects": []}
    assert skip("confirm") == skip(None) == ()
