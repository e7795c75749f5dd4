"""Two Rasa servers and two action servers share the students, as `deploy/endpoints-many.yml` sets them up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registration.testing.bot import ActionServer, RasaServer
from tests.live.conftest import LiveBot
from tests.live.test_conversation import VIETNAMESE, as_json, stored


@pytest.fixture(scope="module")
def rasas(servers_bot: LiveBot, model: Path) -> Iterator[tuple[RasaServer, RasaServer]]:
    second = ActionServer(servers_bot.environ)
    shared = {**servers_bot.environ, "REDIS_PASSWORD": "", "LOCK_STORE_DB": "1"}
    rasa, other = (
        RasaServer(
            model,
            actions.url,
            {**shared, "ACTION_ENDPOINT_URL": actions.url},
            endpoints=Path("deploy/endpoints-many.yml"),
        )
        for actions in (servers_bot.actions, second)
    )
    servers = (second, rasa, other)
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait_until_it_answers()
        yield rasa, other
    finally:
        for server in servers:
            server.close()


def test_a_student_is_answered_by_either(servers_bot: LiveBot, rasas: tuple[RasaServer, RasaServer]) -> None:
    chats = [rasa.chat("4831") for rasa in rasas]
    for number, (message, expected) in enumerate(VIETNAMESE):
        said = "\n".join(reply["text"] for reply in chats[number % 2].say(message))
        assert expected in said, (number, message, said)
    rows = stored(servers_bot, "chat_message_logs", 4831, len(VIETNAMESE))
    assert [row["message"] for row in rows] == [message for message, _ in VIETNAMESE]
    assert len({as_json(row["metadata"])["session"] for row in rows}) == 1
    assert len(stored(servers_bot, "class_preference_logs", 4831, 1)) == 1


def test_two_messages_at_once_are_two_turns(
    servers_bot: LiveBot, rasas: tuple[RasaServer, RasaServer]
) -> None:
    rasas[0].chat("4832").say("đăng ký lớp")
    with ThreadPoolExecutor() as pool:
        said = ("buổi sáng", "tránh thứ 7")
        list(pool.map(lambda one: one[0].chat("4832").say(one[1]), zip(rasas, said, strict=True)))
    rows = stored(servers_bot, "chat_message_logs", 4832, 3)
    assert {row["message"] for row in rows} == {"đăng ký lớp", *said}
    last = max(rows, key=lambda row: str(row["timestamp"]))
    preferences = as_json(last["metadata"])["preferences"]
    assert preferences["time_period"] == "morning"
    assert preferences["avoid_days"] == ["Saturday"]
