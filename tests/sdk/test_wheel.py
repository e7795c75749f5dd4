"""The package: one typed name, nothing heavy at import, and it works where it is installed."""

import json
import statistics
import sys
import zipfile
from pathlib import Path

import pytest

from registration.settings import RedisSettings
from registration.testing.process_group import Group
from registration.testing.processes import free_port
from registration.testing.waiting import wait_until
from tests.sdk.environments import ROOT, Environment, is_up

pytestmark = pytest.mark.timeout(900)  # an environment of 2.5 GB, and training, on a busy machine

_HEAVY = ("sqlalchemy", "pika", "rasa", "rasa_sdk", "tensorflow", "redis", "msgspec")
_IMPORT = """
import sys, time
began = time.perf_counter()
import registration
took = time.perf_counter() - began
import json
print(json.dumps([took, sorted(set(sys.modules) & set(sys.argv[1:]))]))
"""


def test_it_holds_one_typed_package_and_no_room_of_a_users_bot(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"registration"}
    assert {
        "registration/py.typed",
        "registration/worker/__main__.py",
        "registration/web/__main__.py",
    } <= set(names)
    assert "registration/scaffold/template/bot.py" in names


def test_importing_it_is_quick_and_loads_nothing_heavy() -> None:
    measured = [_import() for _ in range(5)]
    assert all(loaded == [] for _, loaded in measured)
    print(f"import registration: {statistics.median(took for took, _ in measured) * 1000:.0f} ms")


def _import() -> tuple[float, list[str]]:
    took, loaded = json.loads(
        Environment(Path(sys.prefix)).run([sys.executable, "-c", _IMPORT, *_HEAVY], ROOT)
    )
    return took, loaded


def test_a_scaffold_passes_its_own_tests_in_a_fresh_environment_without_rasa(
    small_environment: Environment, tmp_path: Path
) -> None:
    assert "15 files" in small_environment.run("registration new paint-shop", tmp_path)
    folder = tmp_path / "paint-shop"
    assert "2 passed" in small_environment.run("python -m pytest -q", folder)
    assert "holds what bot:BOT asks for" in small_environment.run(
        "python -m registration domain check", folder
    )
    assert "--type {all,chat" in small_environment.run("python -m registration.worker --help", folder)


def test_the_chat_page_is_served_from_it(small_environment: Environment, tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEB_PORT": str(port),
        "STUDENT_TOKEN_SECRET": "a secret of this test, long enough to sign with",
        "CHAT_TRIAL": "on",
    }
    command = [str(small_environment.python), "-m", "registration.web"]
    page = Group(command, tmp_path / "log", {**small_environment.variables, **settings}, tmp_path)
    try:
        for path in ("/live", "/", "/static/chat.js"):
            wait_until(lambda path=path: is_up(port, path), 60, path)  # type: ignore[misc]
    finally:
        page.kill()


def test_rasa_finds_the_channels_and_the_featurizer_in_it(
    rasa_environment: Environment, tmp_path: Path
) -> None:
    code = """
from rasa.core.run import _create_single_channel
from registration.nlu.featurizer import TextViewsFeaturizer
for name in ("rest.StudentRest", "socketio.StudentSocketIO"):
    print(_create_single_channel(f"registration.channels.{name}", None).name())
print(TextViewsFeaturizer.__name__)
"""
    (tmp_path / ".env").write_text("STUDENT_TOKEN_SECRET=a secret of this test, long enough to sign with\n")
    said = rasa_environment.run([str(rasa_environment.python), "-c", code], tmp_path)
    assert said.split() == ["student_rest", "student_socketio", "TextViewsFeaturizer"]


_KEEP = """
import asyncio, redis, sys
from datetime import datetime, timezone
from registration.cache import StateStore
from registration.settings import RedisSettings
async def main():
    store = StateStore(RedisSettings(host="127.0.0.1", port=int(sys.argv[1])))
    for key in ("a", "b"):
        now = datetime.now(timezone.utc)
        change = lambda state: (state.changed({**state.preferences, key: 1}, "in_progress", now), None)
        await store.update("7", change)
    print(redis.__version__.split(".")[0], sorted((await store.load("7")).state.preferences))
    await store.close()
asyncio.run(main())
"""


def test_the_state_is_kept_by_the_redis_client_that_rasa_allows(
    rasa_environment: Environment, redis_settings: RedisSettings, tmp_path: Path
) -> None:
    code = [str(rasa_environment.python), "-c", _KEEP, str(redis_settings.port)]
    assert rasa_environment.run(code, tmp_path).strip() == "4 ['a', 'b']"


def test_its_version_is_that_of_the_change_log(small_environment: Environment, tmp_path: Path) -> None:
    code = "from importlib.metadata import version; print(version('class-registration-bot'))"
    version = small_environment.run(["python", "-c", code], tmp_path).strip()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
