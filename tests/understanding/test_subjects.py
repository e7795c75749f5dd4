"""Subjects wanted, refused and put in the place of others, by code and by name, with the sample catalogue."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from registration.dialogue.changes import Change, Command, Operation, Understanding
from registration.planning import CurrentCatalogue
from registration.preferences.rules import apply
from registration.preferences.subjects import understander

understand = understander(CurrentCatalogue(Path("registration/timetable/sample/sample.json")).subjects)

ASKED = ("subjects", "time_period", "confirm")
CHOSEN = {"subjects": ["IT3090", "IT3080"]}
NETWORKS = (
    "IT3080", "it 3080", "mạng máy tính", "mang may tinh", "Computer Networks", "mmt", "computer netwroks",
    "mạng máy tinhs",
)  # fmt: skip
STATISTICS = ("MI2020", "xác suất thống kê", "xac xuat thong ke", "probability and statistics", "xstk")


def said(text: str, question: str | None, known: dict[str, Any]) -> Understanding:
    return understand(text, question=question, preferences=known)


def after(text: str, question: str | None, known: dict[str, Any]) -> dict[str, Any]:
    """The preferences after a message that was understood, and understood whole."""
    result = said(text, question, known)
    assert result.changes, text
    assert result.rejected == result.suggestions == (), text
    return apply(known, result.changes)


def outcomes(texts: Iterable[str]) -> dict[str, list[str]]:
    """The subjects after each message at each question."""
    return {
        f"{text} [{question}]": after(text, question, CHOSEN)["subjects"]
        for text in texts
        for question in ASKED
    }


@pytest.mark.parametrize(
    "text",
    [
        "I do not want {}", "I don't want to take {} anymore", "remove {}", "drop {}", "delete {}", "not {}",
        "without {}", "can you remove {} please", "let's drop {}", "no, remove {}", "I will not take {}",
        "không học {}", "không học {} nữa", "khong hoc {} nua", "bỏ môn {}", "bỏ {} đi", "xóa {}",
        "hủy môn {}",
        "em không muốn học {}", "thôi bỏ {} đi", "{} em không học", "ok nhưng bỏ {}", "trừ {}",
    ],
)  # fmt: skip
def test_a_refused_subject_is_taken_away(text: str) -> None:
    found = outcomes(text.format(name) for name in NETWORKS)
    assert [text for text, subjects in found.items() if subjects != ["IT3090"]] == []


@pytest.mark.parametrize(
    "text",
    [
        "replace {} with {}", "change {} to {}", "swap {} for {}", "switch from {} to {}",
        "drop {} and add {}", "remove {}, add {}",
        "{1} instead of {0}", "instead of {} take {}", "not {} but {}", "I want {1}, not {0}",
        "thay {} bằng {}", "đổi {} sang {}", "doi {} sang {}", "đổi môn {} sang môn {}", "chuyển {} qua {}",
        "đổi {} lấy {}", "{} đổi thành {}", "thay vì {} thì {}", "bỏ {}, thêm {}", "không học {} mà học {}",
        "không phải {} mà là {}",
    ],
)  # fmt: skip
def test_one_subject_takes_the_place_of_another(text: str) -> None:
    found = outcomes(text.format(old, new) for old in NETWORKS for new in STATISTICS if new != old)
    assert [text for text, subjects in found.items() if subjects != ["IT3090", "MI2020"]] == []


@pytest.mark.parametrize(
    "text", ["only {}", "keep only {}", "chỉ học {} thôi", "{} thôi", "chỉ {}", "em chỉ lấy {}", "{} only"]
)
def test_only_one_subject_is_that_and_no_other(text: str) -> None:
    found = outcomes(text.format(name) for name in STATISTICS)
    assert [text for text, subjects in found.items() if subjects != ["MI2020"]] == []


@pytest.mark.parametrize(
    "text", ["{}", "add {}", "thêm môn {} nữa", "register me for {}", "à quên, {}", "sorry, {} too", "còn {}"]
)
def test_one_more_subject_is_added(text: str) -> None:
    found = outcomes(text.format(name) for name in STATISTICS)
    assert [text for text, subjects in found.items() if subjects != ["IT3090", "IT3080", "MI2020"]] == []


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("text", ["databases but not computer networks", "csdl chứ không phải mạng máy tính"])
def test_what_is_refused_beside_what_is_wanted_is_never_added(text: str, question: str) -> None:
    assert after(text, question, {}) == {"subjects": ["IT3090"]}
    assert after(text, question, {"subjects": ["IT3090"]}) == {"subjects": ["IT3090"]}


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("remove both databases and computer networks", ["MI1111"]),
        ("không học mạng máy tính, học xstk", ["IT3090", "MI1111", "MI2020"]),
        ("IT3090, à nhầm, MI2020", ["IT3080", "MI1111", "MI2020"]),
        ("IT3090, à quên, MI2020 nữa", ["IT3090", "IT3080", "MI1111", "MI2020"]),
        ("bỏ csdl, à nhầm, bỏ mạng máy tính", ["IT3090", "MI1111"]),
        ("keep databases, drop computer networks", ["IT3090", "MI1111"]),
        ("thay IT9999 bằng MI2020", ["IT3090", "IT3080", "MI1111", "MI2020"]),
        ("bỏ giải tích 1", ["IT3090", "IT3080"]),  # two subjects have that name; only one of them is chosen
        ("drop calculus", ["IT3090", "IT3080"]),
    ],
)
def test_several_subjects_in_one_message(text: str, subjects: list[str]) -> None:
    known = {"subjects": ["IT3090", "IT3080", "MI1111"]}
    assert after(text, "confirm", known) == {"subjects": subjects}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("không học mạng máy tính buổi sáng", "avoid_time_periods"),
        ("tránh học mạng máy tính thứ 2", "avoid_days"),
        ("chuyển mạng máy tính sang buổi chiều", "time_period"),
        ("mạng máy tính em không học sáng", "avoid_time_periods"),
        ("thứ 7 em không học mạng máy tính", "prefer_days"),
        ("không học mạng máy tính với thầy Nam", "preferred_teachers"),
    ],
)
def test_a_subject_stays_where_only_its_time_or_teacher_is_refused(text: str, key: str) -> None:
    result = said(text, "confirm", CHOSEN)
    assert key in {change.key for change in result.changes}
    assert apply(CHOSEN, result.changes)["subjects"] == CHOSEN["subjects"]


def test_a_teacher_is_no_subject_that_has_the_name_in_its_own() -> None:
    result = said("cô Hạnh, cô Mai Anh", "subjects", {})
    assert result.changes == (Change(Operation.ADD, "preferred_teachers", ["Hạnh", "Mai Anh"]),)
    assert result.suggestions == ()


def test_a_class_tells_its_subject_and_a_subject_is_no_class() -> None:
    assert apply({}, said("em học lớp IT3080-01", "specific", {}).changes) == {
        "specific_class_ids": ["IT3080-01"],
        "subjects": ["IT3080"],
    }
    assert after("em đăng ký lớp IT3080", "specific", {}) == {"subjects": ["IT3080"]}


def test_the_name_of_a_subject_is_no_command() -> None:
    assert said("giải thích", "subjects", {}).command is Command.HELP
    assert [one.title for one in said("giải tích", "subjects", {}).suggestions] == [
        "MI1111 Giải tích I",
        "MI1114 Giải tích I",
        "MI1124 Giải tích II",
    ]


def test_a_subject_asked_about_is_taken_only_where_subjects_are_asked_for() -> None:
    assert after("có môn cơ sở dữ liệu không ạ", "subjects", {}) == {"subjects": ["IT3090"]}
    assert said("mạng máy tính có khó không?", "time_period", {}).changes == ()


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("add calculus 1", [["IT3090", "IT3080", "MI1111"], ["IT3090", "IT3080", "MI1114"]]),
        ("thêm giải tích 1", [["IT3090", "IT3080", "MI1111"], ["IT3090", "IT3080", "MI1114"]]),
        ("gt1", [["IT3090", "IT3080", "MI1111"], ["IT3090", "IT3080", "MI1114"]]),
        ("only calculus 1", [["MI1111"], ["MI1114"]]),
        ("replace IT3080 with calculus 1", [["IT3090", "MI1111"], ["IT3090", "MI1114"]]),
        ("đổi mmt sang giải tích 1", [["IT3090", "MI1111"], ["IT3090", "MI1114"]]),
    ],
)
def test_a_name_of_two_subjects_suggests_what_each_would_have_done(
    text: str, values: list[list[str]], question: str
) -> None:
    suggestions = said(text, question, CHOSEN).suggestions
    assert [suggestion.values for suggestion in suggestions] == [{"subjects": value} for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "đúng rồi",
        "mai em bận",
        "thầy Minh dạy",
        "co Huong",
        "muộn mấy cũng được",
        "em đói quá",
        "hello",
        "lol",
    ],
)
@pytest.mark.parametrize("question", [None, "time_period", "days", "specific", "confirm"])
def test_chatter_suggests_no_subject(text: str, question: str | None) -> None:
    assert said(text, question, {}).suggestions == ()


def test_a_suggestion_has_the_name_in_the_language_of_the_message() -> None:
    def titles(text: str) -> set[str]:
        return {suggestion.title for suggestion in said(text, "subjects", {}).suggestions}

    assert titles("add calculus 1") == titles("calculus 1") == {"MI1111 Calculus I", "MI1114 Calculus I"}
    assert titles("thêm giải tích 1") == titles("giai tich 1") == {"MI1111 Giải tích I", "MI1114 Giải tích I"}
