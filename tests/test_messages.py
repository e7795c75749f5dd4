"""Messages: what is sent comes back, and whatever else arrives is refused with a reason."""

import json
import uuid
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.errors import InvalidMessage
from registration.messaging.messages import (
    MAX_BODY_BYTES,
    ChatMessage,
    ClassPreference,
    Notification,
    cut,
    decode,
    derived_id,
    encode,
    new_id,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
texts = st.text(st.characters(codec="utf-8"), max_size=200)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


def chat(**fields: Any) -> dict[str, Any]:
    """A chat message as another producer, following the architecture document, would send it."""
    plain = {
        "student_id": 1,
        "message": "a",
        "response": "b",
        "intent": "c",
        "metadata": {},
        "timestamp": "2026-01-01T12:00:00",
    }
    return {key: value for key, value in {**plain, **fields}.items() if value is not ...}


def body(**fields: Any) -> bytes:
    return json.dumps(chat(**fields)).encode()


@given(texts, texts, st.dictionaries(texts, json_values, max_size=3))
def test_what_is_sent_comes_back(message: str, response: str, metadata: dict[str, Any]) -> None:
    sent = ChatMessage(
        student_id=7,
        timestamp=NOON,
        message_id=new_id(),
        message=message,
        response=response,
        intent="inform",
        metadata=metadata,
    )
    assert decode(ChatMessage, encode(sent)) == sent


def test_the_wire_form_names_type_and_schema() -> None:
    sent = Notification(
        student_id=1, timestamp=NOON, message_id=new_id(), notification_type="a", title="b", content="c"
    )
    wire = json.loads(encode(sent))
    assert (wire["type"], wire["schema"], wire["student_id"]) == ("notification", 1, 1)
    assert wire["timestamp"] == "2026-01-01T12:00:00Z"


def test_a_message_of_another_producer_is_known_by_amqps_id_else_by_its_body() -> None:
    given_id = new_id()
    assert decode(ChatMessage, body(), given_id).message_id == given_id
    by_body = decode(ChatMessage, body()).message_id
    assert uuid.UUID(by_body)
    assert decode(ChatMessage, body()).message_id == by_body
    assert decode(ChatMessage, body(message="x")).message_id != by_body


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4))
def test_a_derived_id_is_the_uuid_of_its_parts_in_our_namespace(parts: list[str]) -> None:
    ours = uuid.UUID("5c0a6d0e-5f0b-4c0c-9a58-0f2c1b7b6f11")
    assert derived_id(*parts) == str(uuid.uuid5(ours, "\0".join(parts)))


def test_an_id_of_another_kind_is_made_to_fit_the_column() -> None:
    odd = decode(ChatMessage, body(message_id="turn/42")).message_id
    assert uuid.UUID(odd)
    assert decode(ChatMessage, body(message_id="turn/42", message="x")).message_id == odd


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"student_id": "1"}, "student_id"),
        ({"student_id": 1.5}, "student_id"),
        ({"student_id": True}, "student_id"),
        ({"student_id": -1}, "student_id"),
        ({"student_id": 2_147_483_648}, "student_id"),
        ({"student_id": ...}, "student_id"),
        ({"message": None}, "message"),
        ({"message": ...}, "message"),
        ({"intent": "x" * 256}, "intent"),
        ({"message": "x" * 65_536}, "message is 65536 bytes long"),
        ({"response": "ữ" * 30_000}, "response is 90000 bytes long"),
        ({"metadata": []}, "metadata"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": ...}, "timestamp"),
        ({"schema": 2}, "schema"),
        ({"type": "notification"}, "type"),
    ],
)
def test_a_bad_field_is_named(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidMessage, match=reason):
        decode(ChatMessage, body(**fields))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'"text"',
        b"[" * 100_000,
        b'{"student_id": NaN}',
        b"{}" + b" " * MAX_BODY_BYTES,
    ],
)
@pytest.mark.parametrize("kind", [ChatMessage, ClassPreference, Notification])
def test_bytes_that_are_no_message_are_refused(kind: type, raw: bytes) -> None:
    with pytest.raises(InvalidMessage):
        decode(kind, raw)


@given(st.binary(max_size=300))
def test_whatever_arrives_nothing_but_a_refusal_happens(raw: bytes) -> None:
    with pytest.raises(InvalidMessage):
        decode(ChatMessage, raw)


def test_a_reason_is_short_and_quotes_nothing_of_the_text() -> None:
    with pytest.raises(InvalidMessage) as caught:
        decode(ChatMessage, body(message="my secret", type="my secret " * 1_000))
    assert len(str(caught.value)) < 300
    assert "secret" not in str(caught.value)


def test_what_cannot_be_stored_cannot_be_sent() -> None:
    with pytest.raises(InvalidMessage, match="student_id"):
        encode(
            ClassPreference(
                student_id=-1, timestamp=NOON, message_id=new_id(), preferences={}, step="complete"
            )
        )


@given(st.text(max_size=100), st.integers(0, 3))
def test_cutting_keeps_whole_characters(text: str, times: int) -> None:
    long = text * 1000 * times
    shown, was_cut = cut(long)
    assert len(shown.encode("utf-8", "surrogatepass")) <= 60_000
    assert long.startswith(shown)
    assert was_cut == (shown != long)
