"""What a process's metrics and health say, read over HTTP as Prometheus does."""

import json
import urllib.error
import urllib.request
from typing import Any

from prometheus_client.parser import text_string_to_metric_families


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def ready(port: int) -> tuple[bool, dict[str, Any]]:
    status, body = get(port, "/ready")
    return status == 200, json.loads(body)


def answers(port: int) -> bool:
    try:
        return get(port, "/live")[0] == 200
    except OSError:
        return False


def metric(port: int, name: str, **labels: str) -> float:
    """The sum of the samples of this name that carry these labels."""
    text = get(port, "/metrics")[1].decode()
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
