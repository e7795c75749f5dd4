"""What is PostgreSQL's own: a connection whose every wait is bounded, session settings, and JSON without NUL.

psycopg2 would wait for ever on a server that stands still; by its wait callback it asks us how long. The
callback is the process's, so connections that are not ours keep waiting as they did.
"""

import re
import select
from typing import Any

import msgspec
from sqlalchemy import JSON, Text, cast, func

from registration.errors import SettingsError

CONNECT_TIMEOUT = 5  # seconds
_NUL_IN_JSON = r"\u0000"
_SUBSTITUTE_IN_JSON = r"\ufffd"
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # behind a backslash of the text's own it is none


def connect_args(lock_wait: int, answer_timeout: int) -> dict[str, Any]:
    """Arguments of psycopg2's `connect`: `lock_wait` and `answer_timeout` in seconds."""
    try:
        import psycopg2.extensions
    except ImportError:
        raise SettingsError(
            "DATABASE_URL of PostgreSQL needs psycopg2: install the extra `postgresql`"
        ) from None

    class BoundedConnection(psycopg2.extensions.connection):
        longest_wait = answer_timeout

    psycopg2.extensions.set_wait_callback(_wait)
    return {
        "connection_factory": BoundedConnection,
        "connect_timeout": CONNECT_TIMEOUT,
        "client_encoding": "utf8",
        "options": f"-c timezone=UTC -c lock_timeout={lock_wait * 1000}",
    }


def json_text(value: Any) -> str:
    """`value` as JSON. Raises ValueError for a NUL: PostgreSQL would store it and fail on reading it."""
    text = msgspec.json.encode(value).decode()
    if _NUL_IN_JSON in text and _NUL.search(text):
        raise ValueError("a text in JSON holds a NUL character")
    return text


def readable(column: Any) -> Any:
    """A column of JSON whose texts can be asked for also where somebody has stored a NUL in one of them."""
    return cast(func.replace(cast(column, Text), _NUL_IN_JSON, _SUBSTITUTE_IN_JSON), JSON)


def _wait(connection: Any) -> None:
    """Until the server has answered. Raises OperationalError, upon which psycopg2 ends the connection."""
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP

    longest = getattr(connection, "longest_wait", None)
    while (state := connection.poll()) != POLL_OK:
        seconds = CONNECT_TIMEOUT if longest and connection.status == STATUS_SETUP else longest
        socket = [connection.fileno()]
        read, write = (socket, []) if state == POLL_READ else ([], socket)
        if not any(select.select(read, write, [], seconds)):
            raise OperationalError(f"no answer within {seconds} s")
