"""The dormitory of `examples/`, with its message type registered for as long as a test runs."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from registration import Bot
from registration.messaging.topology import QUEUES
from registration.testing.driver import Driver
from registration.testing.fakes import FakePublisher, FakeStore

DORMITORY = Path(__file__).parents[2] / "examples/dormitory"


@pytest.fixture(scope="module")
def dormitory() -> Iterator[ModuleType]:
    """The module `bot.py` of the example."""
    known = set(QUEUES)
    spec = importlib.util.spec_from_file_location("dormitory_bot", DORMITORY / "bot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for name in set(QUEUES) - known:
        del QUEUES[name]


@pytest.fixture
def bot(dormitory: ModuleType) -> Bot:
    found: Bot = dormitory.BOT
    return found


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def student(bot: Bot, store: FakeStore, publisher: FakePublisher) -> Driver:
    return Driver(bot.assistant_on(store, publisher, hours=1), form=bot.form)
