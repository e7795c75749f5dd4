"""The stub is one process for all tests of the channels."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.serving import StubServer

# The server runs in Rasa's environment, the clients in the services': that of Rasa has too old an aiohttp.
collect_ignore_glob = ["test_rest.py", "test_socketio.py"] if importlib.util.find_spec("rasa") else []


@pytest.fixture(scope="session")
def stub() -> Iterator[StubServer]:
    if not Path(".venv/bin/python").exists():
        pytest.fail("Rasa's environment is not installed: make install-test", pytrace=False)
    with StubServer() as server:
        yield server
