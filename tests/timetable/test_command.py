"""`python -m registration catalogue`."""

from pathlib import Path

import pytest

from registration.__main__ import main

SAMPLE = "registration/timetable/sample/sample.json"


def test_a_good_catalogue_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "check", SAMPLE]) == 0
    assert "21 subjects, 103 classes, 0 faults" in capsys.readouterr().out


def test_a_catalogue_is_shown_class_by_class(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "show", SAMPLE]) == 0
    assert "IT3090  Cơ sở dữ liệu" in capsys.readouterr().out


def test_a_bad_catalogue_is_told_with_all_its_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(Path(SAMPLE).read_text().replace('"Friday"', '"Freitag"'))
    assert main(["catalogue", "check", str(bad)]) == 1
    assert capsys.readouterr().err.count("Freitag") > 1


def test_a_file_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "check", str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err
