"""What the processes of this machine say of themselves, where METRICS_PORT lets them speak."""

import json
import urllib.error
import urllib.request
from typing import Any

from registration.operating.health import BAD, OK, WARNING, Part
from registration.settings import MetricsSettings

_TIMEOUT = 2.0  # seconds


def process_parts(settings: MetricsSettings) -> list[Part]:
    """One part for each process that answers; nobody is missed, for nobody knows how many there should be."""
    found = ((port, _asked(settings.host, port)) for port in settings.ports)
    return [_part(port, said) for port, said in found if said is not None]


def _asked(host: str, port: int) -> dict[str, Any] | None:
    """What `/ready` says; None where nobody of ours is there."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/ready", timeout=_TIMEOUT) as reply:
            said = json.loads(reply.read())
    except urllib.error.HTTPError as error:
        said = _decoded(error.read())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("parts"), dict) else None


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _part(port: int, said: dict[str, Any]) -> Part:
    troubles = [f"{name}: {text}" for name, text in said["parts"].items() if text != "ok"]
    level = BAD if not said.get("ready") else WARNING if troubles else OK
    return Part(f"{said.get('part')} :{port}", level, "; ".join(map(str, troubles)) or "ready", said)
