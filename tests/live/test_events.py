"""Rasa's own event stream, as `deploy/endpoints-events.yml` switches it on."""

import json
from typing import Any

import pika

from registration.settings import RabbitMQSettings
from registration.testing.waiting import wait_until
from tests.live.conftest import LiveBot

QUEUE = "rasa_events"


def events_of(settings: RabbitMQSettings, sender: str) -> list[dict[str, Any]]:
    """Takes what lies in the queue, and gives this sender's events."""
    parameters = pika.ConnectionParameters(
        settings.host, settings.port, settings.vhost, pika.PlainCredentials(settings.user, settings.password)
    )
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        waiting = channel.queue_declare(QUEUE, passive=True).method.message_count
        bodies = [channel.basic_get(QUEUE, auto_ack=True)[2] for _ in range(waiting)]
    events = [json.loads(body) for body in bodies if body]
    return [event for event in events if event["sender_id"] == sender]


def test_a_consumer_receives_the_events_of_a_live_conversation(servers_bot: LiveBot) -> None:
    assert servers_bot.rabbitmq is not None
    chat = servers_bot.chat("4801")
    said = [reply["text"] for reply in chat.say("đăng ký lớp")]
    received: list[dict[str, Any]] = []

    def has_all() -> bool:
        received.extend(events_of(servers_bot.rabbitmq, "4801"))  # type: ignore[arg-type]
        return [event["text"] for event in received if event["event"] == "bot"] == said

    wait_until(has_all, timeout=20, what="the bot's words in the queue")
    assert [event["text"] for event in received if event["event"] == "user"] == ["đăng ký lớp"]
    assert {"session_started", "slot", "action"} <= {event["event"] for event in received}


def test_the_conversation_is_kept_in_sql(servers_bot: LiveBot) -> None:
    servers_bot.chat("4802").say("đăng ký lớp")
    kept = servers_bot.rows("SELECT type_name FROM events WHERE sender_id = :sender", sender="4802")
    assert {"user", "bot", "session_started"} <= {row["type_name"] for row in kept}
