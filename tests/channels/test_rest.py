"""The REST channel for students: who they are stands in the token, and nowhere else."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.channels.serving import StubServer, new_student, token


def post(stub: StubServer, body: Any, bearer: str | None = None, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer is not None else {}
    url = f"{stub.url}/webhooks/student_rest/webhook"
    if isinstance(body, bytes):
        return httpx.post(url, content=body, headers=headers, timeout=30, **options)
    return httpx.post(url, json=body, headers=headers, timeout=30, **options)


def test_the_bot_answers_the_student_of_the_token(stub: StubServer) -> None:
    student = new_student()
    answer = post(stub, {"message": "more", "sender": "1", "metadata": {"sender": "1"}}, token(student))
    assert answer.status_code == 200
    text, picture = answer.json()
    assert text["text"].startswith(f"{student} said more, time 1")
    assert text["buttons"] == [{"title": "Sáng", "payload": '/inform{"time_period": "morning"}'}]
    assert picture["image"] == "/picture.png"


@pytest.mark.parametrize(
    ("bearer", "code"),
    [
        (None, "bad_token"),
        ("", "bad_token"),
        ("nonsense", "bad_token"),
        (token(7, secret="another secret, which is long enough too"), "bad_token"),
        (token(7, aud="library"), "bad_token"),
        (token(7, secret="", algorithm="none"), "bad_token"),
        (token(7, exp=1), "token_expired"),
        (token(7, iat=1), "token_expired"),
    ],
)
def test_a_bad_token_is_refused(stub: StubServer, bearer: str | None, code: str) -> None:
    answer = post(stub, {"message": "hello"}, bearer or None)
    assert (answer.status_code, answer.json()["error"]) == (401, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_message"),
        (b'{"message": ', 400, "bad_message"),
        (b"\xff\xfe", 400, "bad_message"),
        (b'["hello"]', 400, "bad_message"),
        (b"null", 400, "bad_message"),
        (b"{}", 400, "bad_message"),
        (b'{"message": 5}', 400, "bad_message"),
        (b'{"message": "   "}', 400, "bad_message"),
        (b'{"message": "' + b"x" * 2001 + b'"}', 413, "too_long"),
        (b'{"message": "' + b"x" * 70_000 + b'"}', 413, "too_long"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_gets_a_plain_status_and_message(
    stub: StubServer, body: bytes, status: int, code: str
) -> None:
    answer = post(stub, body, token(new_student()))
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert len(answer.text) < 200


def test_haste_is_told_when_to_come_back(stub: StubServer) -> None:
    bearer = token(new_student())
    answers = [post(stub, {"message": "hello"}, bearer) for _ in range(12)]
    late = next(answer for answer in answers if answer.status_code == 429)
    assert int(late.headers["retry-after"]) == late.json()["retry_after"] >= 1


def test_a_turn_that_fails_says_so_and_logs_ids_only(stub: StubServer) -> None:
    student = new_student()
    [answer] = post(stub, {"message": "fail"}, token(student)).json()
    assert "Sorry" in answer["text"]
    log = stub.log.read_text()
    assert f"a turn of student {student} failed: RuntimeError at stub.py" in log
    assert "secret of" not in log


def test_a_deployment_offers_no_channel_that_believes_its_client(stub: StubServer) -> None:
    assert list(yaml.safe_load(Path("deploy/credentials.yml").read_text())) == [
        "channels.rest.StudentRest",
        "channels.socketio.StudentSocketIO",
    ]
    for path in ("/webhooks/rest/webhook", "/webhooks/callback/webhook", "/socket.io/"):
        assert (
            httpx.post(f"{stub.url}{path}", json={"sender": "1", "message": "x"}, timeout=30).status_code
            == 404
        )


def test_without_a_key_the_channels_do_not_open() -> None:
    server = StubServer(STUDENT_TOKEN_SECRET="")
    with pytest.raises(Exception, match="set one of STUDENT_TOKEN_SECRET"), server:
        pass
