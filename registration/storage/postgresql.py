"""What is PostgreSQL's own: a connection whose every wait is bounded, and session settings.

psycopg2 would wait for ever on a server that stands still; by its wait callback it asks us how long. The
callback is the process's, so connections that are not ours keep waiting as they did.
"""

import select
from typing import Any

from registration.errors import SettingsError

CONNECT_TIMEOUT = 5  # seconds


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
