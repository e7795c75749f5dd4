"""The socket.io channel for students: nobody poses as another, and no reply is lost or doubled."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import httpx
import pytest
import socketio

from tests.channels.serving import SOCKET_PATH, StubServer, new_student, token
from tests.channels.window import Refused, Window


async def test_the_bot_answers_the_student_of_the_token(stub: StubServer) -> None:
    student = new_student()
    async with Window(stub.url, token(student)) as window:
        assert await window.say("hello") == [f"{student} said hello, time 1", "and that is all"]
        assert [item["kind"] for item in window.items] == ["user", "bot", "bot", "done"]
        assert window.items[0]["text"] == "hello"


async def test_what_a_client_claims_to_be_counts_for_nothing(stub: StubServer) -> None:
    student = new_student()
    async with Window(stub.url, token(student)) as window:
        claims = {"sender": "1", "sender_id": "1", "session_id": "1", "metadata": {"sender_id": "1"}}
        assert await window.send("hello", **claims) == {}
        await window.until(lambda items: len(items) == 4)
        assert window.texts()[0] == f"{student} said hello, time 1"


async def test_a_button_shows_its_title_and_pictures_keep_rasas_shape(stub: StubServer) -> None:
    async with Window(stub.url, token(new_student())) as window:
        await window.send("more", title="Cho xem thêm")
        await window.until(lambda items: bool(items) and items[-1]["kind"] == "done")
        user, _, buttons, picture, _ = window.items
        assert user["text"] == "Cho xem thêm"
        assert buttons["message"]["quick_replies"][0]["title"] == "Sáng"
        assert picture["message"]["attachment"] == {"type": "image", "payload": {"src": "/picture.png"}}


async def test_a_turn_that_is_handed_in_twice_is_answered_once(stub: StubServer) -> None:
    async with Window(stub.url, token(new_student())) as window:
        for _ in range(3):
            assert await window.send("hello", id="one and the same") == {}
        assert await window.say("hello") == [window.texts()[2], "and that is all"]
        assert [text.split(", ")[-1] for text in window.texts()[::2]] == ["time 1", "time 2"]


async def test_a_reply_made_while_the_student_was_away_is_there_once_on_return(stub: StubServer) -> None:
    student = new_student()
    window = Window(stub.url, token(student))
    await window.connect()
    await window.say("hello")
    await window.send("slow one")
    await window.disconnect()
    async with Window(stub.url, token(student)) as witness:  # sees the turn end while the other is away
        await witness.until(lambda items: len(items) == 8)
    await window.connect()
    assert window.texts()[2:] == [f"{student} said slow one, time 1", "and that is all"]
    assert [item["id"] for item in window.items] == list(range(1, 9))
    assert window.doubles == 0
    await window.disconnect()


async def test_turns_are_answered_in_the_order_they_were_said(stub: StubServer) -> None:
    async with Window(stub.url, token(new_student())) as window:
        for text in ("slow first", "second", "third"):
            await window.send(text)
        await window.until(lambda items: sum(item["kind"] == "done" for item in items) == 3)
        said = [item["text"] for item in window.items if item["kind"] == "user"]
        assert said == ["slow first", "second", "third"]
        assert [text.split()[2] for text in window.texts()[::2]] == ["slow", "second,", "third,"]


async def test_two_students_never_see_each_other_and_two_windows_of_one_see_the_same(
    stub: StubServer,
) -> None:
    one, other = new_student(), new_student()
    async with (
        Window(stub.url, token(one)) as first,
        Window(stub.url, token(one)) as second,
        Window(stub.url, token(other)) as stranger,
    ):
        await asyncio.gather(first.say("mine"), stranger.say("theirs"))
        await second.until(lambda items: len(items) == 4)
        assert second.items == first.items
        assert all(text.startswith(f"{other} ") for text in stranger.texts()[::2])
        assert not any("theirs" in text for text in first.texts())
    async with Window(stub.url, token(other)) as again:
        assert not any("mine" in text for text in again.texts())


@pytest.mark.parametrize(
    ("bearer", "code"),
    [
        (None, "bad_token"),
        ("", "bad_token"),
        ({"sub": "7"}, "bad_token"),
        (token(7, secret="another secret, which is long enough too"), "bad_token"),
        (token(7, aud="library"), "bad_token"),
        (token(7, secret="", algorithm="none"), "bad_token"),
        (token(7, exp=1), "token_expired"),
    ],
)
async def test_a_bad_token_is_refused(stub: StubServer, bearer: object, code: str) -> None:
    with pytest.raises(Refused, match=code):
        await Window(stub.url, bearer).connect()


async def test_where_websockets_are_blocked_polling_does(stub: StubServer) -> None:
    student = new_student()
    async with httpx.AsyncClient(base_url=f"{stub.url}{SOCKET_PATH}/", timeout=20) as client:
        for bearer, expected in (("nonsense", '44{"message":'), (token(student), '40{"sid":')):
            opened = (await client.get("", params={"EIO": 4, "transport": "polling"})).text
            session = {"EIO": 4, "transport": "polling", "sid": json.loads(opened[1:])["sid"]}
            await client.post("", params=session, content="40" + json.dumps({"token": bearer}))
            assert (await client.get("", params=session)).text.startswith(expected)


async def test_a_connection_ends_with_its_token(stub: StubServer) -> None:
    window = Window(stub.url, token(new_student(), exp=int(time.time()) + 2))
    await window.connect()
    await window.until_closed()
    assert not window.connected
    await window.disconnect()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ((), "bad_message"),
        ((None,), "bad_message"),
        (("text",), "bad_message"),
        (({"message": "x"},), "bad_message"),
        (({"id": 5, "message": "x"},), "bad_message"),
        (({"id": "x" * 65, "message": "x"},), "bad_message"),
        (({"id": "x"},), "bad_message"),
        (({"id": "x", "message": b"bytes"},), "bad_message"),
        (({"id": "x", "message": "x", "title": {}},), "bad_message"),
        (({"id": "x", "message": "x" * 2001},), "too_long"),
        (({"id": "x", "message": ""}, "and", "more"), "bad_message"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_malformed_message_is_told_why(stub: StubServer, data: tuple[Any, ...], code: str) -> None:
    async with Window(stub.url, token(new_student())) as window:
        assert (await window.ask("user_uttered", *data))["error"] == code
        assert len(await window.say("still here")) == 2


async def test_haste_is_told_when_to_come_back(stub: StubServer) -> None:
    async with Window(stub.url, token(new_student())) as window:
        answers = [await window.send("hello") for _ in range(12)]
        late = next(answer for answer in answers if answer)
        assert (late["error"], late["retry_after"] >= 1) == ("too_many", True)


async def test_a_bot_that_fails_or_says_nothing_is_apologised_for(stub: StubServer) -> None:
    async with Window(stub.url, token(new_student())) as window:
        for text in ("fail", "silent"):
            [apology] = await window.say(text)
            assert "Sorry" in apology


async def test_a_page_of_another_address_is_refused(stub: StubServer) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Window(stub.url, token(new_student())).connect(Origin="https://evil.example")


UNREADABLE = ["", "x", "4" + "x" * 40_000, b"x" * 40_000]  # answered by closing the connection
FRAMES = [
    *UNREADABLE,
    "4",
    "4x",
    "42",
    "42[",
    '42["user_uttered"',
    '42["user_uttered",{"id":"a","message":"hello"}]',  # before the student is known
    '42["resume",{}]',
    "42{}",
    "429999999999999999999[]",
    '451-["user_uttered",{"_placeholder":true,"num":0}]',
    "40" + "{" * 2000,
    '40{"token":',
    "9",
    b"\x00\x01\xff",
]


async def test_malformed_and_oversized_frames_break_and_leak_nothing(stub: StubServer) -> None:
    student = new_student()
    address = f"{stub.url}{SOCKET_PATH}/?EIO=4&transport=websocket"
    async with Window(stub.url, token(student)) as window, aiohttp.ClientSession() as session:
        for frame in FRAMES:
            async with session.ws_connect(address) as raw:
                await raw.receive(timeout=20)
                await (raw.send_bytes(frame) if isinstance(frame, bytes) else raw.send_str(frame))
                if frame in UNREADABLE:
                    closed = {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
                    assert (await raw.receive(timeout=20)).type in closed
        assert len(await window.say("still here")) == 2
    assert "Traceback" not in (log := stub.log.read_text())
    assert "xxxx" not in log


async def test_events_that_nobody_listens_to_are_passed_over(stub: StubServer) -> None:
    async with Window(stub.url, token(new_student())) as window:
        await window._client.emit("session_request", {"session_id": "1"})
        await window._client.emit("nonsense", ["x"] * 10)
        assert len(await window.say("still here")) == 2
