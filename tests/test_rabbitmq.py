"""RabbitMQManager on a real RabbitMQ: publish, consume with retries and dead letters, count, purge."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from threading import Thread
from typing import Any

import pika
import pytest

from registration.errors import BrokerError, BrokerUnavailable, InvalidMessage
from registration.messaging import (
    QUEUE_CHAT_MESSAGES,
    QUEUE_CLASS_PREFERENCES,
    QUEUE_NOTIFICATION,
    RabbitMQManager,
    get_rabbitmq_manager,
)
from registration.messaging.retries import ATTEMPTS, FIRST_SEEN, REASON, next_move
from registration.messaging.topology import QUEUES, RETRY_DELAYS
from registration.settings import RabbitMQSettings, SpoolSettings, get_settings
from registration.testing.processes import free_port
from registration.testing.waiting import wait_until
from tests.messaging.broker import channel, declare, size, take
from tests.messaging.building import chat, preference

CHAT = QUEUES[QUEUE_CHAT_MESSAGES]
FIELDS = {
    "student_id": 1,
    "timestamp": "2026-01-05T08:00:00+00:00",
    "message": "Tôi muốn đăng ký lớp <b>'; DROP TABLE--</b> 😀\u200b",
    "response": "Bạn muốn học buổi nào?",
    "intent": "class_registration_suggestion",
    "metadata": {"step": 1},
}


@pytest.fixture
def manager(rabbitmq_settings: RabbitMQSettings, spool_settings: SpoolSettings) -> Iterator[RabbitMQManager]:
    manager = RabbitMQManager(rabbitmq_settings, spool_settings)
    yield manager
    manager.close(2)


@pytest.fixture
def absent(spool_settings: SpoolSettings) -> Iterator[RabbitMQManager]:
    """A manager whose RabbitMQ nobody has started."""
    manager = RabbitMQManager(RabbitMQSettings(host="127.0.0.1", port=free_port()), spool_settings)
    yield manager
    manager.close(2)


@contextmanager
def consuming(manager: RabbitMQManager, callback: Any, queue: str = CHAT.name) -> Iterator[None]:
    thread = Thread(target=manager.consume_messages, args=(queue, callback))
    thread.start()
    try:
        yield
    finally:
        manager.close(2)
        thread.join(10)
        assert not thread.is_alive()


def put(settings: RabbitMQSettings, body: bytes, headers: dict[str, Any] | None = None) -> None:
    """As another producer would, straight into the exchange."""
    declare(settings)
    with channel(settings) as opened:
        opened.confirm_delivery()
        opened.basic_publish(
            CHAT.exchange, CHAT.routing_key, body, pika.BasicProperties(headers=headers), mandatory=True
        )


def test_publish_and_count_and_purge(manager: RabbitMQManager) -> None:
    assert manager.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)
    assert manager.publish_message(queue=QUEUE_CHAT_MESSAGES, message=chat(2), routing_key="chat.message.new")
    assert manager.publish_message(QUEUE_CLASS_PREFERENCES, preference(3))
    assert manager.flush(10)

    assert manager.get_queue_size("chat_messages") == 2
    assert manager.get_queue_size("class_preferences") == 1
    assert manager.get_queue_size("chat_messages.dead") == 0
    assert manager.purge_queue("chat_messages")
    assert manager.get_queue_size("chat_messages") == 0
    assert manager.get_queue_size("class_preferences") == 1


def test_queues_that_nobody_has_declared_are_empty(manager: RabbitMQManager) -> None:
    assert manager.get_queue_size(QUEUE_NOTIFICATION) == 0
    assert manager.purge_queue(QUEUE_NOTIFICATION)


def test_an_unknown_queue_names_those_there_are(manager: RabbitMQManager) -> None:
    for call in (manager.get_queue_size, manager.purge_queue):
        with pytest.raises(BrokerError, match="chat_messages, class_preferences, notifications"):
            call("chat_massages")
    with pytest.raises(BrokerError, match="class_preferences"):
        manager.publish_message("chat", FIELDS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"student_id": "one"},
        {"student_id": 2_147_483_648},
        {"student_id": -1},
        {"message": None},
        {"intent": "x" * 256},
        {"message": "x" * 70_000},
        {"type": "notification"},
        {"timestamp": "yesterday"},
        {"metadata": {"a": object()}},
        {"metadata": "step"},
        {"message": "\ud800"},
    ],
)
def test_a_bad_message_is_refused_at_once(manager: RabbitMQManager, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        manager.publish_message(QUEUE_CHAT_MESSAGES, {**FIELDS, **wrong})


def test_a_message_of_another_kind_is_refused(manager: RabbitMQManager) -> None:
    with pytest.raises(InvalidMessage, match="notifications"):
        manager.publish_message(QUEUE_NOTIFICATION, chat(1))


def test_a_callback_gets_each_message_once_and_unchanged(manager: RabbitMQManager) -> None:
    got: list[dict[str, Any]] = []
    with consuming(manager, got.append):
        manager.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)
        manager.publish_message(QUEUE_CHAT_MESSAGES, chat(2))
        wait_until(lambda: len(got) == 2)

    assert {key: got[0][key] for key in FIELDS if key != "timestamp"} == {
        key: FIELDS[key] for key in FIELDS if key != "timestamp"
    }
    assert datetime.fromisoformat(got[0]["timestamp"].replace("Z", "+00:00")) == datetime(
        2026, 1, 5, 8, tzinfo=timezone.utc
    )
    assert got[0]["type"] == "chat_message"
    assert got[1]["message_id"] == chat(2).message_id


def test_what_was_handled_is_acknowledged(
    manager: RabbitMQManager, rabbitmq_settings: RabbitMQSettings
) -> None:
    got: list[dict[str, Any]] = []
    with consuming(manager, got.append):
        manager.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)
        wait_until(lambda: got)

    assert size(rabbitmq_settings, CHAT.name) == 0
    assert size(rabbitmq_settings, CHAT.dead) == 0


def test_a_failed_message_is_tried_again_after_its_delay(
    manager: RabbitMQManager, rabbitmq_settings: RabbitMQSettings
) -> None:
    tries: list[dict[str, Any]] = []

    def fail_once(message: dict[str, Any]) -> None:
        tries.append(message)
        if len(tries) == 1:
            raise ValueError(message["message"])

    with consuming(manager, fail_once):
        manager.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)
        wait_until(lambda: len(tries) == 2, 15)

    assert tries[0] == tries[1]
    assert size(rabbitmq_settings, CHAT.dead) == 0


def test_the_last_failure_leads_to_the_dead_letters(
    manager: RabbitMQManager, rabbitmq_settings: RabbitMQSettings
) -> None:
    def fail(message: dict[str, Any]) -> None:
        raise ValueError(message["message"])

    before = {ATTEMPTS: len(RETRY_DELAYS), FIRST_SEEN: "2026-01-05T08:00:00+00:00", REASON: "earlier"}
    body = json.dumps({"type": "chat_message", **FIELDS}).encode()
    put(rabbitmq_settings, body, before)
    with consuming(manager, fail):
        wait_until(lambda: size(rabbitmq_settings, CHAT.dead) == 1)

    ((properties, dead),) = take(rabbitmq_settings, CHAT.dead)
    assert dead == body
    assert properties.headers[ATTEMPTS] == len(RETRY_DELAYS) + 1
    assert properties.headers[FIRST_SEEN] == "2026-01-05T08:00:00+00:00"
    assert "ValueError" in properties.headers[REASON]
    assert "đăng ký" not in properties.headers[REASON]
    assert size(rabbitmq_settings, CHAT.name) == 0


def test_what_is_no_message_goes_to_the_dead_letters_at_once_and_alone(
    manager: RabbitMQManager, rabbitmq_settings: RabbitMQSettings
) -> None:
    got: list[dict[str, Any]] = []
    put(rabbitmq_settings, b"\xff no JSON")
    put(rabbitmq_settings, json.dumps({"type": "chat_message", **FIELDS}).encode())
    with consuming(manager, got.append):
        wait_until(lambda: got and size(rabbitmq_settings, CHAT.dead) == 1)

    ((properties, body),) = take(rabbitmq_settings, CHAT.dead)
    assert body == b"\xff no JSON"
    assert properties.headers[ATTEMPTS] == 1
    assert "not a chat_message" in properties.headers[REASON]
    assert datetime.fromisoformat(properties.headers[FIRST_SEEN]).tzinfo is not None


def test_delays_grow_and_then_the_dead_letters() -> None:
    headers: dict[str, Any] | None = None
    targets = []
    for _ in range(4):
        move = next_move(CHAT, headers, "broken")
        targets.append(move.target)
        headers = move.headers

    assert targets == [*(CHAT.delay(delay) for delay in RETRY_DELAYS), CHAT.dead]
    assert headers is not None
    assert headers[ATTEMPTS] == 4


@pytest.mark.parametrize("nonsense", ["three", -1, True, None, 10**12, {"a": 1}])
def test_a_header_of_nonsense_counts_as_the_first_failure(nonsense: Any) -> None:
    assert next_move(CHAT, {ATTEMPTS: nonsense}, "broken").headers[ATTEMPTS] == 1


def test_without_rabbitmq_nothing_crashes(absent: RabbitMQManager, caplog: pytest.LogCaptureFixture) -> None:
    assert absent.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)
    assert absent.purge_queue(QUEUE_CHAT_MESSAGES) is False
    with pytest.raises(BrokerUnavailable):
        absent.get_queue_size(QUEUE_CHAT_MESSAGES)
    assert absent.flush(0.05) is False
    wait_until(lambda: "messages wait in the spool" in caplog.text)


def test_a_consumer_without_rabbitmq_waits_and_ends_when_closed(
    absent: RabbitMQManager, caplog: pytest.LogCaptureFixture
) -> None:
    with consuming(absent, print):
        wait_until(lambda: "not consuming" in caplog.text)


def test_a_consumer_survives_a_deleted_queue(
    manager: RabbitMQManager, rabbitmq_settings: RabbitMQSettings
) -> None:
    got: list[dict[str, Any]] = []
    with consuming(manager, got.append):
        manager.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)
        wait_until(lambda: got)
        with channel(rabbitmq_settings) as opened:
            opened.queue_delete(CHAT.name)
        manager.publish_message(QUEUE_CHAT_MESSAGES, chat(2))
        wait_until(lambda: any(message["message"] == "2" for message in got), 20)


def test_a_full_spool_is_false(
    rabbitmq_settings: RabbitMQSettings, spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = replace(rabbitmq_settings, port=free_port())
    manager = RabbitMQManager(nowhere, replace(spool_settings, max_bytes=1 << 20))

    assert manager.publish_message(QUEUE_CHAT_MESSAGES, chat(0)) is True
    answers = (manager.publish_message(QUEUE_CHAT_MESSAGES, chat(number)) for number in range(20_000))
    assert False in answers

    assert "not published" in caplog.text
    manager.close(1)


def test_in_embedded_mode_nothing_connects(
    rabbitmq_settings: RabbitMQSettings, spool_settings: SpoolSettings
) -> None:
    manager = RabbitMQManager(rabbitmq_settings, spool_settings, mode="embedded")

    assert manager.publish_message(QUEUE_CHAT_MESSAGES, FIELDS)

    manager.close()
    assert list(spool_settings.folder.glob("*.db"))  # waits for the worker
    with channel(rabbitmq_settings) as opened, pytest.raises(pika.exceptions.ChannelClosedByBroker):
        opened.queue_declare(CHAT.name, passive=True)


def test_one_manager_for_a_process_that_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOOL_DIR", str(tmp_path / "spool"))
    get_settings.cache_clear()
    get_rabbitmq_manager.cache_clear()

    manager = get_rabbitmq_manager()

    assert get_rabbitmq_manager() is manager
    assert not (tmp_path / "spool").exists()
    get_settings.cache_clear()
    get_rabbitmq_manager.cache_clear()
