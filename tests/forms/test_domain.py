"""domain.yml holds what the table of questions asks for; else the command and this test say so."""

from pathlib import Path

import pytest
import yaml

from registration.__main__ import main

ROOT = Path(__file__).parents[2]
OURS = "registration.class_registration:BOT"


def test_the_products_domain_is_what_its_questions_ask_for() -> None:
    assert main(["domain", "check", str(ROOT / "domain.yml"), "--bot", OURS]) == 0


def test_a_domain_that_differs_is_named_with_the_command_that_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    domain = tmp_path / "domain.yml"
    domain.write_text((ROOT / "domain.yml").read_text().replace("  - prefer_days\n", "", 1))
    assert main(["domain", "check", str(domain), "--bot", OURS]) != 0
    assert f"domain write {domain} --bot {OURS}" in capsys.readouterr().err
    assert main(["domain", "write", str(domain), "--bot", OURS]) == 0
    assert domain.read_text() == (ROOT / "domain.yml").read_text()


def test_what_stands_above_the_mark_stays(tmp_path: Path) -> None:
    domain = tmp_path / "domain.yml"
    domain.write_text("intents:\n  - greet\n")
    for _ in range(2):
        assert main(["domain", "write", str(domain), "--bot", OURS]) == 0
    written = yaml.safe_load(domain.read_text())
    assert written["intents"] == ["greet"]
    assert written["forms"]["registration_form"]["required_slots"][0] == "time_period"
    assert set(written["entities"]) - {"confirm"} <= set(written["slots"])


def test_a_bot_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["domain", "check", "--bot", "no_such_bot:BOT"]) != 0
    assert "there is no module 'no_such_bot'" in capsys.readouterr().err
