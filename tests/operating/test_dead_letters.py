"""`python -m registration dead-letters`."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pika
import pytest

from registration.messaging.messages import ChatMessage
from registration.messaging.retries import REASON
from registration.messaging.topology import QUEUES
from tests.operating.conftest import Place, Served
from tests.operating.patience import eventually
from tests.worker.odd import NO_UTF8, TOO_LATE
from tests.worker.running import ROOT, chat, ids, notification

Capture = pytest.CaptureFixture[str]


def listed(place: Place, capsys: Capture, *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert place.run("dead-letters", "list", "--json", *arguments) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_they_are_listed_with_their_reason_and_without_their_text(place: Place, capsys: Capture) -> None:
    place.bury(secret := chat(7, message="chỉ mình em biết"), "the database refused a value")

    (letter,) = listed(place, capsys)

    assert letter == {
        "queue": "chat_messages",
        "message_id": secret.message_id,
        "student_id": 7,
        "failed_at": "2026-01-02T03:04:05+00:00",
        "attempts": 4,
        "reason": "the database refused a value",
        "bytes": letter["bytes"],
    }
    assert place.run("dead-letters", "list") == 0
    assert "chỉ mình em biết" not in capsys.readouterr().out
    assert place.run("dead-letters", "show", "chat_messages", secret.message_id) == 0
    assert json.loads(capsys.readouterr().out)["body"]["message"] == "chỉ mình em biết"


@pytest.mark.parametrize(
    ("arguments", "students"),
    [
        ([], [1, 2, 3]),
        (["--reason", "REFUSED"], [1]),
        (["--student", "2"], [2]),
        (["--student", "web-5"], [3]),
        (["--older-than", "1d"], [1]),
        (["--newer-than", "1d"], [2, 3]),
        (["--reason", "fails", "--student", "1"], []),
        (["--limit", "1"], [1]),
    ],
)
def test_they_are_chosen_by_reason_age_and_student(
    place: Place, capsys: Capture, arguments: list[str], students: list[int]
) -> None:
    letters = {1: chat(1), 2: chat(2), 3: chat(0, metadata={"sender_id": "web-5"})}
    place.bury(letters[1], "the database refused a value")
    place.bury(letters[2], "storing fails with KeyError", "2999-01-01T00:00:00+00:00")
    place.bury(letters[3], "storing fails with KeyError", "2999-01-01T00:00:00+00:00")

    found = listed(place, capsys, "chat_messages", *arguments)

    assert {letter["message_id"] for letter in found} == {letters[each].message_id for each in students}


def test_replay_brings_back_those_chosen_and_leaves_the_rest(place: Place, capsys: Capture) -> None:
    wanted, other = [chat(1), chat(1)], chat(2)
    for message in (*wanted, other):
        place.bury(message, "storing fails with KeyError")

    assert place.run("dead-letters", "replay", "chat_messages", "--student", "1", "--yes") == 0
    assert "replay: 2 of 3" in capsys.readouterr().out

    with place.worker():
        eventually(lambda: len(place.rows.ids()) == 2)
    assert sorted(place.rows.ids()) == sorted(ids(wanted))
    assert [letter["message_id"] for letter in listed(place, capsys)] == [other.message_id]


def test_replaying_what_is_stored_already_makes_no_second_row(place: Place) -> None:
    place.publish(message := chat(1))
    place.bury(message, "storing fails with KeyError")
    assert place.run("dead-letters", "replay", "chat_messages", "--yes") == 0
    place.bury(last := notification(2), "storing fails with KeyError")
    assert place.run("dead-letters", "replay", "notifications", "--yes") == 0
    with place.worker():
        eventually(lambda: place.rows.ids(type(last)) and place.rows.ids())
        eventually(lambda: place.run("status") == 0)
    assert place.rows.ids() == [message.message_id]


def test_a_replay_that_is_killed_loses_nothing_and_doubles_nothing(place: Place) -> None:
    letters = [chat(number) for number in range(600)]
    for letter in letters:
        place.bury(letter, "storing fails with KeyError")
    command = [sys.executable, "-m", "registration", "dead-letters", "replay", "chat_messages", "--yes"]
    with place.worker():
        killed = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **place.environ})
        eventually(lambda: len(place.rows.ids()) > 50 or killed.poll() is not None)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert place.run("dead-letters", "replay", "chat_messages", "--yes") == 0
        eventually(lambda: len(place.rows.ids()) >= len(letters))
        eventually(lambda: place.run("status") == 0)
    assert sorted(place.rows.ids(ChatMessage)) == sorted(ids(letters))


def test_drop_asks_and_then_deletes_those_chosen(place: Place, capsys: Capture) -> None:
    place.bury(chat(1), "broken")
    place.bury(kept := chat(2), "broken")

    assert place.run("dead-letters", "drop", "chat_messages", "--student", "1") == 1
    assert len(listed(place, capsys)) == 2
    assert place.run("dead-letters", "drop", "chat_messages", "--student", "1", "--yes") == 0
    assert [letter["message_id"] for letter in listed(place, capsys)] == [kept.message_id]


class SlowOperator(io.StringIO):
    """Says yes after a while, and meanwhile something happens."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def readline(self, _size: int | None = -1) -> str:
        self._meanwhile()
        time.sleep(5)
        return "y\n"


@pytest.mark.parametrize("verb", ["replay", "drop"])
def test_an_operator_may_think_as_long_as_they_like_and_gets_what_they_agreed_to(
    verb: str, place: Place, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.messaging.connection.HEARTBEAT", 1)
    place.bury(chat(1), "broken")
    later = chat(2)
    monkeypatch.setattr("sys.stdin", SlowOperator(lambda: place.bury(later, "broken")))

    assert place.run("dead-letters", verb, "chat_messages") == 0

    assert f"{verb}: 1 of 1" in capsys.readouterr().out
    assert [letter["message_id"] for letter in listed(place, capsys)] == [later.message_id]


def test_one_that_is_not_there_is_told(place: Place, capsys: Capture) -> None:
    assert place.run("dead-letters", "show", "chat_messages", "none") == 1
    assert "no dead letter none" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["servers"], indirect=True)
def test_whatever_stands_in_their_envelopes_they_are_listed_shown_and_dropped(
    place: Served, capsys: Capture
) -> None:
    envelopes = [
        pika.BasicProperties(message_id=NO_UTF8, headers={"x-death": [1], REASON: NO_UTF8}),
        pika.BasicProperties(message_id="[/red]", headers={REASON: "[/red]"}),
        pika.BasicProperties(message_id="late", headers={"x-death": [{"time": TOO_LATE}], REASON: "broken"}),
    ]
    for envelope in envelopes:
        place.broker.channel.basic_publish("", QUEUES["chat_messages"].dead, b"{", envelope)

    assert [letter["message_id"] for letter in listed(place, capsys)] == [r"\xe9t\xe9-1", "[/red]", "late"]
    assert place.run("dead-letters", "list") == 0
    assert "[/red]" in capsys.readouterr().out
    place.run("status")
    assert "[/red]" in capsys.readouterr().out
    assert place.run("dead-letters", "show", "chat_messages", r"\xe9t\xe9-1") == 0
    assert place.run("dead-letters", "drop", "chat_messages", "--yes") == 0
    assert listed(place, capsys) == []
