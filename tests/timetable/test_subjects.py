"""Subjects as students name them, with the sample catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.timetable import SubjectIndex, SubjectMatches, find_subjects, load_catalogue
from tests.timetable.test_loading import SAMPLE

CATALOGUE = load_catalogue(SAMPLE)
INDEX = SubjectIndex(CATALOGUE)
CALCULUS_1 = ["MI1111", "MI1114"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("MI1111", ["MI1111"]),
        ("mi 1111", ["MI1111"]),
        ("MI1111 MI1124 it3090", ["MI1111", "MI1124", "IT3090"]),
        ("Cơ sở dữ liệu", ["IT3090"]),
        ("co so du lieu", ["IT3090"]),
        ("Co\u031b so\u031b\u0309 du\u031b\u0303 lie\u0323\u0302u", ["IT3090"]),
        ("giải tích 2", ["MI1124"]),
        ("Giai tich II", ["MI1124"]),
        ("em muốn học csdl và mmt", ["IT3090", "IT3080"]),
        ("gt2", ["MI1124"]),
        ("xac xuat thong ke", ["MI2020"]),
        ("kĩ năng mền", ["ED3220"]),
        ("co so du lieeu va mang may tinhs nhé", ["IT3090", "IT3080"]),
        ("nhập môn học máy và khai phá dữ liệu", ["IT3190"]),
        ("Database, calculus 2 and physics 1", ["IT3090", "MI1124", "PH1110"]),
        ("I want to take machine learning", ["IT3190"]),
        ("cho em đăng ký Triết học Mác-Lênin với Kỹ năng mềm ạ", ["SSH1111", "ED3220"]),
        ("IT3090, IT3090", ["IT3090"]),
    ],
)
def test_found(text: str, codes: list[str]) -> None:
    matches = find_subjects(text, CATALOGUE)
    assert [subject.code for subject in matches.found] == codes
    assert matches.ambiguous == matches.unknown == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("giải tích 1", CALCULUS_1),
        ("gt1", CALCULUS_1),
        ("giải tích", [*CALCULUS_1, "MI1124"]),
        ("lập trình hướng đối tượng", ["IT3100", "IT3103"]),
    ],
)
def test_ambiguous(text: str, codes: list[str]) -> None:
    (one,) = find_subjects(text, CATALOGUE).ambiguous
    assert [subject.code for subject in one.candidates] == codes
    assert one.text == text


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("IT3091", "IT3090"), ("giải tích 3", "MI1124"), ("vật lý 2", "PH1110"), ("asdf qwer", None)],
)
def test_unknown_with_the_nearest(text: str, nearest: str | None) -> None:
    matches = find_subjects(text, CATALOGUE)
    assert matches.found == ()
    (one,) = matches.unknown
    assert one.text == text
    codes = [subject.code for subject in one.nearest]
    assert nearest in codes if nearest else codes == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("bỏ môn Mạng máy tính đi, thêm csdl", ["Mạng máy tính", "csdl"]),
        ("databases but not computer netwroks", ["databases", "computer netwroks"]),
        ("đổi mạng máy tinhs sang xac xuat thong ke", ["mạng máy tinhs", "xac xuat thong ke"]),
        ("em học it 3080 & giải tích", ["it 3080", "giải tích"]),
    ],
)
def test_each_name_tells_where_it_stands(text: str, written: list[str]) -> None:
    matches = find_subjects(text, CATALOGUE)
    assert [text[one.start : one.end] for one in matches.named] == written
    assert matches.unknown == ()


@pytest.mark.parametrize("text", ["không đúng", "bỏ đi", "đổi giúp em", "remove", "do not want"])
def test_what_is_said_of_subjects_names_none(text: str) -> None:
    assert find_subjects(text, CATALOGUE) == SubjectMatches()


def test_a_code_is_in_the_index_as_the_catalogue_writes_it() -> None:
    assert "IT3080" in INDEX
    assert "IT3081" not in INDEX


def test_all_three_in_one_message() -> None:
    matches = find_subjects("csdl, giải tích 1, hóa học hữu cơ", CATALOGUE)
    assert [len(part) for part in (matches.found, matches.ambiguous, matches.unknown)] == [1, 1, 1]


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    matches = INDEX.find(text)
    assert len({subject.code for subject in matches.found}) == len(matches.found)
    ends = [0, *(end for one in matches.named for end in (one.start, one.end))]
    assert ends == sorted(ends)


@given(st.sampled_from(sorted(CATALOGUE.by_code)), st.data())
def test_a_name_with_one_letter_left_out_is_never_taken_for_another_alone(
    code: str, data: st.DataObject
) -> None:
    name = CATALOGUE.by_code[code].name
    place = data.draw(st.integers(0, len(name) - 1))
    matches = INDEX.find(name[:place] + name[place + 1 :])
    assert {subject.name for subject in matches.found} <= {name, "Giải tích I"}
