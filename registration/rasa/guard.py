"""The action server's door: it listens on loopback, and where a secret is set it takes no call without it.

Whoever may call an action server speaks as any student.
"""

import hmac
import os
from collections.abc import MutableMapping
from typing import Any

import pluggy
from rasa_sdk.endpoint import response  # Sanic's, of the version that rasa-sdk answers with
from rasa_sdk.plugin import plugin_manager

from registration.errors import SettingsError

_hook = pluggy.HookimplMarker("rasa_sdk")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OPEN_PATHS = ("/health",)


class Guard:
    """Refuses calls that do not carry `Authorization: Bearer SECRET`."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @_hook
    def attach_sanic_app_extensions(self, app: Any) -> None:
        app.register_middleware(self.check, "request")

    async def check(self, request: Any) -> Any:
        given = request.headers.get("authorization", "").encode(errors="surrogateescape")
        if request.path in _OPEN_PATHS or hmac.compare_digest(given, self._expected):
            return None
        return response.json({"error": "this server takes calls from Rasa only"}, status=401)


def guard_server(secret: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Close the action server of this process to all but Rasa. Raises SettingsError where it stays open."""
    host = environ.setdefault("SANIC_HOST", _LOOPBACK[0])  # rasa-sdk would listen everywhere
    if secret:
        plugin_manager().register(Guard(secret), name="registration-guard")
    elif host not in _LOOPBACK:
        raise SettingsError(
            f"ACTION_SERVER_SECRET is empty; with SANIC_HOST={host} anybody who reaches this server could "
            "speak as any student"
        )
