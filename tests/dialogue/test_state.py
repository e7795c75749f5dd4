"""The state as JSON, and which of two copies wins."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.dialogue.state import NOTHING, State, newest, parse_time, write_time

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
values = st.one_of(st.booleans(), st.text(), st.lists(st.text()), st.just({"start": "08:00", "end": None}))
states = st.builds(
    State,
    st.dictionaries(st.sampled_from(["colour", "tools", "gloss"]), values),
    st.sampled_from(["in_progress", "complete", "chosen"]),
    st.datetimes(timezones=st.just(timezone.utc)),
)


@given(states)
def test_json_gives_the_state_back(state: State) -> None:
    assert State.from_json(state.to_json()) == state


@pytest.mark.parametrize("text", [None, "", "[]", "{", "null", '{"colour": "red"}', '{"last_updated": 5}'])
def test_what_holds_no_state_is_nothing(text: str | None) -> None:
    assert State.from_json(text) == NOTHING


def test_an_empty_list_stays_an_empty_list() -> None:
    state = State({"tools": []}, last_updated=NOON)
    assert '"tools":[]' in state.to_json()
    assert State.from_json(state.to_json()).preferences == {"tools": []}


def test_last_updated_is_utc_with_microseconds() -> None:
    assert State({}, last_updated=NOON).to_dict()["last_updated"] == "2026-01-01T12:00:00.000000+00:00"


@pytest.mark.parametrize("zone", [timezone.utc, timezone(timedelta(hours=7))])
@pytest.mark.parametrize("microsecond", [0, 1, 10, 120_000, 999_999])
def test_a_written_time_is_what_isoformat_writes(microsecond: int, zone: timezone) -> None:
    moment = datetime(2026, 1, 1, 5, 30, 0, microsecond, zone)
    assert write_time(moment) == moment.astimezone(timezone.utc).isoformat(timespec="microseconds")
    assert parse_time(write_time(moment)) == moment


def test_the_later_copy_wins_and_a_cleared_one_is_a_copy_too() -> None:
    old = State({"colour": "red"}, last_updated=NOON)
    new = State({"colour": "blue"}, last_updated=NOON + SECOND)
    cleared = old.cleared(NOON + 2 * SECOND)
    assert newest(old, new) is new
    assert newest(NOTHING, old) is old
    assert newest(cleared, new, old) is cleared


def test_a_change_is_later_than_what_it_changes_even_if_the_clock_steps_back() -> None:
    state = State({"colour": "red"}, last_updated=NOON)
    changed = state.changed({"colour": "blue"}, "in_progress", NOON - SECOND)
    assert changed.last_updated > NOON


def test_no_difference_is_no_change() -> None:
    state = State({"colour": "red"}, last_updated=NOON)
    assert state.changed({"colour": "red"}, "in_progress", NOON + SECOND) is state
