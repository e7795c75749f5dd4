"""A bot of somebody else's on this SDK: its keys, its messages and its table are an operator's like ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from registration.cache import StateStore
from registration.dialogue.state import IN_PROGRESS, State
from registration.operating.stores.redis_store import RedisStore
from registration.sender import Sender
from registration.service import utc_now
from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from registration.testing.redis_server import connect
from tests.docs.blocks import ROOT
from tests.docs.test_readme import environment

DORMITORY = ROOT / "examples/dormitory"
NAMES = ("dormitory_answers", "dormitory_cleared", "dormitory_conversation")
_PUBLISH = """
import bot
from registration.messaging.rabbitmq import get_rabbitmq_manager
from registration.service import utc_now
manager = get_rabbitmq_manager()
for student in (7, 77):
    manager.publisher.publish(bot.RoomRequest(student_id=student, timestamp=utc_now(), building="north",
        roommates=[], shares=[]))
assert manager.flush(30)
manager.close()
"""


def _answer(state: State) -> tuple[State, str]:
    return state.changed({"building": "north"}, IN_PROGRESS, utc_now()), "{}"


async def answered(settings: RedisSettings, *students: str) -> None:
    store = StateStore(settings, names=NAMES)
    for student in students:
        await store.update(student, _answer)
    await store.close()


@pytest.mark.parametrize("leaves_mark", [True, False])
async def test_its_keys_are_found_and_erased_with_a_mark_of_their_own(
    redis_settings: RedisSettings, leaves_mark: bool
) -> None:
    await answered(redis_settings, "7", "77", "*7")
    with connect(redis_settings) as client:
        client.set("session:7", "of another program")
    rows, who = RedisStore(redis_settings, leaves_mark=leaves_mark), Sender.of("7")
    assert [item["key"] for item in rows.find(who)] == ["dormitory_answers:7", "dormitory_conversation:7"]
    rows.erase(who)
    assert rows.find(who) == []
    with connect(redis_settings) as client:
        left = {key.decode() for key in client.keys("*")}
    others = {
        f"dormitory_{part}:{student}" for part in ("answers", "conversation") for student in ("77", "*7")
    }
    marks = {"cleared:7", "dormitory_cleared:7"} if leaves_mark else set()
    assert left == {"session:7", *others, *marks}


def test_its_queue_is_shown_exported_and_erased(
    rabbitmq_settings: RabbitMQSettings,
    redis_settings: RedisSettings,
    spool_settings: SpoolSettings,
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    environ = environment(rabbitmq_settings, redis_settings, spool_settings, sqlite_url)
    environ |= {"MESSAGE_TYPES": "bot", "PYTHONPATH": f"{ROOT}:{DORMITORY}"}

    def run(*arguments: str, module: str = "-m") -> str:
        done = subprocess.run(
            [sys.executable, module, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True
        )
        assert done.returncode in (0, 1), done.stderr  # 1: something is not well, such as a missing worker
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    run(_PUBLISH, module="-c")
    status = json.loads(run("registration", "status", "--json"))
    assert "room_requests" in json.dumps(status)
    run("registration", "export", "7", "--output", str(tmp_path / "seven.json"))
    assert "north" in (tmp_path / "seven.json").read_text()
    run("registration", "erase", "7", "--yes")
    run("registration", "export", "7", "--output", str(tmp_path / "again.json"))
    assert "north" not in (tmp_path / "again.json").read_text()
    run("registration", "export", "77", "--output", str(tmp_path / "other.json"))
    assert "north" in (tmp_path / "other.json").read_text()
