"""Rasa's own commands on the repository's files."""

import json
import re
from pathlib import Path

from benchmarks import core
from registration.storage.reviewing import Correction
from tests.live.conftest import rasa_command
from web.review.nlu_export import training_data


def warnings_of_validate(*arguments: str) -> list[str]:
    done = rasa_command("data", "validate", "--max-history", "5", *arguments)
    assert done.returncode == 0, done.stderr[-2000:]
    return [line for line in done.stderr.splitlines() if re.search(r"UserWarning|WARNING|ERROR", line)]


def test_data_validate_gives_no_warning() -> None:
    assert warnings_of_validate() == []


def test_what_the_review_exports_is_valid_beside_the_projects_own_data(tmp_path: Path) -> None:
    corrected = [
        Correction("cho mình xếp lịch [kì tới](time_period) với\n#1: 'gấp'", "class_registration_suggestion"),
        Correction('quay xe {"step": 1} nha 🎓', "go_back"),
    ]
    file = tmp_path / "corrected.yml"
    file.write_text(training_data(corrected), encoding="utf-8")
    assert warnings_of_validate("--data", "data", str(file)) == []


def test_the_policies_predict_every_story(model: Path, tmp_path: Path) -> None:
    done = core.run(model, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads((tmp_path / "story_report.json").read_text("utf-8"))["conversation_accuracy"]
    assert report["correct"] == report["total"] >= 5
