"""The web process's own part of the chat: files, notifications, and the trial's door."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from registration.errors import SettingsError
from registration.settings import ChatSettings, Settings, TokenSettings, WebSettings
from registration.student_tokens import StudentTokens
from registration.testing.bot import WebServer
from web.app import create_app

SECRET = "a secret of this test, long enough to sign with"
PORTAL = "https://portal.example.org"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    environ = {
        "STUDENT_TOKEN_SECRET": SECRET,
        "CHAT_TRIAL": "on",
        "CHAT_URL": "https://chat.example.org",
        "CHAT_ORIGINS": PORTAL,
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('web') / 'none.db'}",
        "LINK_SECRET": "",
        "CATALOGUE_PATH": "",
    }
    with WebServer(environ) as server:
        yield server


def bearer(**over: object) -> dict[str, str]:
    now = int(time.time())
    claims = {"sub": "4711", "aud": "class-registration", "iat": now, "exp": now + 60, **over}
    return {"Authorization": f"Bearer {jwt.encode(claims, SECRET, 'HS256')}"}


def test_the_committed_widget_is_built_from_its_sources() -> None:
    widget = Path("web/widget")
    names = [
        "package-lock.json",
        "build.mjs",
        *sorted(f"src/{file.name}" for file in (widget / "src").iterdir()),
    ]
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (widget / name).read_bytes() + b"\0")
    assert digest.hexdigest() in Path("web/static/chat.js").read_text()[:200], "make widget, and commit"


def test_files_come_compressed_and_only_once(server: WebServer) -> None:
    first = httpx.get(f"{server.url}/static/chat.js", timeout=30)
    assert first.headers["content-encoding"] == "gzip"
    again = httpx.get(
        f"{server.url}/static/chat.js", headers={"If-None-Match": first.headers["etag"]}, timeout=30
    )
    assert (again.status_code, again.content) == (304, b"")
    plain = httpx.get(f"{server.url}/static/chat.js", headers={"Accept-Encoding": "identity"}, timeout=30)
    assert plain.content == first.content == Path("web/static/chat.js").read_bytes()


def test_the_policy_names_rasa_and_nobody_else(server: WebServer) -> None:
    policy = httpx.get(server.url, timeout=30).headers["content-security-policy"]
    assert "connect-src 'self' https://chat.example.org wss://chat.example.org;" in policy
    assert policy.count("https:") == 1


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/app.py", "/nothing", "/static/"]
)
def test_what_is_not_there_is_told_plainly(server: WebServer, path: str) -> None:
    answer = httpx.get(server.url + path, timeout=30)
    assert (answer.status_code, answer.text) == (404, "there is nothing at this address")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer nonsense"}, bearer(exp=1), bearer(aud="library")],
    ids=["none", "nonsense", "expired", "other audience"],
)
def test_notifications_want_a_token(server: WebServer, headers: dict[str, str]) -> None:
    assert httpx.get(f"{server.url}/notifications", headers=headers, timeout=30).status_code == 401


def test_before_anything_was_stored_there_are_none(server: WebServer) -> None:
    answer = httpx.get(f"{server.url}/notifications?after=0", headers=bearer(), timeout=30)
    assert answer.json() == {"notifications": []}


@pytest.mark.parametrize("after", ["x", "-1", "1 OR 1=1", "9" * 30, "٣"])
def test_a_wrong_place_is_named(server: WebServer, after: str) -> None:
    answer = httpx.get(f"{server.url}/notifications", params={"after": after}, headers=bearer(), timeout=30)
    assert (answer.status_code, "a whole number from 0" in answer.text) == (400, True)


def test_only_pages_that_the_settings_name_may_ask_across_addresses(server: WebServer) -> None:
    for origin, allowed in ((PORTAL, PORTAL), ("https://evil.example", None)):
        answer = httpx.options(f"{server.url}/notifications", headers={"Origin": origin}, timeout=30)
        assert answer.headers.get("access-control-allow-origin") == allowed


def test_a_trial_signs_any_number_in_from_this_machine(server: WebServer) -> None:
    answer = httpx.post(f"{server.url}/trial", json={"student": "12"}, timeout=30)
    student = StudentTokens.of(TokenSettings(secret=SECRET)).read(answer.json()["token"])
    assert (student.student_id, student.is_trial) == (12, True)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"student": 12}', b'{"student": "0"}', b'{"student": "x"}']
)
def test_a_trial_wants_a_number(server: WebServer, body: bytes) -> None:
    answer = httpx.post(f"{server.url}/trial", content=body, timeout=30)
    assert (answer.status_code, "from 1 to 2147483647" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}], ids=str
)
def test_a_page_of_another_name_cannot_use_the_trial(server: WebServer, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{server.url}/trial", json={"student": "12"}, headers=headers, timeout=30)
    assert answer.status_code == 403


def test_there_is_no_trial_where_others_could_reach_it() -> None:
    settings = Settings(
        token=TokenSettings(secret=SECRET), chat=ChatSettings(trial="on"), web=WebSettings(host="0.0.0.0")
    )
    with pytest.raises(SettingsError, match="CHAT_TRIAL is 'on'; allowed only where WEB_HOST is loopback"):
        create_app(settings, "not-served")
