"""A table, a wording or a message that cannot work is refused, with a line that names the row."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from registration import Bot, Message
from registration.dialogue.question import Question
from registration.errors import DeclarationError
from registration.forms import All, Is, IsNot, Number, SeveralChoices, SingleChoice, YesNoAny, ask
from registration.forms.checking import table_faults
from registration.preferences.questions import QUESTIONS, SUBJECTS
from registration.rasa import serve

COLOUR = ask("colour", SingleChoice(("red", "blue")))


def faults(*questions: Question) -> str:
    return "\n".join(table_faults(questions))


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([COLOUR, COLOUR], "question 'colour': the key 'colour' is there 2 times"),
        (
            [COLOUR, replace(ask("gloss", YesNoAny()), name="colour")],
            "question 'colour': there are 2 of this name",
        ),
        ([ask("colour", "single choice")], "question 'colour': the unknown type 'single choice'"),
        ([ask("requested_slot", YesNoAny())], "the slot name 'requested_slot' is reserved by Rasa"),
        ([ask("language", YesNoAny())], "question 'language': the slot name 'language' is one in which"),
        ([ask("Farbe 1", YesNoAny())], "the key 'Farbe 1' is no name"),
        ([ask("size", Number(9, 1))], "question 'size': no number is from 9 to 1"),
        ([ask("colour", SingleChoice(()))], "question 'colour': its choices are []"),
        ([ask("gloss", YesNoAny(), Is("colour", "red"))], "question 'gloss': its condition names 'colour'"),
        (
            [COLOUR, ask("gloss", YesNoAny(), Is("colour", "green"))],
            "question 'gloss': its condition on 'colour' can never hold",
        ),
        (
            [COLOUR, ask("gloss", YesNoAny(), IsNot("colour", "red", "blue", "any"))],
            "question 'gloss': its condition on 'colour' can never hold",
        ),
        (
            [COLOUR, ask("gloss", YesNoAny(), All(Is("colour", "red"), Is("colour", "blue")))],
            "question 'gloss': its condition on 'colour' can never hold",
        ),
        (
            [
                COLOUR,
                ask("gloss", YesNoAny(), Is("colour", "red")),
                ask("shade", YesNoAny(), All(Is("gloss", True), Is("colour", "blue"))),
            ],
            "question 'shade': its condition on 'colour' can never hold",
        ),
        (
            [ask("size", Number(1, 5)), ask("gloss", YesNoAny(), Is("size", 7))],
            "question 'gloss': its condition on 'size' can never hold",
        ),
        (
            [ask("one", YesNoAny(), Is("two", True)), ask("two", YesNoAny(), Is("one", True))],
            "question 'one': a circle of conditions: one -> two -> one",
        ),
        ([ask("one", YesNoAny(), Is("one", True))], "a circle of conditions: one -> one"),
    ],
)
def test_a_row_that_cannot_work_is_named(questions: Sequence[Question], said: str) -> None:
    assert said in faults(*questions)


@pytest.mark.parametrize(
    "questions",
    [
        [COLOUR, ask("gloss", YesNoAny(), Is("colour", "red", "green"))],
        [COLOUR, ask("gloss", YesNoAny(), IsNot("colour", "red", "blue"))],
        [
            ask("tools", SeveralChoices(("brush", "roller"))),
            ask("gloss", YesNoAny(), All(Is("tools", "brush"), Is("tools", "roller"))),
        ],
        [SUBJECTS, *QUESTIONS],
    ],
)
def test_a_table_that_works_has_no_fault(questions: Sequence[Question]) -> None:
    assert faults(*questions) == ""


class Paint(Message, frozen=True, kw_only=True, tag="paint"):
    colour: str
    size: int
    litres: int


def wording(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    row = {"label": "Colour", "ask": "Which?", "help": "One.", "summary": "{value}"}
    texts: dict[str, Any] = {
        "language": "en",
        "questions": {"colour": {**row, "values": {"red": "Red", "blue": "Blue"}}},
    }
    change(texts)
    return texts


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t["questions"].pop("colour"), "question 'colour', wording 'en': it is missing"),
        (
            lambda t: t["questions"]["colour"].pop("help"),
            "question 'colour', wording 'en': `help` is missing",
        ),
        (lambda t: t["questions"]["colour"]["values"].pop("red"), "`values` has no title for 'red'"),
        (lambda t: t["questions"]["colour"].update(words={"green": ["g"]}), "`words` names 'green'"),
        (lambda t: t["questions"]["colour"].update(ask="{nobody}"), "`ask` names {nobody}; allowed: {hours}"),
        (lambda t: t["questions"]["colour"].update(summary="{"), "`summary` cannot be filled in"),
        (lambda t: t["questions"].update(taste={}), "wording 'en': there is no question 'taste'"),
        (lambda t: t.update(language="fr"), "default_language is 'en'; there are fr"),
    ],
)
def test_a_wording_that_cannot_work_is_named(
    change: Callable[[dict[str, Any]], None], said: str, tmp_path: Path
) -> None:
    (tmp_path / "en.yml").write_text(yaml.safe_dump(wording(change)))
    with pytest.raises(DeclarationError) as refused:
        Bot("paint", [COLOUR], tmp_path, default_language="en").check()
    assert said in str(refused.value)


def test_a_wording_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("a: [")
    with pytest.raises(DeclarationError, match=r"wording file .*en\.yml: while parsing"):
        Bot("paint", [COLOUR], tmp_path, default_language="en").check()


def test_a_message_that_the_answers_cannot_fill_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text(yaml.safe_dump(wording(lambda texts: None)))
    with pytest.raises(DeclarationError) as refused:
        Bot("paint", [COLOUR], tmp_path, message=Paint, default_language="en").check()
    assert "message Paint: no queue carries Paint" in str(refused.value)
    assert "message Paint, field 'litres': no question fills it, and it has no default" in str(refused.value)


def test_a_bot_that_cannot_work_ends_its_start_with_that_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        serve(Bot("paint", [COLOUR, COLOUR], tmp_path), __name__)
    assert "question 'colour': the key 'colour' is there 2 times" in str(ended.value)
