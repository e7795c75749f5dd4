"""`python -m benchmarks.latency`: from a publish to its row being visible, idle and at half load.

Half load is half of what publisher, broker and worker sustain together on this machine, measured first: the
publisher sends as fast as it can, and the rows are counted as they come. It has a process of its own and
publishes without confirms, so that it can send enough.
"""

import argparse
import multiprocessing
import statistics
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

from pika import BasicProperties

from benchmarks.drain_ours import OURS
from benchmarks.drain_queue import QUEUE, Bench, fill, sample_messages
from benchmarks.figures import Sample, print_table, save
from benchmarks.rooms import Rooms, open_rooms
from benchmarks.rows import Rows
from registration.messaging.connection import connect
from registration.messaging.messages import encode
from registration.settings import RabbitMQSettings
from registration.storage.writer import Writer
from registration.testing.waiting import wait_until

_IDLE = 20.0  # messages/s
_POLL = 0.001  # seconds
_TIMEOUT = 60.0  # seconds
_spawn = multiprocessing.get_context("spawn")


def main() -> None:
    options = _parser().parse_args()
    with open_rooms() as rooms:
        sustained = _sustained(rooms, options.flood)
        loads = {"idle": _IDLE, "steady": 1_000.0, "half load": sustained / 2}
        rounds: dict[str, list[Sequence[float]]] = {name: [] for name in loads}
        for _ in range(options.rounds):
            for name, rate in loads.items():
                count = max(int(rate * options.seconds), 20)
                rounds[name].append(_latencies(rooms, rate, count))
                print(f"{name}: p99 {_quantile(rounds[name][-1], 99):.1f} ms", file=sys.stderr)
    rows = [_row(name, round(loads[name]), of_rounds) for name, of_rounds in rounds.items()]
    print_table("From publish to row, milliseconds", rows)
    print(f"\nsustained: {sustained:,.0f} messages/s published and stored at the same time")
    save("latency", {"rows": rows, "sustained": round(sustained)})


def _row(load: str, rate: int, rounds: Sequence[Sequence[float]]) -> dict[str, object]:
    p99 = Sample("", [_quantile(latencies, 99) for latencies in rounds], "ms").row()
    return {
        "load": load,
        "messages/s": rate,
        "p50": round(statistics.median(_quantile(latencies, 50) for latencies in rounds), 1),
        "p99": p99["median"],
        "p99 min": p99["min"],
        "p99 max": p99["max"],
        "max": round(max(map(max, rounds)), 1),
        "n": sum(map(len, rounds)),
    }


def _quantile(latencies: Sequence[float], percent: int) -> float:
    return round(statistics.quantiles(latencies, n=100, method="inclusive")[percent - 1], 1)


def _sustained(rooms: Rooms, count: int) -> float:
    """Messages per second when they are published as fast as can be."""
    sent, seen = _both_times(rooms, float("inf"), count)
    return count / (seen[-1] - sent[0])


def _latencies(rooms: Rooms, rate: float, count: int) -> list[float]:
    """Milliseconds of each message."""
    sent, seen = _both_times(rooms, rate, count)
    return [(visible - published) * 1e3 for published, visible in zip(sent, seen, strict=True)]


def _both_times(rooms: Rooms, rate: float, count: int) -> tuple[list[float], list[float]]:
    """When each message was published and when its row was seen, in seconds of one clock."""
    with rooms.room() as bench:
        Writer.to(bench.database_url).prepare()
        fill(bench, sample_messages(1))
        worker = OURS.start(bench)
        try:
            with Rows(bench.database_url) as rows:
                wait_until(rows.highest, _TIMEOUT, "the worker's first row")
                return _publish_and_watch(bench, rows, rate, count)
        finally:
            worker.kill()


def _publish_and_watch(bench: Bench, rows: Rows, rate: float, count: int) -> tuple[list[float], list[float]]:
    ours, theirs = _spawn.Pipe()
    publisher = _spawn.Process(target=_publish, args=(bench.rabbitmq, rate, count, theirs), daemon=True)
    publisher.start()
    try:
        seen = _watch(rows, count, ours)
        if not ours.poll(_TIMEOUT):
            raise RuntimeError("the publisher did not come to an end")
        return ours.recv(), seen
    finally:
        publisher.kill()
        publisher.join()


def _watch(rows: Rows, count: int, publisher: Connection) -> list[float]:
    """Rows get their ids in the order of publishing, so that the highest id tells which ones are visible."""
    seen: list[float] = []
    deadline = 0.0
    while len(seen) < count:
        visible = rows.highest() - 1
        now = time.monotonic()
        seen += [now] * (visible - len(seen))
        if not deadline and publisher.poll():  # all are sent
            deadline = now + _TIMEOUT
        if deadline and now > deadline:
            raise RuntimeError(f"{len(seen)} of {count} rows came")
        time.sleep(_POLL)
    return seen


def _publish(settings: RabbitMQSettings, rate: float, count: int, watcher: Connection) -> None:
    bodies = [encode(message) for message in sample_messages(count)]
    properties = BasicProperties(delivery_mode=2)
    connection = connect(settings)
    channel = connection.channel()
    sent = []
    begun = time.monotonic()
    for number, body in enumerate(bodies):
        if (early := begun + number / rate - time.monotonic()) > 0:
            time.sleep(early)
        sent.append(time.monotonic())
        channel.basic_publish(QUEUE.exchange, QUEUE.routing_key, body, properties)
    connection.close()
    watcher.send(sent)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="of publishing, for each load and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flood", type=int, default=30_000, help="messages that measure the full load")
    return parser


if __name__ == "__main__":
    main()
