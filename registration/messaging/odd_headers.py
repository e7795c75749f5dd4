"""Lets pika pass over a header's value that it cannot read.

Such a value makes `pika.data.decode_value` raise inside the connection, which is lost; then the message comes
again, and so on without end. It is a time after the year 9999 (a producer wrote milliseconds where AMQP wants
seconds; mended after pika 1.4.4, https://github.com/pika/pika/issues/1698), or lists and tables too deep for
Python's stack. pika has no setting for this and no class to derive from, so one function of its is replaced.
"""

import struct
from typing import Any

import pika.data

_SIZES = {b"T": 9, b"f": 5, b"d": 9}  # bytes of a time and of numbers, with the letter that names their type
_NESTING = (b"A", b"F")  # lists and tables: after their letter, four bytes say how long the rest is

_decode_value = pika.data.decode_value


def accept_odd_headers() -> None:
    """From now on a value that cannot be read is None; the headers beside it are as ever."""
    pika.data.decode_value = _value_or_none


def _value_or_none(encoded: bytes, offset: int) -> tuple[Any, int]:
    """The value at `offset`, and where the next one begins."""
    try:
        value: tuple[Any, int] = _decode_value(encoded, offset)
        return value
    except (ValueError, OverflowError, OSError, RecursionError):
        letter = encoded[offset : offset + 1]
        if letter in _SIZES:
            return None, offset + _SIZES[letter]
        if letter in _NESTING:
            return None, offset + 5 + int(struct.unpack_from(">I", encoded, offset + 1)[0])
        raise  # too deep here: the list or table around it is passed over
