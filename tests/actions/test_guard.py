"""An action server takes calls from Rasa only: whoever calls it speaks as any student."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from registration.testing.bot import ActionServer

SECRET = "a secret of this test, long enough to share"
CALL = {
    "next_action": "action_session_start",
    "sender_id": "4711",
    "tracker": {"sender_id": "4711", "slots": {}, "events": [], "latest_message": {}, "active_loop": {}},
    "domain": {},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    spool = tmp_path_factory.mktemp("guard") / "spool"
    environ = {"MODE": "embedded", "ACTION_SERVER_SECRET": SECRET, "SPOOL_DIR": str(spool), "REDIS_PORT": "1"}
    with ActionServer(environ) as server:
        yield server


def call(server: ActionServer, headers: dict[str, str]) -> httpx.Response:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    return httpx.post(server.url, content=json.dumps(CALL), headers=raw, timeout=30)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": SECRET},
        {"Authorization": f"Bearer {SECRET}x"},
        {"Authorization": "Bearer é"},
    ],
    ids=str,
)
def test_a_call_without_the_secret_is_refused(server: ActionServer, headers: dict[str, str]) -> None:
    answer = call(server, headers)
    assert answer.status_code == 401
    assert "4711" not in answer.text


def test_its_list_of_actions_is_closed_too(server: ActionServer) -> None:
    assert httpx.get(server.url.replace("/webhook", "/actions"), timeout=30).status_code == 401


def test_rasa_is_let_in(server: ActionServer) -> None:
    answer = call(server, {"Authorization": f"Bearer {SECRET}"})
    assert (answer.status_code, "events" in answer.json()) == (200, True)


def test_it_does_not_open_to_the_network_without_a_secret() -> None:
    environ = {**os.environ, "SANIC_HOST": "0.0.0.0", "ACTION_SERVER_SECRET": "", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", "import actions"], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ACTION_SERVER_SECRET is empty; with SANIC_HOST=0.0.0.0")
    assert "Traceback" not in done.stderr


def test_it_listens_on_loopback_unless_told_otherwise() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "SANIC_HOST"}
    program = "import actions, os; print(os.environ['SANIC_HOST'])"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "127.0.0.1\n"
