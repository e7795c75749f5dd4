"""Why a message is not taken, as the client is told."""

from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):
    """`code` is for the client's program, `text` for a person; `retry_after` in seconds, 0: it is no use."""

    code: str
    status: int
    text: str
    retry_after: int = 0

    def as_json(self) -> dict[str, Any]:
        later = {"retry_after": self.retry_after} if self.retry_after else {}
        return {"error": self.code, "message": self.text, **later}


def bad_token(reason: str) -> Refusal:
    return Refusal("bad_token", 401, reason)


def token_expired() -> Refusal:
    return Refusal("token_expired", 401, "the token has expired; ask the portal for a new one")


def bad_message(reason: str) -> Refusal:
    return Refusal("bad_message", 400, reason)


def too_long(length: int, allowed: int) -> Refusal:
    return Refusal("too_long", 413, f"the message has {length} characters; allowed: {allowed}")


def too_many(seconds: int) -> Refusal:
    return Refusal("too_many", 429, f"too many messages; the next is taken in {seconds} s", seconds)
