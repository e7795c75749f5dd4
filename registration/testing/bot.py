"""A whole bot for a test: Rasa, its action server and the worker, as processes on ports of their own."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from registration.testing.process_group import Group
from registration.testing.processes import Server
from registration.testing.rest import RestChat

_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "SANIC_HOST": "127.0.0.1",
}


class _PythonServer(Server):
    start_timeout = 300.0  # Rasa, on a machine that does much else

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._environ = {**_QUIET, **environ}

    def environ(self) -> dict[str, str]:
        return self._environ

    def given(self, environ: Mapping[str, str]) -> None:
        """Settings for the next start, for those who must know each other's ports first."""
        self._environ = {**_QUIET, **environ}

    def _is_ok(self, path: str) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


class ActionServer(_PythonServer):
    """The action server of the package `actions` in the working directory."""

    name = "actions"

    def __init__(self, environ: Mapping[str, str], package: str = "actions") -> None:
        super().__init__(environ)
        self._package = package

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "rasa_sdk", "--actions", self._package, "-p", str(self.port)]

    def answers(self) -> bool:
        return self._is_ok("/health")


class RasaServer(_PythonServer):
    """Rasa with a trained model and the channels of a credentials file, on loopback.

    Without an `endpoints` file of the repository's, it has the action server alone.
    """

    name = "rasa"

    def __init__(
        self,
        model: Path,
        actions_url: str,
        environ: Mapping[str, str] | None = None,
        credentials: Path = Path("credentials.yml"),
        endpoints: Path | None = None,
    ) -> None:
        super().__init__(environ or {})
        self._model = model.resolve()
        self._actions_url = actions_url
        self._credentials = credentials
        self._endpoints = endpoints

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def chat(self, sender: str) -> RestChat:
        return RestChat(self.url, sender)

    def command(self) -> list[str]:
        endpoints = self._endpoints or self._own_endpoints()
        where = ["-i", "127.0.0.1", "-p", str(self.port)]
        what = ["-m", str(self._model), "--endpoints", str(endpoints)]
        return [sys.executable, "-m", "rasa", "run", *where, *what, "--credentials", str(self._credentials)]

    def _own_endpoints(self) -> Path:
        endpoints = self.folder / "endpoints.yml"
        endpoints.write_text(f"action_endpoint:\n  url: {self._actions_url}\n")
        return endpoints

    def answers(self) -> bool:
        return self._is_ok("/")


class WebServer(_PythonServer):
    """`python -m web`, on loopback."""

    name = "web"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "web"]

    def environ(self) -> dict[str, str]:
        return {**super().environ(), "WEB_PORT": str(self.port), "PUBLIC_URL": self.url}

    def answers(self) -> bool:
        return self._is_ok("/live")


class Worker:
    """`python -m worker` as a process; its output is in `log`."""

    def __init__(self, environ: Mapping[str, str], log: Path, kind: str = "all") -> None:
        self.log = log
        self._group = Group([sys.executable, "-m", "worker", "--type", kind], log, {**os.environ, **environ})

    @property
    def running(self) -> bool:
        return self._group.running

    def stop(self, timeout: float = 15.0) -> bool:
        """Whether SIGTERM ended it within `timeout` seconds."""
        self._group.terminate()
        return self._group.wait(timeout)

    def kill(self) -> None:
        self._group.kill()
