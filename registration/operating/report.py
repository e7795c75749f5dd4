"""What `status` reports, gathered once; `level` is that of the worst."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from registration.errors import RegistrationError
from registration.messaging.topology import queue_named
from registration.operating.carrier import Carrier, QueueState
from registration.operating.carriers import carrier_of
from registration.operating.health import (
    BAD,
    NEARLY_FULL,
    OK,
    WARNING,
    Part,
    database_part,
    probed,
    redis_part,
    spool_part,
)
from registration.operating.processes import process_parts
from registration.operating.reasons import by_reason
from registration.settings import Settings

LETTERS_READ = 500  # of each queue, to tell their reasons


@dataclass(frozen=True)
class Report:
    at: datetime
    parts: list[Part]
    queues: list[QueueState]
    dead_letters: dict[str, dict[str, int]]  # by queue and reason, of the first LETTERS_READ

    @property
    def level(self) -> str:
        return worst([*(part.level for part in self.parts), *(level_of(queue) for queue in self.queues)])

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "level": self.level,
            "parts": [asdict(part) for part in self.parts],
            "queues": [_queue_json(queue, self.at) for queue in self.queues],
            "dead_letters": self.dead_letters,
        }


def gather(settings: Settings) -> Report:
    """Asks every part; whatever does not answer is reported as such."""
    carrier = carrier_of(settings)
    broker, queues, letters = _queues(carrier, "spool" if settings.mode == "embedded" else "rabbitmq")
    parts = [
        probed("redis", lambda: redis_part(settings.redis)),
        *([broker] if settings.mode == "servers" else []),
        probed("database", lambda: database_part(settings)),
        probed("spool", lambda: spool_part(settings.spool)),
        _workers(broker, queues),
        *process_parts(settings.metrics),
    ]
    return Report(datetime.now(timezone.utc), parts, queues, letters)


def level_of(queue: QueueState) -> str:
    if queue.fill >= 1:
        return BAD
    return WARNING if queue.fill >= NEARLY_FULL or queue.dead else OK


def worst(levels: Iterable[str]) -> str:
    return max(levels, key=(OK, WARNING, BAD).index, default=OK)


def _queues(carrier: Carrier, name: str) -> tuple[Part, list[QueueState], dict[str, dict[str, int]]]:
    try:
        queues = carrier.states()
        letters = {queue.name: _reasons(carrier, queue) for queue in queues if queue.dead}
    except RegistrationError as error:
        return Part(name, BAD, str(error)), [], {}
    return Part(name, OK, f"{sum(queue.waiting for queue in queues)} messages wait"), queues, letters


def _reasons(carrier: Carrier, queue: QueueState) -> dict[str, int]:
    with carrier.letters(queue_named(queue.name)) as letters:
        return by_reason(islice(letters, LETTERS_READ))


def _workers(broker: Part, queues: list[QueueState]) -> Part:
    if broker.level == BAD:
        return Part("workers", BAD, "not known while their messages cannot be asked for")
    unserved = [queue.name for queue in queues if not queue.consumers]
    if unserved:
        return Part("workers", BAD, f"nobody takes from {', '.join(unserved)}: start `python -m worker`")
    return Part("workers", OK, "every queue is served")


def _queue_json(queue: QueueState, now: datetime) -> dict[str, Any]:
    age = None if queue.oldest is None else round((now - queue.oldest).total_seconds(), 1)
    fields = {**asdict(queue), "oldest": queue.oldest and queue.oldest.isoformat()}
    return {**fields, "level": level_of(queue), "oldest_age_seconds": age}
