"""What tests of this SDK, and of bots built on it, need: a driver, fakes, real servers, fixtures.

The public names are loaded when they are first used: some of them need rasa-sdk, others httpx.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registration.testing.driver import Driver
    from registration.testing.fakes import FakePublisher, FakeStore
    from registration.testing.rest import RestChat

_HOMES = {
    "Driver": "registration.testing.driver",
    "FakePublisher": "registration.testing.fakes",
    "FakeStore": "registration.testing.fakes",
    "RestChat": "registration.testing.rest",
}

__all__ = ["Driver", "FakePublisher", "FakeStore", "RestChat"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
