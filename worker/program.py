"""Wires lanes for the queues asked for, runs them, and ends them within ten seconds of a signal."""

import atexit
import contextlib
import logging
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

from registration.garbage import spare_what_stays
from registration.messaging.shelf import Shelf
from registration.messaging.spool_reader import SpoolReader
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES, Queue
from registration.settings import Settings, TracingSettings
from registration.storage.writer import Writer

from .amqp import AmqpSource
from .expired import Expired
from .following import Following
from .lane import Lane
from .source import Source
from .spool import SpoolSource, Upkeep

if TYPE_CHECKING:
    from registration.tracing.spans import Tracing

log = logging.getLogger(__name__)

_LAST_BATCH = 7.0  # seconds for what is in hand, once asked to stop
_POLL = 0.5  # seconds


def worker_types() -> list[str]:
    """What `--type` may be."""
    return ["all", *(queue.worker_type for queue in QUEUES.values())]


def run(settings: Settings, worker_type: str) -> int:
    """Works until a signal comes; the process's exit code. Raises SettingsError."""
    stop = Event()
    signals = _signals()
    writer = Writer.to(settings.database_url)
    log.info("starting type=%s from=%s into=%s", worker_type, _origin(settings), writer)
    queues = [queue for queue in QUEUES.values() if worker_type in ("all", queue.worker_type)]
    with ExitStack() as resources:
        resources.callback(writer.close)
        lanes = _lanes(settings, queues, writer, stop, resources)
        _monitor(settings, lanes, resources)
        if QUEUES[QUEUE_CHAT_MESSAGES] in queues:
            Following(writer, stop).start()
        code = serve(lanes, stop, signals)
    log.info("stopped type=%s code=%d", worker_type, code)
    return code


def serve(lanes: Sequence[Lane], stop: Event, signals: "SimpleQueue[int]") -> int:
    """Runs every lane on a thread of its own until a signal comes or a lane gives up.

    0, or 2 when a lane found that waiting is no use.
    """
    # Daemons: one that hangs in a read of a dead server must not keep the process from ending, and
    # what it had in hand was never acknowledged.
    threads = [Thread(target=lane.run, name=lane.queue.name, daemon=True) for lane in lanes]
    spare_what_stays()
    for thread in threads:
        thread.start()
    while not stop.is_set():
        with contextlib.suppress(Empty):
            signals.get(timeout=_POLL)
            stop.set()
    _join(threads)
    return 2 if any(lane.fatal for lane in lanes) else 0


def _signals() -> "SimpleQueue[int]":
    # A queue, because setting an Event in a signal handler can deadlock with a wait for that Event.
    arrived: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: arrived.put(number))
    return arrived


def _join(threads: Sequence[Thread]) -> None:
    deadline = time.monotonic() + _LAST_BATCH
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _lanes(
    settings: Settings, queues: Sequence[Queue], writer: Writer, stop: Event, resources: ExitStack
) -> list[Lane]:
    if settings.mode == "embedded":
        return _spool_lanes(settings, queues, writer, stop, resources)
    lanes = [lane_of(settings, queue, AmqpSource(settings.rabbitmq, queue), writer, stop) for queue in queues]
    for lane in lanes:
        Expired(settings.rabbitmq, lane.queue, lane.healthy, stop).start()
    return lanes


def _spool_lanes(
    settings: Settings, queues: Sequence[Queue], writer: Writer, stop: Event, resources: ExitStack
) -> list[Lane]:
    reader = SpoolReader(settings.spool)
    resources.callback(reader.close)
    shelf = Shelf(settings.spool.folder)
    resources.callback(shelf.close)
    Upkeep(reader, stop).start()
    return [lane_of(settings, queue, SpoolSource(reader, shelf, queue), writer, stop) for queue in queues]


def _monitor(settings: Settings, lanes: Sequence[Lane], resources: ExitStack) -> None:
    if settings.metrics.is_on:
        from .monitoring import monitored  # what is not wanted takes no memory

        monitor = monitored(settings, lanes)
        if monitor is not None:
            resources.callback(monitor.close)


def lane_of(settings: Settings, queue: Queue, source: Source, writer: Writer, stop: Event) -> Lane:
    """The lane of a queue, counted where metrics are wanted, and traced where traces are."""
    if settings.tracing.is_on:
        from .traced import TracedSource

        source = TracedSource(source, queue, _tracing(settings.tracing))
    if settings.metrics.is_on:
        from .metered import MeteredSource, MeteredStorage

        return Lane(queue, MeteredSource(source, queue), MeteredStorage(writer), stop)
    return Lane(queue, source, writer, stop)


@lru_cache(maxsize=1)
def _tracing(settings: TracingSettings) -> "Tracing":
    from registration.tracing.spans import Tracing

    tracing = Tracing(settings, "worker")
    atexit.register(tracing.close)
    return tracing


def _origin(settings: Settings) -> str:
    if settings.mode == "embedded":
        return str(settings.spool.folder)
    rabbitmq = settings.rabbitmq
    nodes = ",".join(f"{host}:{port}" for host, port in rabbitmq.addresses)
    return f"amqp://{rabbitmq.user}@{nodes}/{quote(rabbitmq.vhost, safe='')}"
