"""`python -m benchmarks.publish`: what one publish costs its caller, and how fast a spool reaches RabbitMQ.

Every contender publishes the same messages into the same kind of durable queue, in turns in each round; what
arrived is counted afterwards. A peer that is not installed is skipped.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path

from benchmarks.drain_queue import waiting
from benchmarks.figures import Sample, print_table, save
from benchmarks.publish_peers import PEERS, forward_with_aio_pika
from benchmarks.rooms import open_hosts
from registration.messaging import RabbitMQManager
from registration.messaging.connection import connect
from registration.messaging.messages import ChatMessage, derived_id, encode
from registration.messaging.topology import QUEUE_CHAT_MESSAGES
from registration.settings import RabbitMQSettings, SpoolSettings
from registration.testing.rooms import VirtualHosts
from registration.testing.waiting import wait_until

Publish = Callable[[ChatMessage], object]
Opened = Callable[[RabbitMQSettings], AbstractContextManager[Publish]]


@dataclass(frozen=True)
class Way:
    """To publish one message, and the queue where it arrives."""

    opened: Opened
    queue: str


_PAUSE = 0.001  # seconds between two publishes, as between turns: nobody publishes in a tight loop
_WARM_UP = 20


def messages(count: int, round_number: int) -> list[ChatMessage]:
    """Turns of a thousand students, 0.7 KB each."""
    return [
        ChatMessage(
            student_id=number % 1000 + 1,
            timestamp=datetime.now(timezone.utc),
            message_id=derived_id("benchmark", str(round_number), str(number)),
            message="Em muốn học buổi sáng, tránh thứ bảy với chủ nhật ạ" * 2,
            response="Bạn có muốn tránh những lớp bắt đầu quá sớm không?" * 4,
            intent="class_registration_suggestion",
            metadata={"step": "avoid_early_start", "channel": "rest", "language": "vi"},
        )
        for number in range(count)
    ]


@contextmanager
def manager_for(settings: RabbitMQSettings, synchronous: str = "normal") -> Iterator[RabbitMQManager]:
    folder = Path(tempfile.mkdtemp(prefix="spool-"))
    manager = RabbitMQManager(settings, SpoolSettings(folder=folder, synchronous=synchronous))
    try:
        yield manager
    finally:
        manager.close(60)
        shutil.rmtree(folder)


def ours(synchronous: str) -> Opened:
    @contextmanager
    def opened(settings: RabbitMQSettings) -> Iterator[Publish]:
        with manager_for(settings, synchronous) as manager:
            yield manager.publisher.publish

    return opened


def contenders() -> dict[str, Way]:
    """Those that can run here, by name."""
    found = {
        f"ours, synchronous={synchronous}": Way(ours(synchronous), QUEUE_CHAT_MESSAGES)
        for synchronous in ("normal", "full")
    }
    for peer in PEERS:
        if find_spec(peer.package):
            found[peer.name] = Way(peer.opened, peer.queue)
        else:
            print(f"{peer.name}: skipped; pip install {peer.package} first", file=sys.stderr)
    return found


def time_publishes(publish: Publish, batch: Sequence[ChatMessage]) -> list[float]:
    """Microseconds of each call."""
    times = []
    for number, message in enumerate(batch):
        time.sleep(_PAUSE)
        begun = time.perf_counter()
        publish(message)
        if number >= _WARM_UP:
            times.append((time.perf_counter() - begun) * 1e6)
    return times


def check_arrived(settings: RabbitMQSettings, queue: str, count: int) -> None:
    """Raises TimeoutError when fewer are there, RuntimeError when more."""
    connection = connect(settings)
    channel = connection.channel()
    there = wait_until(lambda: arrived if (arrived := waiting(channel, queue)) >= count else 0, 10, queue)
    connection.close()
    if there > count:
        raise RuntimeError(f"{queue}: {there} messages for {count} publishes")


def forward_ours(settings: RabbitMQSettings, batch: Sequence[ChatMessage]) -> float:
    """Messages per second from the spool until confirmed and removed."""
    with manager_for(settings) as manager:
        assert manager.forwarder is not None
        manager.publish_message(QUEUE_CHAT_MESSAGES, batch[0])
        manager.flush(30)
        manager.forwarder.stop()
        for message in batch:
            manager.publisher.publish(message)
        begun = time.perf_counter()
        if not manager.flush(120):
            raise RuntimeError("the spool was not emptied")
        return len(batch) / (time.perf_counter() - begun)


def publish_rows(hosts: VirtualHosts, rounds: int, count: int) -> list[dict[str, object]]:
    medians: dict[str, list[float]] = defaultdict(list)
    slowest: dict[str, list[float]] = defaultdict(list)
    for round_number in range(rounds):
        for name, way in contenders().items():
            settings = hosts.take()
            with way.opened(settings) as publish:
                times = sorted(time_publishes(publish, messages(count, round_number)))
            check_arrived(settings, way.queue, count)
            medians[name].append(times[len(times) // 2])
            slowest[name].append(times[len(times) * 99 // 100])
    base = Sample("", medians["pika with confirms"], "us").median
    return [
        Sample(name, values, "us").row()
        | {"p99": round(Sample("", slowest[name], "us").median, 1)}
        | {"of pika with confirms": round(Sample("", values, "us").median / base, 3)}
        for name, values in medians.items()
    ]


def forward_rows(hosts: VirtualHosts, rounds: int, count: int) -> list[dict[str, object]]:
    rates: dict[str, list[float]] = defaultdict(list)
    for round_number in range(rounds):
        batch = messages(count, round_number)
        settings = hosts.take()
        rates["our forwarder"].append(forward_ours(settings, batch))
        check_arrived(settings, QUEUE_CHAT_MESSAGES, count + 1)  # one opened the connection
        if find_spec("aio_pika"):
            settings = hosts.take()
            bodies = [encode(message) for message in batch]
            rates["aio-pika, 100 at once"].append(forward_with_aio_pika(settings, bodies))
            check_arrived(settings, QUEUE_CHAT_MESSAGES, count)
    return [Sample(name, values, "messages/s").row() for name, values in rates.items()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.publish", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--publishes", type=int, default=500, help="per contender and round")
    parser.add_argument("--forwarded", type=int, default=9_000, help="messages per round, 10,000 at most")
    options = parser.parse_args()
    with open_hosts() as hosts:
        publishing = publish_rows(hosts, options.rounds, options.publishes)
        forwarding = forward_rows(hosts, options.rounds, options.forwarded)
    print_table("One publish, as its caller sees it (p50)", publishing)
    print_table("From the spool to RabbitMQ's confirmation", forwarding)
    save("publish", {"publish": publishing, "forward": forwarding})


if __name__ == "__main__":
    main()
