"""The two doors by which a test makes and removes virtual hosts of RabbitMQ."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Protocol

from registration.testing.processes import ServerFailed

_TIMEOUT = 10  # seconds

_MAKE = """[begin
    rabbit_vhost:add(Name, <<"test">>),
    rabbit_auth_backend_internal:set_permissions(<<"guest">>, Name, <<".*">>, <<".*">>, <<".*">>, <<"test">>)
end || Name <- [{names}]]."""
_DELETE = '[rabbit_vhost:delete(Name, <<"test">>) || Name <- [{names}], rabbit_vhost:exists(Name)].'


class Door(Protocol):
    """Makes and removes virtual hosts. Raises ServerFailed."""

    def make(self, names: Sequence[str]) -> None: ...

    def delete(self, names: Sequence[str]) -> None: ...

    def names(self) -> set[str]: ...


class CommandDoor:
    """`rabbitmqctl`: it spends half a second on starting Erlang, and a few milliseconds on a virtual host."""

    def __init__(self, control: Callable[..., str]) -> None:
        self._control = control

    def make(self, names: Sequence[str]) -> None:
        done = self._evaluate(_MAKE, names)
        if done.count("ok") != len(names):
            raise ServerFailed(f"virtual hosts were not made: {done}")

    def delete(self, names: Sequence[str]) -> None:
        self._evaluate(_DELETE, names)

    def names(self) -> set[str]:
        return set(self._control("--no-table-headers", "list_vhosts").split())

    def _evaluate(self, expression: str, names: Sequence[str]) -> str:
        quoted = ", ".join(f'<<"{name}">>' for name in names)
        return self._control("eval", expression.format(names=quoted))


class PageDoor:
    """The management page's interface, as a broker in a container offers it."""

    def __init__(self, port: int = 15672, user: str = "guest", password: str = "guest") -> None:
        self._root = f"http://127.0.0.1:{port}/api"
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {word}", "Content-Type": "application/json"}
        self._user = user

    def make(self, names: Sequence[str]) -> None:
        for name in names:
            self._ask("PUT", f"vhosts/{name}")
            everything = {"configure": ".*", "write": ".*", "read": ".*"}
            self._ask("PUT", f"permissions/{name}/{self._user}", everything)

    def delete(self, names: Sequence[str]) -> None:
        for name in names:
            self._ask("DELETE", f"vhosts/{name}")

    def names(self) -> set[str]:
        return {host["name"] for host in json.loads(self._ask("GET", "vhosts"))}

    def _ask(self, method: str, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._root}/{path}", data, self._headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
                content: bytes = answer.read()
                return content
        except (urllib.error.URLError, OSError) as error:
            raise ServerFailed(f"RabbitMQ's management page: {error}") from error
