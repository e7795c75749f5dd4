"""The chat log of a bot without questions of ours: Rasa's events of a turn become one chat message."""

from typing import Any

from registration.messaging.messages import ChatMessage
from registration.rasa.chat_log import ChatLog
from registration.testing.fakes import FakePublisher


def test_half_an_emoji_costs_that_half() -> None:
    publisher = FakePublisher()
    log = ChatLog(publisher)  # type: ignore[arg-type]
    events: list[dict[str, Any]] = [
        {
            "event": "user",
            "text": "chào \ud83d",
            "message_id": "m1",
            "parse_data": {"entities": [{"entity": "word", "value": "\ud83d"}]},
        },
        {"event": "bot", "text": "chào \ude00", "data": {"buttons": [{"title": "\ud83d"}]}},
        {"event": "action", "name": "action_listen"},
    ]
    for event in events:
        log.publish({**event, "sender_id": "an\ud83d"})
    [message] = publisher.of(ChatMessage)
    assert isinstance(message, ChatMessage)
    assert (message.message, message.response) == ("chào \ufffd", "chào \ufffd")
    assert message.metadata is not None
    assert message.metadata["sender_id"] == "an\ufffd"
    assert message.metadata["entities"][0]["value"] == "\ufffd"
