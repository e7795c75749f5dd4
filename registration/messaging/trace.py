"""Which trace the present work belongs to: W3C's `traceparent`, carried beside a message."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

HEADER = "traceparent"

# Empty where nothing is traced.
current_trace: ContextVar[str] = ContextVar(HEADER, default="")


def header_of(traceparent: str) -> dict[str, str]:
    """The headers of a message that belongs to this trace."""
    return {HEADER: traceparent} if traceparent else {}


def kept(headers: Mapping[str, Any] | None) -> dict[str, str]:
    """What of a message's headers says which trace it belongs to; anybody can set a header."""
    value = (headers or {}).get(HEADER)
    return header_of(value) if isinstance(value, str) and trace_id(value) else {}


def trace_id(traceparent: str) -> str:
    """32 hexadecimal digits; empty for what is no traceparent."""
    parts = traceparent.split("-")
    is_one = len(parts) == 4 and [len(part) for part in parts] == [2, 32, 16, 2]
    return parts[1] if is_one and all(digit in "0123456789abcdef" for digit in parts[1]) else ""
