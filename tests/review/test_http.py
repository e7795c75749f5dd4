"""The review over HTTP: who gets in, what is refused, and that nothing stored is ever more than text."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest
import yaml
from sqlalchemy import text

from registration.__main__ import main as operate
from registration.errors import StorageError
from registration.messaging.messages import encode
from registration.messaging.spool import Spool
from registration.messaging.topology import QUEUES, queue_of
from registration.settings import SpoolSettings, load_settings
from registration.storage.engine import open_engine
from registration.storage.following import Follower
from registration.storage.listing import Filters
from registration.storage.searching import Conversations
from registration.storage.writer import Writer
from registration.testing.waiting import wait_until
from tests.review.serving import PASSWORD, PASSWORD_HASH, ReviewServer, form_token, signing_in
from tests.review.turns import dialogue, turn
from tests.worker.running import WorkerProcess, embedded_environment
from web.app import create_app

EVIL = '<script>document.title="stolen"</script><img src=x onerror=alert(1)>"\'&lt;'
MARKUP = re.compile(r"<script|<img src=x|onerror=alert\(1\)>", re.IGNORECASE)
LOGIN = "/review/login"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewServer]:
    url = f"sqlite:///{tmp_path_factory.mktemp('review') / 'registration.db'}"
    writer = Writer.to(url)
    writer.store(
        [
            *dialogue(7, ["sáng thứ hai", "không"]),
            turn(
                8,
                60,
                message=EVIL,
                response=EVIL,
                intent=EVIL,
                understood=False,
                confidence=0.2,
                step=EVIL,
                language=EVIL,
                entities=[{"entity": EVIL, "value": EVIL}],
                preferences={EVIL: EVIL, "prefer_days": [EVIL]},
                replies=[
                    {
                        "text": EVIL,
                        "buttons": [{"title": EVIL, "payload": EVIL}],
                        "image": "javascript:alert(1)",
                    },
                    {"text": "x", "image": "https://elsewhere.example/a.png"},
                ],
            ),
            turn(0, 61, sender_id=EVIL, session="anonymous"),
        ]
    )
    follower = Follower(writer.engine)
    while follower.step():
        pass
    writer.close()
    with ReviewServer(url) as server:
        yield server


@pytest.fixture(scope="module")
def reviewer(server: ReviewServer) -> Iterator[httpx.Client]:
    with signing_in(server) as (client, _):
        yield client


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """A form sent from its page."""
    token = form_token(client.get("/review/conversations/1"))
    return client.post(path, data={"form_token": token, "conversation": "1", **fields})


def all_routes(database_url: str) -> list[tuple[str, str]]:
    """Method and path of every route of the review, with 1 for each number."""
    environ = {"REVIEW_PASSWORD_HASH": PASSWORD_HASH, "DATABASE_URL": database_url}
    app = create_app(load_settings(environ, Path("no .env")), name="routes-of-the-review")
    return [
        (method, "/" + re.sub(r"<[^>]+>", "1", route.path))
        for route in app.router.routes
        for method in route.methods
        if route.path.startswith("review")
    ]


def test_no_route_answers_without_the_password(server: ReviewServer, tmp_path: Path) -> None:
    routes = all_routes(f"sqlite:///{tmp_path / 'none.db'}")
    assert len(routes) >= 10
    for method, path in routes:
        if path in (LOGIN, "/review/review.css"):
            continue
        answer = httpx.request(method, f"{server.url}{path}", data={"a": "b"} if method == "POST" else None)
        assert (answer.status_code, answer.text) == (303, ""), path
        assert answer.headers["Location"].startswith(LOGIN), path


def test_the_password_opens_and_signing_out_shuts(server: ReviewServer) -> None:
    with signing_in(server) as (client, entered):
        assert (entered.status_code, entered.headers["Location"]) == (303, "/review/")
        cookie = entered.headers["Set-Cookie"]
        assert all(
            word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/review", "Max-Age=28800")
        )
        page = client.get("/review/")
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]

        left = client.post("/review/logout", data={"form_token": form_token(page)})
        assert left.headers["Location"] == LOGIN
        assert client.get("/review/").status_code == 303


def test_after_the_login_comes_the_page_that_was_wanted_and_never_another_site(server: ReviewServer) -> None:
    with httpx.Client(base_url=server.url) as client:
        asked = client.get("/review/conversations/1").headers["Location"]
        assert asked == f"{LOGIN}?next=/review/conversations/1"
        token = form_token(client.get(asked))
        fields = {"form_token": token, "password": PASSWORD}
        wanted = client.post(LOGIN, data={**fields, "next": "/review/conversations/1"})
        assert wanted.headers["Location"] == "/review/conversations/1"
    for elsewhere in (
        "https://evil.example/review/",
        "//evil.example/review/",
        "/review/\\evil",
        "/\\/evil",
        LOGIN,
    ):
        with httpx.Client(base_url=server.url) as client:
            fields["form_token"] = form_token(client.get(LOGIN, params={"next": elsewhere}))
            entered = client.post(LOGIN, data={**fields, "next": elsewhere})
            assert entered.headers["Location"] == "/review/", elsewhere


def test_a_forged_cookie_is_no_session(server: ReviewServer, reviewer: httpx.Client) -> None:
    own = reviewer.cookies["review_session"]
    claims = jwt.decode(own, options={"verify_signature": False})
    head, body, signature = own.split(".")
    forged = [
        jwt.encode(claims, "another key, which is long enough to sign with", "HS256"),
        jwt.encode(claims, PASSWORD_HASH, "HS256"),
        jwt.encode(claims, None, "none"),  # type: ignore[arg-type]
        f"{head}.{body}.{signature[:-2]}AA",
        f"{head}.{body}.",
        "x",
        "",
        "a.b.c",
        "\u00e9" * 3_000,
    ]
    for cookie in forged:
        answer = httpx.get(f"{server.url}/review/", headers={"Cookie": f"review_session={cookie}".encode()})
        assert answer.status_code == 303, cookie
    with httpx.Client(
        base_url=server.url
    ) as client:  # signed by the server, but before the password was given
        client.get(LOGIN)
        assert client.cookies["review_session"]
        assert client.get("/review/").status_code == 303


def test_a_form_without_its_token_is_refused_and_changes_nothing(
    server: ReviewServer, reviewer: httpx.Client
) -> None:
    with signing_in(server) as (other, _):
        foreign = form_token(other.get("/review/"))
    for token in (None, "", "0" * 64, foreign, "é"):
        fields = {"verdict": "wrong", "conversation": "1"} | (
            {"form_token": token} if token is not None else {}
        )
        for path in ("/review/turns/1/mark", "/review/conversations/1/description", "/review/logout", LOGIN):
            assert reviewer.post(path, data=fields).status_code == 403, (path, token)
    assert reviewer.post("/review/turns/1/mark").status_code == 403
    assert reviewer.post("/review/turns/1/mark", json={"verdict": "wrong"}).status_code == 403
    assert "marked wrong" not in reviewer.get("/review/conversations/1").text


def test_after_five_wrong_passwords_the_right_one_waits_too(tmp_path: Path) -> None:
    with ReviewServer(f"sqlite:///{tmp_path / 'registration.db'}") as server:
        for _ in range(5):
            with signing_in(server, "wrong") as (_, answer):
                assert answer.status_code == 401
                assert "That is not the password." in answer.text
        with signing_in(server) as (_, answer):
            assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert "Too many tries" in answer.text
        log = server.log.read_text()
        assert PASSWORD not in log
        assert "wrong" not in log


def test_what_was_stored_is_text_and_nothing_else(reviewer: httpx.Client) -> None:
    pages = ["/review/", "/review/?text=stolen", "/review/?student_id=0", "/review/overview?days=365"]
    pages += [f"/review/conversations/{number}" for number in (1, 2, 3)]
    for path in pages:
        page = reviewer.get(path)
        assert page.status_code == 200
        assert not MARKUP.search(page.text), path
        assert "javascript:" not in re.sub(r"<pre.*?</pre>", "", page.text, flags=re.DOTALL), path
        assert not re.search(r'(src|href)="https?:', page.text), path
    assert "&lt;script&gt;" in reviewer.get("/review/conversations/2").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/review/conversations/999", 404),
        ("/review/conversations/0", 404),
        ("/review/conversations/99999999999999999999", 404),
        ("/review/conversations/1?after=x", 400),
        ("/review/conversations/x", 404),
        ("/review/nothing", 404),
        ("/review/?student_id=1%20OR%201=1", 400),
        ("/review/?student_id=-1", 400),
        ("/review/?since=yesterday", 400),
        ("/review/?until=9999-12-31", 400),
        ("/review/?after=' OR 1=1", 400),
        ("/review/?text=" + "a" * 201, 400),
        ("/review/?text=" + "+".join(f"w{n}" for n in range(11)), 400),
        ("/review/overview?days=31", 400),
        ("/review/overview?days=all", 400),
    ],
)
def test_bad_addresses_get_a_plain_word(reviewer: httpx.Client, path: str, status: int) -> None:
    answer = reviewer.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert 0 < len(answer.text) < 200
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["text", "intent", "language", "stage", "tag", "verdict"])
def test_sql_in_a_filter_finds_nothing(reviewer: httpx.Client, name: str) -> None:
    for value in ("' OR '1'='1", "x' UNION SELECT 1 --", "%", "\0", "){"):
        answer = reviewer.get("/review/", params={name: value})
        assert answer.status_code == 200
        found = answer.text.count("/review/conversations/")
        assert found == 0 or (name == "text" and found == 3), (value, found)


def test_a_mark_a_note_and_tags_are_kept_and_shown(reviewer: httpx.Client) -> None:
    wrong = {"verdict": "wrong", "intent": "greet", "preferences": '{"time_period": "any"}', "note": EVIL}
    marked = post(reviewer, "/review/turns/1/mark", **wrong)
    assert marked.headers["Location"] == "/review/conversations/1#turn-1"
    described = post(reviewer, "/review/conversations/1/description", note=EVIL, tags="odd, cần xem")
    assert described.headers["Location"] == "/review/conversations/1#description"

    page = reviewer.get("/review/conversations/1").text
    assert "marked wrong" in page
    assert 'value="greet"' in page
    assert 'value="cần xem, odd"' in page
    assert not MARKUP.search(page)
    assert (
        "/review/conversations/1" in reviewer.get("/review/", params={"tag": "odd", "verdict": "wrong"}).text
    )

    exported = reviewer.get("/review/export/nlu.yml")
    assert exported.headers["Content-Disposition"] == "attachment; filename=corrected.yml"
    assert yaml.safe_load(exported.text) == {
        "version": "3.1",
        "nlu": [{"intent": "greet", "examples": "- sáng thứ hai\n"}],
    }
    post(reviewer, "/review/turns/1/mark", verdict="none")
    assert "marked wrong" not in reviewer.get("/review/conversations/1").text


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"verdict": "perhaps"}, 400, "right or wrong"),
        ({}, 400, "right or wrong"),
        ({"verdict": "wrong", "intent": "no_such_intent"}, 400, "class_registration_suggestion"),
        ({"verdict": "wrong", "preferences": "{"}, 400, "JSON"),
        ({"verdict": "wrong", "preferences": "[1]"}, 400, "JSON object"),
        ({"verdict": "wrong", "preferences": "[" * 5_000}, 400, "JSON"),
        ({"verdict": "wrong", "preferences": '{"colour": "red"}'}, 400, "allowed: time_period"),
        ({"verdict": "wrong", "preferences": '{"time_period": {"a": 1}}'}, 400, "time_period cannot"),
        ({"verdict": "right", "note": "x" * 10_001}, 400, "at most 10000"),
    ],
)
def test_a_bad_form_is_refused_with_what_is_allowed(
    reviewer: httpx.Client, fields: dict[str, str], status: int, said: str
) -> None:
    answer = post(reviewer, "/review/turns/1/mark", **fields)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_unknown_turns_and_conversations_are_not_found(reviewer: httpx.Client) -> None:
    assert post(reviewer, "/review/turns/999/mark", verdict="right").status_code == 404
    assert post(reviewer, "/review/conversations/999/description", note="").status_code == 404


def test_the_log_holds_no_message(server: ReviewServer, reviewer: httpx.Client) -> None:
    reviewer.get("/review/", params={"text": "sáng"})
    log = server.log.read_text()
    assert not re.search("sáng|stolen|Traceback", log)


def test_without_a_database_the_review_says_so(server: ReviewServer) -> None:
    broken = ReviewServer("sqlite:////proc/no/such/folder/registration.db")
    with broken, signing_in(broken) as (client, _):
        answer = client.get("/review/")
    assert (answer.status_code, "database" in answer.text) == (503, True)


def test_the_command_makes_a_hash_that_the_settings_take(tmp_path: Path) -> None:
    def command(password: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "web", "hash-password"],
            input=f"{password}\n",
            capture_output=True,
            text=True,
            timeout=60,
        )

    made = command(PASSWORD)
    settings = load_settings({"REVIEW_PASSWORD_HASH": made.stdout.strip()}, tmp_path / ".env")
    assert (made.returncode, settings.web.review_password_hash[:10]) == (0, "$argon2id$")
    short = command("short")
    assert (short.returncode, short.stdout) == (2, "")
    assert "at least 8" in short.stderr


def test_the_worker_fills_what_the_review_shows_and_rereads_when_asked(
    tmp_path: Path, spool_settings: SpoolSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'registration.db'}"
    spool = Spool(spool_settings)
    for message in dialogue(7, ["sáng", "không"]):
        name = queue_of(message).name
        spool.append(name, message.message_id, QUEUES[name].routing_key, "1", encode(message))
    engine = open_engine(url)

    def turns() -> int:
        try:
            return sum(row.turns for row in Conversations(engine).page(Filters()).rows)
        except StorageError:
            return 0  # no table yet

    with WorkerProcess(embedded_environment(spool_settings.folder, url), tmp_path / "log") as worker:
        wait_until(lambda: turns() == 3, 90)
        monkeypatch.setenv("DATABASE_URL", url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE conversation_summaries SET turns = 99"))
        assert operate(["reread", "--yes"]) == 0
        wait_until(lambda: turns() == 3, 90)
        assert worker.stop(timeout=30) == 0
    engine.dispose()
    spool.close()
