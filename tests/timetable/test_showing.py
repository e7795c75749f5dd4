"""Texts, pictures and calendar files."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from PIL import Image

from registration.errors import CatalogueError
from registration.timetable import (
    Result,
    Term,
    Timetable,
    Wish,
    describe,
    draw_week,
    explain,
    list_wishes,
    load_catalogue,
    make_problem,
    proof,
    search,
    to_icalendar,
    what_if,
    wish_text,
    without,
)
from registration.timetable.fonts import font
from registration.timetable.layout import lay_out
from registration.timetable.weeks import list_weeks, parse_weeks
from tests.timetable.building import catalogue, section, subject
from tests.timetable.test_loading import SAMPLE

PREFERENCES: dict[str, Any] = {
    "subjects": ["MI1111", "PH1110", "IT3090", "SSH1111", "IT4995"],
    "time_period": "morning",
    "avoid_days": ["Saturday", "Friday"],
    "avoid_early_start": True,
    "prefer_continuous": True,
    "prefer_free_days": True,
    "preferred_teachers": ["Hùng"],
}


@pytest.fixture(scope="module")
def result() -> Result:
    return search(make_problem(load_catalogue(SAMPLE), PREFERENCES), budget=30)


def one_timetable(*meetings: str, term_weeks: str = "1-8") -> Timetable:
    held = catalogue(subject("A", section("1", *meetings, teacher="Lê Minh")))
    return search(make_problem(held, {"subjects": ["A"]})).timetables[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_text_names_every_class_and_every_wish(result: Result, language: str) -> None:
    for timetable in result.timetables:
        text = describe(timetable, PREFERENCES, language)
        assert all(class_id in text for class_id in timetable.class_ids)
        assert explain(timetable, PREFERENCES, language) in text
        lines = explain(timetable, PREFERENCES, language)
        assert lines.count(";") + lines.count("\n") + 1 == len(timetable.parts)
    assert proof(result, language)


def test_a_vietnamese_text() -> None:
    timetable = one_timetable(
        "Tue 07:30-09:10 1-8 D3-201", "Thu 12:30-14:00 1,3,5,7 B1-101", "Fri 12:30-14:00"
    )
    assert describe(timetable, {}, "vi").splitlines() == [
        "Thứ 3 07:30-09:10: A, lớp 1, D3-201",
        "Thứ 5 12:30-14:00: A, lớp 1, B1-101, tuần lẻ",
        "Thứ 6 12:30-14:00: A, lớp 1",
        "✓ Không trùng giờ.",
    ]


def test_the_reasons_tell_what_is_kept_and_what_is_not() -> None:
    held = catalogue(subject("A", section("1", "Sat 06:45-09:10", "Mon 09:20-11:45")))
    preferences = {"subjects": ["A"], "avoid_days": ["Saturday"], "time_period": "morning"}
    (timetable,) = search(make_problem(held, preferences)).timetables
    assert explain(timetable, preferences, "en").splitlines() == [
        "✓ As you wished: all classes are in the morning.",
        "✗ Not as you wished: 1 of 2 classes a week are on Saturday (-10).",
    ]


def test_every_wish_has_words_and_can_be_given_up() -> None:
    preferences = {
        **PREFERENCES,
        "specific_times": {"start": "07:00", "end": None},
        "specific_class_ids": ["156068"],
        "avoid_time_periods": ["evening"],
        "prefer_days": ["Monday"],
        "avoid_late_end": True,
    }
    wishes = list_wishes(preferences)
    assert len(wishes) == 12
    for wish in wishes:
        assert wish_text(wish, preferences, "vi") != wish_text(wish, preferences, "en")
        assert wish not in list_wishes(without(preferences, wish))
        assert len(list_wishes(without(preferences, wish))) == len(wishes) - 1


def test_what_if_compares_by_the_wishes_that_stay() -> None:
    held = catalogue(subject("A", section("1", "Sat 09:20-11:45"), section("2", "Mon 12:30-14:00")))
    preferences = {"subjects": ["A"], "avoid_days": ["Saturday"], "prefer_days": ["Saturday"]}
    before = search(make_problem(held, preferences))
    wish = Wish("avoid_days", "Saturday")
    problem = make_problem(held, without(preferences, wish))
    text = what_if(wish, preferences, problem, before, search(problem), "en")
    assert text.startswith(
        "Without “avoid Saturday” your other wishes are kept better: 0 points lost instead of 6"
    )
    other = Wish("prefer_days", "Saturday")
    problem = make_problem(held, without(preferences, other))
    assert "no timetable keeps your other wishes better" in what_if(
        other, preferences, problem, before, search(problem), "en"
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_is_a_png_for_a_phone(result: Result, language: str) -> None:
    data = draw_week(result.timetables[0], language)
    image = Image.open(BytesIO(data))
    assert image.format == "PNG"
    assert image.width == 1080
    assert 1000 < image.height < 4000
    assert len(data) < 500_000
    assert draw_week(result.timetables[0], language) == data


def test_the_font_has_every_vietnamese_letter() -> None:
    missing = bytes(font(40).getmask("\uffff"))
    letters = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
    assert [letter for letter in letters if bytes(font(40).getmask(letter)) == missing] == []


def test_meetings_of_different_weeks_lie_side_by_side() -> None:
    timetable = one_timetable("Mon 07:30-09:10 1,3", "Mon 08:25-10:05 2,4", "Mon 10:15-11:45")
    first, second, third = (block.box for block in lay_out(timetable).blocks)
    assert first[2] <= second[0]
    assert third[2] - third[0] > 1.9 * (first[2] - first[0])


@pytest.mark.parametrize("weeks", ["1-8", "2-9,11-18", "1,3,5,7", "2,4,6,8,12", "5", "1,2,4"])
def test_the_calendar_has_each_meeting_in_its_weeks(weeks: str) -> None:
    term = load_catalogue(SAMPLE).term
    monday = term.first_monday
    assert monday is not None
    timetable = one_timetable(f"Wed 06:45-09:10 {weeks} D3-201")
    (event,) = Calendar.from_ical(to_icalendar(timetable, term)).walk("VEVENT")
    expected = {monday + timedelta(weeks=week - 1, days=2) for week in list_weeks(parse_weeks(weeks))}
    assert dates_of(event) == expected
    assert event["location"] == "D3-201"
    assert (event.decoded("dtstart").hour, event.decoded("dtstart").minute) == (6, 45)
    assert str(event.decoded("dtstart").utcoffset()) == "7:00:00"


def dates_of(event: Any) -> set[Any]:
    start = event.decoded("dtstart").date()
    rule = event.get("rrule")
    if rule is None:
        return {start}
    step = timedelta(weeks=rule["interval"][0])
    dates = {start + step * index for index in range(rule["count"][0])}
    left_out = event.get("exdate", [])
    left_out = left_out if isinstance(left_out, list) else [left_out]
    return dates - {one.dt.date() for group in left_out for one in group.dts}


def test_a_calendar_needs_to_know_when_the_term_begins() -> None:
    with pytest.raises(CatalogueError, match="first_monday"):
        to_icalendar(one_timetable("Mon 08:00-09:00"), Term(2))
