"""The conversations in `conversations/`, each held over REST with a live Rasa."""

import json
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from tests.live.conftest import LiveBot

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yml"))
CONVERSATIONS = [conversation for file in FILES for conversation in yaml.safe_load(file.read_text())]


@pytest.mark.parametrize(
    ("number", "conversation"),
    list(enumerate(CONVERSATIONS, 90_001)),
    ids=[conversation["conversation"] for conversation in CONVERSATIONS],
)
def test_conversation(embedded_bot: LiveBot, number: int, conversation: dict[str, Any]) -> None:
    chat = embedded_bot.chat(str(number))
    for turn in conversation["turns"]:
        replies = chat.press(turn["press"]) if "press" in turn else chat.say(turn["student"])
        said = "\n".join(reply["text"] for reply in replies)
        context = f"{turn}\nbot said: {said}"
        assert turn.get("bot", "") in said, context
        if "waits" in turn:
            assert _stored(embedded_bot, f"conversation:{number}")["step"] == turn["waits"], context
        if "known" in turn:
            _check_known(_stored(embedded_bot, f"class_preferences:{number}"), turn["known"], context)


def _check_known(state: dict[str, Any] | None, known: dict[str, Any] | None, context: str) -> None:
    if known is None:
        assert state is None, context
    else:
        assert state is not None, context
        assert {key: state.get(key) for key in known} == known, context


def _stored(bot: LiveBot, key: str) -> Any:
    with redis.Redis(host=bot.redis.host, port=bot.redis.port, db=bot.redis.db) as client:
        raw = client.get(key)
    return None if raw is None else json.loads(raw)
