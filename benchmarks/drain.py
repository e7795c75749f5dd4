"""`python -m benchmarks.drain`: how fast a full queue becomes rows in MariaDB.

Each contender gets a virtual host and a database of its own, N messages that already wait, and one second
of quiet; its rate is counted from its first visible row to its last, and its rows are counted afterwards.
The two limits, consuming without storing and storing without consuming, are measured in the same rounds.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import drain_limits, drain_peers
from benchmarks.contender import Contender, installed
from benchmarks.drain_ours import OURS
from benchmarks.drain_queue import Bench, sample_messages
from benchmarks.figures import Sample, print_table, save
from benchmarks.memory import processor_time, unshared_of_group
from benchmarks.rooms import Rooms, open_rooms
from benchmarks.rows import Rows
from registration.messaging.messages import Message
from registration.storage.writer import Writer
from registration.testing.process_group import Group

_POLL = 0.005  # seconds
_TIMEOUT = 180.0  # seconds
LIMITS: dict[str, Callable[[Bench, Sequence[Message]], float]] = {
    "consume only": drain_limits.consume_only,
    "store only": drain_limits.store_only,
}
_PARTS = {**LIMITS, "store only, the worker's writer": drain_limits.writer_only}


@dataclass(frozen=True)
class Drained:
    rate: float  # rows/s
    memory: float | None = None  # MiB, unshared, of all its processes
    cpu: float | None = None  # seconds of processor time of its first process


def main() -> None:
    options = _parser().parse_args()
    contenders = [OURS, *installed([peer for peer in drain_peers.PEERS if _wanted(peer, options.peers)])]
    measured: dict[str, list[Drained]] = defaultdict(list)
    with open_rooms() as rooms:
        for number in range(options.rounds):
            # The limits and the worker in every round, the slow peers in the first few.
            running = contenders if number < options.peer_rounds else [OURS]
            for name, drained in _one_round(rooms, running, options.messages):
                measured[name].append(drained)
                print(f"{name}: {drained.rate:,.0f}/s", file=sys.stderr)
    _report(options.messages, measured)


def _one_round(rooms: Rooms, contenders: Sequence[Contender], count: int) -> Iterator[tuple[str, Drained]]:
    for name, part in _PARTS.items():
        with rooms.room() as bench:
            yield name, Drained(part(bench, sample_messages(count)))
    for contender in contenders:
        with rooms.room() as bench:
            yield contender.name, drain(contender, bench, sample_messages(count))


def drain(contender: Contender, bench: Bench, messages: Sequence[Message]) -> Drained:
    """Raises RuntimeError when it does not come to an end; the text ends with the contender's last words."""
    Writer.to(bench.database_url).prepare()
    contender.fill(bench, messages)
    time.sleep(1)
    group = contender.start(bench)
    try:
        with Rows(bench.database_url) as rows:
            rate = _watch(rows, len(messages), group)
        return Drained(rate, unshared_of_group(group.pid), processor_time(group.pid))
    except RuntimeError as error:
        raise RuntimeError(f"{contender.name}: {error}\n{bench.log.read_text()[-2000:]}") from error
    finally:
        group.kill()


def _watch(rows: Rows, wanted: int, group: Group) -> float:
    deadline = time.monotonic() + _TIMEOUT
    first: tuple[float, int] | None = None
    while time.monotonic() < deadline and group.running:
        visible = rows.highest()
        now = time.monotonic()
        if first is None and visible:
            first = (now, visible)
        # The last id may be visible before one that another thread of the contender still commits.
        if first is not None and visible >= wanted and rows.count() == (wanted, wanted):
            if first[1] == wanted:
                raise RuntimeError("all rows came at once; a rate needs more messages")
            return (wanted - first[1]) / (now - first[0])
        time.sleep(_POLL)
    raise RuntimeError(f"stored {rows.count()} of {wanted} rows, {'too slow' if group.running else 'ended'}")


def _wanted(peer: Contender, words: str) -> bool:
    return any(word in peer.name.lower() for word in words.lower().split(","))


def _report(messages: int, measured: dict[str, list[Drained]]) -> None:
    samples = {
        name: Sample(name, [one.rate for one in drained], "rows/s") for name, drained in measured.items()
    }
    limit = min(samples[name].median for name in LIMITS)
    rows = [
        {
            **sample.row(),
            "of the lower limit": round(sample.median / limit, 2),
            "worker is times as fast": round(samples[OURS.name].median / sample.median, 1),
            "memory, MiB": _memory(measured[name]),
        }
        for name, sample in samples.items()
    ]
    print_table(f"Draining {messages} messages", rows)
    save(f"drain-{messages}", rows)


def _memory(drained: Sequence[Drained]) -> float | None:
    sizes = [one.memory for one in drained if one.memory is not None]
    return round(Sample("", sizes, "MiB").median, 1) if sizes else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drain", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rounds", type=int, default=3, help="rounds in which the peers take part")
    parser.add_argument(
        "--peers", default="", help="only those whose name holds one of these words, parted by commas"
    )
    return parser


if __name__ == "__main__":
    main()
