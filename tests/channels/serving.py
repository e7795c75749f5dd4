"""The stub as a process, and tokens for it."""

import itertools
import time
from pathlib import Path
from typing import Any

import httpx
import jwt

from registration.testing.processes import Server

SECRET = "a secret of this test, long enough to sign with"
SOCKET_PATH = "/webhooks/student_socketio/socket.io"
_numbers = itertools.count(5001)


class StubServer(Server):
    """Rasa's channels, as a deployment has them, before an echo; in Rasa's own environment."""

    name = "stub"
    start_timeout = 120.0

    def __init__(self, credentials: Path = Path("deploy/credentials.yml"), **environ: str) -> None:
        super().__init__()
        self._credentials = credentials
        self._environ = environ

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        program = ["-W", "ignore", "-m", "tests.channels.stub", str(self.port), str(self._credentials)]
        return [".venv/bin/python", *program]

    def environ(self) -> dict[str, str]:
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        return {**quiet, "STUDENT_TOKEN_SECRET": SECRET, **self._environ}

    def answers(self) -> bool:
        try:
            return httpx.get(self.url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


def new_student() -> int:
    """A student whom no other test has heard of."""
    return next(_numbers)


def token(student: int, secret: Any = SECRET, algorithm: str = "HS256", **over: object) -> str:
    now = int(time.time())
    claims = {"sub": str(student), "aud": "class-registration", "iat": now, "exp": now + 600, **over}
    return jwt.encode(claims, secret, algorithm)
