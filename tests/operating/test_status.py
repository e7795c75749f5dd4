"""`python -m registration status` and `purge`."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.operating.conftest import Place
from tests.operating.patience import eventually
from tests.worker.running import chat, notification

Capture = pytest.CaptureFixture[str]


def report(place: Place, capsys: Capture) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = place.run("status", "--json")
    return code, json.loads(capsys.readouterr().out)


def queue_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(queue for queue in found["queues"] if queue["name"] == name)


def part_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(part for part in found["parts"] if part["name"] == name)


def test_without_a_worker_it_says_so_and_counts_what_waits(place: Place, capsys: Capture) -> None:
    place.publish(chat(1), chat(2), notification(3))
    place.bury(chat(4), "message is 70000 bytes long")

    code, found = report(place, capsys)

    assert code == 1
    assert part_of(found, "workers")["level"] == "bad"
    waiting = queue_of(found, "chat_messages")
    assert (waiting["waiting"], waiting["dead"], waiting["consumers"]) == (2, 1, 0)
    assert waiting["oldest"] == "2026-01-02T03:04:05+00:00"
    assert found["dead_letters"] == {"chat_messages": {"message is N bytes long": 1}}
    assert queue_of(found, "notifications")["waiting"] == 1


def test_looking_changes_nothing(place: Place, capsys: Capture) -> None:
    sent = [chat(number) for number in range(5)]
    place.publish(*sent)
    place.bury(dead := chat(9), "broken")
    for _ in range(2):
        report(place, capsys)
        place.run("dead-letters", "list")
    with place.worker():
        eventually(lambda: len(place.rows.ids()) == 5)
    assert place.rows.ids() == [message.message_id for message in sent], "in their order"
    assert place.run("dead-letters", "show", "chat_messages", dead.message_id) == 0


def test_a_time_that_no_calendar_holds_in_utc_hides_nothing_else(place: Place, capsys: Capture) -> None:
    odd = chat(7, timestamp=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))
    place.publish(odd, chat(8))
    place.bury(odd, "timestamp is out of range")

    _, found = report(place, capsys)

    assert (queue_of(found, "chat_messages")["waiting"], queue_of(found, "chat_messages")["dead"]) == (2, 1)
    assert place.run("dead-letters", "list", "chat_messages", "--student", "7") == 0
    assert place.run("erase", "8", "--yes", "--with-consumers", "--json") == 0
    assert queue_of(report(place, capsys)[1], "chat_messages")["waiting"] == 1


def test_with_a_worker_all_is_well(place: Place, capsys: Capture) -> None:
    place.publish(chat(1))
    with place.worker():
        eventually(place.rows.ids)
        eventually(lambda: report(place, capsys)[0] == 0)
        _, found = report(place, capsys)
    assert found["level"] == "ok"
    assert part_of(found, "database")["facts"]["last_stored"]["chat_message_logs"]
    assert [queue["consumers"] for queue in found["queues"]] == [1, 1, 1]
    assert part_of(found, "redis")["facts"]["used_bytes"] > 0


def test_servers_that_do_not_answer_are_named_without_a_password(
    place: Place, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REDIS_PORT", "RABBITMQ_PORT"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("DATABASE_URL", "mysql+pymysql://somebody:hush-hush@127.0.0.1:1/none")

    code, found = report(place, capsys)

    assert code == 1
    assert [part["level"] for part in found["parts"] if part["name"] in ("redis", "database")] == ["bad"] * 2
    assert "hush-hush" not in json.dumps(found)


def test_the_tables_name_every_queue(place: Place, capsys: Capture) -> None:
    place.run("status")
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("chat_messages", "class_preferences", "notifications", "redis"))


def test_purge_asks_first(place: Place, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    place.publish(chat(1), chat(2))
    assert place.run("purge", "chat_messages") == 1, "nobody is there to say yes"
    assert queue_of(report(place, capsys)[1], "chat_messages")["waiting"] == 2

    assert place.run("purge", "chat_messages", "--yes") == 0
    assert "2 messages deleted" in capsys.readouterr().out
    assert queue_of(report(place, capsys)[1], "chat_messages")["waiting"] == 0


def test_the_dead_letters_of_one_queue_are_purged_alone(place: Place, capsys: Capture) -> None:
    place.publish(chat(1))
    place.bury(chat(2), "broken")
    place.bury(notification(3), "broken")

    assert place.run("purge", "chat_messages.dead", "--yes") == 0

    _, found = report(place, capsys)
    assert [queue["dead"] for queue in found["queues"]] == [0, 0, 1]
    assert queue_of(found, "chat_messages")["waiting"] == 1


@pytest.mark.parametrize("arguments", [["purge", "chat"], ["dead-letters", "list", "chat"], ["purge"]])
def test_a_wrong_queue_is_told_which_there_are(place: Place, arguments: list[str], capsys: Capture) -> None:
    assert place.run(*arguments) == 2
    if len(arguments) > 1:
        assert "notifications" in capsys.readouterr().err


def test_a_wrong_setting_ends_with_its_name(
    place: Place, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_PORT", "abc")
    assert place.run("status") == 2
    assert "REDIS_PORT is 'abc'" in capsys.readouterr().err
