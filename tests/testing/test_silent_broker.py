"""A broker that accepts connections and then says nothing, as a frozen one does."""

import socket
from collections.abc import Iterator

import pytest

from registration.errors import BrokerUnavailable
from registration.messaging import connection
from registration.settings import RabbitMQSettings


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_silence_is_an_error_of_ours(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_TIMEOUT", 0.1)
    with pytest.raises(BrokerUnavailable):
        connection.connect(RabbitMQSettings(host="127.0.0.1", port=silent_port))
