"""Catalogue files: what is read, and that every fault is told with its place."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from registration.errors import CatalogueError
from registration.timetable import BadCatalogue, load_catalogue, read_catalogue
from registration.timetable import loading as loading_module
from registration.timetable.weeks import parse_weeks

SAMPLE = Path(__file__).parents[2] / "registration/timetable/sample/sample.json"
HEAD = "Mã_lớp,Mã_lớp_kèm,Mã_HP,Tên_HP,Khối_lượng,Thứ,Thời_gian,BĐ,KT,Kíp,Tuần,Phòng,Loại_lớp,SL_Max"
GOOD_ROW = '155001,155001,IT3090,Cơ sở dữ liệu,3(2-1-0-6),2,0645-0910,1,3,Sáng,"2-9,11-18",D3-201,LT+BT,60'


def document(**section: Any) -> dict[str, Any]:
    meeting = {"day": "Monday", "start": "06:45", "end": "09:10", "room": "D3-201"}
    first = {"class_id": "1", "teacher": "Lê Minh", "meetings": [meeting], **section}
    subject = {"code": "it 3090", "name": "Cơ sở dữ liệu", "credits": 3, "sections": [first]}
    return {"schema": 1, "term": {"weeks": "1-8", "first_monday": "2027-02-22"}, "subjects": [subject]}


def write(folder: Path, content: Any, name: str = "c.json") -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(BadCatalogue) as caught:
        load_catalogue(path)
    assert str(caught.value).startswith(path.name)
    return [str(fault) for fault in caught.value.faults]


def test_the_sample_offers_real_choices() -> None:
    catalogue = load_catalogue(SAMPLE)
    sections = [section for subject in catalogue.subjects() for section in subject.sections]
    assert len(list(catalogue.subjects())) == 21
    assert len(sections) >= 80
    assert any(section.linked for section in sections)
    assert catalogue.term.first_monday is not None
    assert sum(len(subject.sections) > 1 for subject in catalogue.subjects()) >= 18


def test_own_json(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path, document()))
    subject = catalogue.subject("IT3090")
    assert subject is not None
    (meeting,) = subject.sections[0].meetings
    assert (meeting.day, meeting.start, meeting.end, meeting.room) == (0, 405, 550, "D3-201")
    assert meeting.weeks == catalogue.term.weeks == parse_weeks("1-8")


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"class_id": ""}, "subjects[0].sections[0], column class_id: is missing"),
        (
            {"linked_class_id": "9"},
            "subjects[0].sections[0], column linked_class_id: no class 9 in this file",
        ),
        ({"seats": "many"}, "column seats: 'many' is not a whole number"),
        ({"meetings": {}}, "column meetings: must be a list"),
        ({"meetings": ["x"]}, "subjects[0].sections[0].meetings[0]: must be an object"),
        (
            {"meetings": [{"day": "Monday", "start": "09:00", "end": "08:00"}]},
            "subjects[0].sections[0].meetings[0], column end: is not after start",
        ),
        (
            {"meetings": [{"day": "Mondy", "start": "8:00", "end": "9:00"}]},
            "column day: 'Mondy' is not a day",
        ),
        (
            {"meetings": [{"day": "2", "start": "25:00", "end": "9:00"}]},
            "column start: '25:00' is not a time",
        ),
        (
            {"meetings": [{"day": "2", "start": "8:00", "end": "9:00", "weeks": "9-2"}]},
            "from lower to higher",
        ),
        ({"teacher": "=A1"}, "column teacher: holds a formula"),
        ({"teacher": "x" * 400}, "is longer than 300 characters"),
        ({"teacher": ["x"]}, "column teacher: must be text or a number"),
    ],
)
def test_a_fault_names_its_place(tmp_path: Path, section: dict[str, Any], expected: str) -> None:
    assert any(expected in fault for fault in faults(write(tmp_path, document(**section))))


def test_all_faults_are_told_and_the_good_rest_is_read(tmp_path: Path) -> None:
    broken = document()
    sections = broken["subjects"][0]["sections"]
    sections += [{"class_id": "1"}, {"class_id": "2", "seats": "x"}, {"teacher": "nobody"}, {"class_id": "3"}]
    path = write(tmp_path, broken)
    assert len(faults(path)) == 3
    subject = read_catalogue(path).catalogue.subject("IT3090")
    assert subject is not None
    assert [section.class_id for section in subject.sections] == ["1", "3"]


def test_a_link_must_lead_to_a_class_of_the_same_subject(tmp_path: Path) -> None:
    content = document()
    other = {"code": "B", "name": "B", "sections": [{"class_id": "7", "linked_class_id": "1"}]}
    content["subjects"].append(other)
    assert "class 1 belongs to IT3090" in faults(write(tmp_path, content))[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe{\x00", "is not UTF-8 (byte 0xFF)"),
        (b'{"schema": 1}\n' + "Giải".encode("utf-16-le"), "line 2: is not UTF-8"),
        ("Cơ sở".encode("cp1258", "replace") + b"\xe9", "is not UTF-8"),
        ("{", "line 1: is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("[]", "must hold a JSON object"),
        ('{"schema": 2, "subjects": []}', "column schema: must be 1"),
        ('{"schema": 1, "subjects": []}', "holds no class"),
        ('{"schema": 1, "term": 3, "subjects": 4}', "must be a list"),
    ],
)
def test_a_file_that_is_no_catalogue(tmp_path: Path, content: Any, expected: str) -> None:
    assert any(expected in fault for fault in faults(write(tmp_path, content)))


def test_a_file_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # a hole on the disk: it takes no room

    def never(*_: object) -> bytes:
        raise AssertionError("the file was read")

    monkeypatch.setattr(Path, "read_bytes", never)
    monkeypatch.setattr(loading_module, "_read_text", never)
    assert faults(path) == ["is 200 MB; at most 34 MB are read"]


def test_a_missing_file_and_an_unknown_ending(tmp_path: Path) -> None:
    assert "cannot be opened" in faults(tmp_path / "none.json")[0]
    assert "is none of .json, .csv, .xlsx" in faults(write(tmp_path, "x", "c.ods"))[0]
    with pytest.raises(CatalogueError):
        load_catalogue(tmp_path / "none.json")


def test_csv_with_the_columns_universities_publish(tmp_path: Path) -> None:
    rows = [HEAD, GOOD_ROW, GOOD_ROW.replace(",2,0645-0910,", ",5,1230-1455,").replace("D3-201", "D3-5")]
    rows.append('155002,155001,IT3090,Cơ sở dữ liệu,3,CN,,1,3,Chiều,"3,5,7",B1-101,TN,30')
    catalogue = load_catalogue(write(tmp_path, "\ufeffThời khóa biểu\n" + "\n".join(rows), "c.csv"))
    subject = catalogue.subject("IT3090")
    assert subject is not None
    lecture, lab = subject.sections
    assert subject.credits == 3
    assert [(m.day, m.start, m.end, m.room) for m in lecture.meetings] == [
        (0, 405, 550, "D3-201"),
        (3, 750, 895, "D3-5"),
    ]
    assert lecture.linked == ""
    assert lab.linked == "155001"
    assert [(m.day, m.start, m.end) for m in lab.meetings] == [(6, 750, 895)]
    assert lab.meetings[0].weeks == parse_weeks("3,5,7")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("0645-0910", "0910-0645", "row 3, column Thời_gian: ends before it starts"),
        (",2,0645", ",9,0645", "row 3, column Thứ: '9' is not a day"),
        ("0645-0910", "0645", "row 3, column Thời_gian: '0645' is not a time span"),
        ('"2-9,11-18"', "=B2", "row 3, column Tuần: holds a formula"),
        ('"2-9,11-18"', "", "row 3, column Tuần: is missing"),
        ("155001,155001", ",", "row 3, column Mã_lớp: is missing"),
        (",60", ",6x", "row 3, column SL_Max: '6x' is not a whole number"),
        ("IT3090", "IT3080", "row 3, column Mã_lớp: class 155001 differs from row 2 in Mã_HP"),
        ("", "", "row 3, column Mã_lớp: repeats row 2"),
    ],
)
def test_a_fault_in_a_csv_names_row_and_column(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = "\n".join([HEAD, GOOD_ROW, GOOD_ROW.replace(old, new) if old else GOOD_ROW])
    assert any(expected in fault for fault in faults(write(tmp_path, text, "c.csv")))


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "Mã_lớp,Mã_HP,Phòng\n1,IT3090,D3\n", "c.csv"))
    assert "Tên_HP" in told[0]
    assert "Thứ" in told[0]
    assert "Thời_gian" in told[0]
    assert "has no row of headings" in faults(write(tmp_path, "a,b\n1,2\n", "d.csv"))[0]


def excel(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in [["THỜI KHÓA BIỂU"], [], HEAD.split(","), *rows]:
        book.active.append(row)
    book.save(path)
    return path


ROW: list[Any] = [
    155001,
    None,
    "IT3090",
    "Cơ sở dữ liệu",
    "3(2-1-0-6)",
    2,
    "0645-0910",
    1,
    3,
    "Sáng",
    "2-9",
    "D3-201",
    "LT",
    60,
]


def test_excel(tmp_path: Path) -> None:
    catalogue = load_catalogue(excel(tmp_path / "c.xlsx", ROW))
    subject = catalogue.subject("IT3090")
    assert subject is not None
    assert subject.sections[0].class_id == "155001"
    assert subject.sections[0].seats == 60


def test_faults_in_excel(tmp_path: Path) -> None:
    formula, unknown = [*ROW], [*ROW]
    formula[0], formula[13] = 155002, "=30*2"
    unknown[0], unknown[5] = 155003, "Hai"
    told = faults(excel(tmp_path / "c.xlsx", ROW, formula, unknown))
    assert told == [
        "row 5, column SL_Max: holds a formula; save the sheet with values instead of formulas",
        "row 6, column Thứ: 'Hai' is not a day (Monday … Sunday, or 2 … 8, or CN)",
    ]
    dated = [*ROW]
    dated[10] = date(2026, 9, 2)  # what Excel makes of "2-9"
    assert "row 4, column Tuần: is a date or time of Excel's" in faults(excel(tmp_path / "e.xlsx", dated))[0]
    assert "is not an Excel workbook" in faults(write(tmp_path, b"PK\x03\x04 broken", "d.xlsx"))[0]


def test_the_text_of_many_faults_is_short(tmp_path: Path) -> None:
    text = "\n".join([HEAD, *[GOOD_ROW.replace(",2,0645", ",9,0645")] * 50])
    with pytest.raises(BadCatalogue) as caught:
        load_catalogue(write(tmp_path, text, "c.csv"))
    assert len(caught.value.faults) == 50
    assert str(caught.value).endswith("and 30 more faults")


def test_the_college_format(tmp_path: Path) -> None:
    weekly = {"ID": "1", "teacher": "A", "schedule": [["M", "830", "1130"], [None, "800", "900"]]}
    dated = {"ID": "2", "schedule": [["Monday Jun 01, 2026", "9:00 AM - 5:00 PM", "Hospital"]]}
    compressed = {"ID": "3", "schedule": [["Monday Mar 12, 2026", "2:30 PM - 5:30 PM", "2P"]]}
    content = {"420-A": {"courseName": "Art", "sections": [weekly, dated, compressed]}}
    reading = read_catalogue(write(tmp_path, content))
    assert reading.faults == ()
    assert len(reading.remarks) == 1
    subject = reading.catalogue.subject("420-A")
    assert subject is not None
    first, second, third = (section.meetings[0] for section in subject.sections)
    assert first.weeks == parse_weeks("5-20")
    assert (second.weeks, second.start, second.end) == (parse_weeks("24"), 540, 1020)
    assert (third.day, third.weeks) == (0, parse_weeks("12-20"))
