"""What a process says of itself: whether it lives, and whether all that it needs is there."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from registration.errors import RegistrationError

OK = "ok"


@dataclass(frozen=True)
class Check:
    """`probe` gives "ok", or what is wrong; only an `essential` part makes the process unready."""

    name: str
    probe: Callable[[], str]
    essential: bool = True


class Pulse:
    """Beaten by whatever must not stand still, such as an event loop."""

    def __init__(self, longest: float = 15.0) -> None:
        self._longest = longest  # seconds between two beats
        self._last = time.monotonic()

    def beat(self) -> None:
        self._last = time.monotonic()

    def is_alive(self) -> bool:
        return time.monotonic() - self._last < self._longest


def readiness(checks: Sequence[Check]) -> tuple[bool, dict[str, Any]]:
    """Whether the process is ready, and what each part says."""
    said = {check.name: _said(check) for check in checks}
    ready = all(said[check.name] == OK for check in checks if check.essential)
    return ready, {"ready": ready, "parts": said}


def _said(check: Check) -> str:
    try:
        return check.probe()
    except RegistrationError as error:
        return str(error)
    except Exception as error:  # its text could hold anything
        return f"cannot be asked: {type(error).__name__}"
