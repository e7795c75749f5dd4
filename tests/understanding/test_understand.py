"""Cases that the corpus does not hold: the shape of what is returned."""

from importlib import resources
from pathlib import Path

import pytest

from registration.dialogue.changes import Change, Operation
from registration.preferences.folding import fold
from registration.preferences.understanding import Name, understand
from registration.timetable import load_catalogue

from .messages import QUESTIONS


def test_an_answer_to_the_days_question_replaces_and_a_volunteered_one_adds() -> None:
    asked = understand("thứ 3", question="days", preferences={})
    volunteered = understand("thứ 3", question="confirm", preferences={})
    assert asked.changes == (Change(Operation.SET, "prefer_days", ["Tuesday"]),)
    assert volunteered.changes == (Change(Operation.ADD, "prefer_days", ["Tuesday"]),)


def test_subjects_are_found_by_their_names_where_a_catalogue_is_given() -> None:
    result = understand(
        "em học giải tích", question="subjects", preferences={}, names=(Name(7, 16, ("MI1111",)),)
    )
    assert result.changes == (Change(Operation.ADD, "subjects", ["MI1111"]),)


def test_the_language_is_told_where_it_shows() -> None:
    def language(text: str) -> str | None:
        return understand(text, question="days", preferences={}).language

    assert language("em muốn học sáng") == "vi"
    assert language("em muon hoc thu 2") == "vi"
    assert language("I prefer mornings") == "en"
    assert language("2") is None
    assert language("Mr. Nam") is None  # a name is of no language
    assert language("I like Prof. Nguyễn Văn Nam") == "en"


@pytest.mark.parametrize(
    ("text", "language", "is_faint"),
    [
        ("gibberish zzz", "vi", True),  # "z" is "vậy"
        ("gibberish zzz zzz", "vi", True),
        ("foo bar", "en", True),
        ("banana is yellow", "en", True),
        ("hello Nguyễn", "en", True),  # a name's accents are of no language
        ("this is rubbish", "en", False),
        ("what is the weather", "en", False),
        ("thoi tiet hom nay", "vi", False),
        ("thời tiết", "vi", False),
    ],
)
def test_one_word_without_accents_shows_a_language_faintly(text: str, language: str, is_faint: bool) -> None:
    said = understand(text, question="time_period", preferences={})
    assert (said.language, said.language_is_faint) == (language, is_faint)


@pytest.mark.parametrize("question", ["time_period", "days", None])
@pytest.mark.parametrize(
    "text",
    [
        "toi khong biet", "toi chua biet", "toi khong hieu", "toi di hoc", "toi ko bik",
        "toi cung khong biet", "toi khong chac", "toi chua ro", "toi khong biet chon gi", "Toi di hoc!",
        "toi chua quyet dinh",
    ],
)  # fmt: skip
def test_what_only_somebody_does_says_nothing_of_an_evening(text: str, question: str | None) -> None:
    assert understand(text, question=question, preferences={}).changes == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("toi", "time_period"),
        ("hoc toi", "time_period"),
        ("buoi toi", "time_period"),
        ("toi nhe", "time_period"),
        ("toi di", "time_period"),  # "tối đi"
        ("toi di hoc duoc", "time_period"),
        ("toi khong hoc duoc", "avoid_time_periods"),
        ("toi di lam", "avoid_time_periods"),
        ("toi chua chac ranh", "avoid_time_periods"),
    ],
)
def test_what_may_be_an_evening_still_is(text: str, key: str) -> None:
    (change,) = understand(text, question="time_period", preferences={}).changes
    assert (change.key, change.value) in ((key, "evening"), (key, ["evening"]))


def test_what_does_not_exist_is_rejected_as_written() -> None:
    assert understand("thứ 9", question="days", preferences={}).rejected == ("thứ 9",)
    assert understand("7", question="time_period", preferences={}).rejected == ("7",)
    assert understand("sau 25h", question="specific", preferences={}).rejected == ("sau 25h",)


def test_a_preference_taken_back_by_its_name_is_an_empty_list() -> None:
    result = understand("bỏ giáo viên đi", question="confirm", preferences={"preferred_teachers": ["Nam"]})
    assert result.changes == (Change(Operation.SET, "preferred_teachers", []),)


@pytest.mark.parametrize("name", ["vi", "en", "commands"])
def test_a_phrase_marks_only_whole_places_as_optional(name: str) -> None:
    """`a|b?` may be missing as a whole; `a?|b` would be a word with a question mark, which nobody types."""
    folder = resources.files("registration.preferences.understanding") / "words"
    written = (folder / f"{name}.yml").read_text(encoding="utf-8")
    assert [line for line in written.splitlines() if "?|" in line and not line.startswith("#")] == []


def test_the_name_of_a_subject_says_nothing_else() -> None:
    catalogue = load_catalogue(Path("registration/timetable/sample/sample.json"))
    names = {name for one in catalogue.subjects() for name in (one.name, one.name_en or one.name)}
    misread = [
        (name, question)
        for name in sorted({*names, *map(fold, names)})
        for question in QUESTIONS
        if understand(name, question=question, preferences={})
    ]
    assert misread == []
