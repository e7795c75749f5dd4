"""The messages that travel from the chat to the database: JSON, UTF-8, one object (schema 1).

A message type of your own is a class like the three below, and a row in `topology`.
"""

import hashlib
import re
import uuid
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from registration.errors import InvalidMessage
from registration.messaging.fields import TEXT, fields_of
from registration.student_id import MAX_STUDENT_ID

MAX_BODY_BYTES = 256 * 1024
MAX_TEXT_BYTES = 60_000  # what `message` and `response` are cut to; the columns hold 65,535

MAX_COLUMN_BYTES = 65_535
_SURELY_SHORT = MAX_TEXT_BYTES // 4  # characters, whichever they are
_SURELY_FITS = MAX_COLUMN_BYTES // 4  # characters, whichever they are
_MAX_REASON = 200
_QUOTED = re.compile(r"value '.*?'(?= - at)|'.*\Z", re.DOTALL)
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # as a table holds it
_ID_NAMESPACE = uuid.UUID("5c0a6d0e-5f0b-4c0c-9a58-0f2c1b7b6f11").bytes

StudentId = Annotated[int, msgspec.Meta(ge=0, le=MAX_STUDENT_ID)]
Intent = Annotated[str, msgspec.Meta(max_length=255)]
Name = Annotated[str, msgspec.Meta(max_length=100)]
Title = Annotated[str, msgspec.Meta(max_length=500)]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The fields that all messages share; `class Mine(Message, frozen=True, kw_only=True, tag="mine")`."""

    student_id: StudentId
    timestamp: datetime  # UTC where it names no zone
    message_id: str = ""  # a UUID; a message decoded or published always has one
    schema: Literal[1] = 1


class ChatMessage(Message, frozen=True, kw_only=True, tag="chat_message"):
    """One turn: what the student wrote and all that the bot answered."""

    message: str
    response: str
    intent: Intent
    metadata: dict[str, Any] | None = None


class ClassPreference(Message, frozen=True, kw_only=True, tag="class_preference"):
    """What a student confirmed (`step` is complete) or picked (`step` is chosen)."""

    preferences: dict[str, Any]
    step: Name


class Notification(Message, frozen=True, kw_only=True, tag="notification"):
    """What a student is told outside the chat."""

    notification_type: Name
    title: Title
    content: str
    metadata: dict[str, Any] | None = None


MessageType = TypeVar("MessageType", bound=Message)

_encoder = msgspec.json.Encoder()


@cache
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@cache
def _text_fields(kind: type) -> tuple[str, ...]:
    """The fields that hold a text of any length, which a column bounds."""
    return tuple(field.name for field in fields_of(kind) if field.kind == TEXT)


def type_name(kind: type) -> str:
    """The `type` field of a kind of message, such as "chat_message"."""
    return str(kind.__struct_config__.tag)  # type: ignore[attr-defined]


def new_id() -> str:
    return str(uuid.uuid4())


def derived_id(*parts: str) -> str:
    """The same id for the same parts, so that what happens again is recognised."""
    # What `str(uuid.uuid5(...))` gives: every turn asks for two, and a UUID object costs more than its text.
    digest = hashlib.sha1(_ID_NAMESPACE + "\0".join(parts).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) % 4]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def encode(message: Message) -> bytes:
    """The message's body, checked as a reader will check it. Raises InvalidMessage."""
    try:
        body = _encoder.encode(message)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidMessage(f"cannot be written as JSON: {error}") from error
    _decoded(type(message), body)
    return body


def decode(kind: type[MessageType], body: bytes, amqp_message_id: str | None = None) -> MessageType:
    """The message that `body` holds, with an id that fits the table.

    A producer that sets no `message_id` is known by AMQP's, else by a hash of the body.
    Raises InvalidMessage with a reason fit for an operator to read; it quotes nothing of the body.
    """
    message = _decoded(kind, body)
    if _UUID.fullmatch(message.message_id):
        return message
    fitting: MessageType = msgspec.structs.replace(
        message, message_id=_fitting_id(message, body, amqp_message_id)
    )
    return fitting


def cut(text: str) -> tuple[str, bool]:
    """`text`, cut between characters to MAX_TEXT_BYTES, and whether anything was cut."""
    if len(text) <= _SURELY_SHORT:
        return text, False
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) <= MAX_TEXT_BYTES:
        return text, False
    return encoded[:MAX_TEXT_BYTES].decode("utf-8", "ignore"), True


def _decoded(kind: type[MessageType], body: bytes) -> MessageType:
    _check_size(body)
    try:
        message: MessageType = _decoder(kind).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # msgspec quotes a wrong `type`, but no text of a body belongs into logs and headers.
        reason = _QUOTED.sub("value", str(error)[:_MAX_REASON])
        raise InvalidMessage(f"not a {type_name(kind)}: {reason}") from error
    _check_texts(message)
    return message


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BODY_BYTES:
        raise InvalidMessage(f"{len(body)} bytes long; at most {MAX_BODY_BYTES} are allowed")


def _check_texts(message: Message) -> None:
    for name in _text_fields(type(message)):
        text = getattr(message, name) or ""
        if len(text) > _SURELY_FITS and (size := len(text.encode())) > MAX_COLUMN_BYTES:
            raise InvalidMessage(f"{name} is {size} bytes long; at most {MAX_COLUMN_BYTES} are allowed")


def _fitting_id(message: Message, body: bytes, amqp_message_id: str | None) -> str:
    given = message.message_id or amqp_message_id
    if not given:
        return derived_id("body", hashlib.sha256(body).hexdigest())
    try:
        return str(uuid.UUID(given))
    except ValueError:  # another producer's own kind of id
        return derived_id("id", given)
