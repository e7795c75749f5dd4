"""`python -m benchmarks.growth`: what a message costs as the table grows, and with 1, 2 and 4 workers.

For each size the table is filled up to it with rows of the same kind. Then, in turns: the workers start on
an empty queue and are stopped (SIGSTOP), N messages are put there, and all go on at once (SIGCONT); timed is
from there to the last row. The new rows are counted and deleted, so that the size stays. The memory is what
each worker holds unshared after its work.
"""

import argparse
import signal
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pika.adapters.blocking_connection import BlockingChannel

from benchmarks.drain_ours import OURS
from benchmarks.drain_queue import QUEUE, Bench, open_channel, put, sample_messages
from benchmarks.figures import Sample, print_table, save
from benchmarks.memory import unshared
from benchmarks.rooms import Rooms, open_rooms
from benchmarks.rows import Rows
from registration.storage.writer import Writer
from registration.testing.process_group import Group
from registration.testing.waiting import wait_until

_TIMEOUT = 120.0  # seconds
_POLL = 0.005  # seconds
_FIRST = 1_000  # rows that all others are copies of
# Ids of messages are random, so each copy goes to a far place of the unique index; none comes twice.
_COPY = """
INSERT INTO chat_message_logs
    (id, student_id, message, response, intent, metadata, timestamp, created_at, message_id)
SELECT id + {above}, student_id, message, response, intent, metadata, timestamp, created_at,
       insert(insert(insert(insert(md5(id + {above}), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')
FROM chat_message_logs WHERE id <= {count}
"""
_COPIED = 50_000  # rows in one transaction


@dataclass(frozen=True)
class Cost:
    microseconds: float  # a message, from the start of all workers to the last row
    memory: Sequence[float]  # MiB of each worker, where the system tells


def main() -> None:
    options = _parser().parse_args()
    costs: dict[tuple[int, int], list[Cost]] = defaultdict(list)
    with open_rooms() as rooms, rooms.room() as table:
        have = 0
        for size in sorted(options.sizes):
            grow(table, have, size)
            have = size
            for _ in range(options.rounds):
                for workers in options.workers:
                    cost = _measure(rooms, table, size, workers, options.messages)
                    costs[size, workers].append(cost)
                    _say(f"{size:,} rows, {workers} worker(s): {cost.microseconds:.0f} us a message")
    rows = [_row(size, workers, measured) for (size, workers), measured in costs.items()]
    print_table("Cost of a message, microseconds", rows)
    save("growth", rows)


def grow(table: Bench, have: int, size: int) -> None:
    """Fill a table that has `have` rows up to `size`; their ids are 1 to `size`."""
    if not have:
        have = min(_FIRST, size)
        writer = Writer.to(table.database_url)
        writer.store(sample_messages(have))
        writer.close()
    with Rows(table.database_url) as rows:
        while have < size:
            count = min(have, size - have, _COPIED)
            rows.run(_COPY.format(above=have, count=count))
            have += count
            _say(f"the table has {have:,} rows")


def _measure(rooms: Rooms, table: Bench, size: int, workers: int, messages: int) -> Cost:
    with rooms.room() as room, Rows(table.database_url, after=size) as rows:
        bench = replace(room, database_url=table.database_url)
        with open_channel(bench) as channel, _stopped_workers(bench, channel, workers) as groups:
            put(channel, sample_messages(messages))
            channel.queue_declare(QUEUE.name, passive=True)  # answered when all have arrived
            seconds = _timed(groups, rows, messages)
            memory = [held for group in groups if (held := unshared(group.pid))]
        rows.run(f"DELETE FROM chat_message_logs WHERE id > {size}")
        rows.run(f"ALTER TABLE chat_message_logs AUTO_INCREMENT = {size + 1}")
    return Cost(seconds / messages * 1e6, memory)


@contextmanager
def _stopped_workers(bench: Bench, channel: BlockingChannel, count: int) -> Iterator[list[Group]]:
    """Workers that consume and stand still."""
    groups = [OURS.start(bench) for _ in range(count)]
    try:
        wait_until(lambda: _consumers(channel) == count, 60, "the workers")
        for group in groups:
            group.signal(signal.SIGSTOP)
        yield groups
    finally:
        for group in groups:
            group.kill()


def _consumers(channel: BlockingChannel) -> int:
    count: int = channel.queue_declare(QUEUE.name, passive=True).method.consumer_count
    return count


def _timed(groups: Sequence[Group], rows: Rows, messages: int) -> float:
    """Seconds until all rows are there, each once. Raises RuntimeError."""
    begun = time.monotonic()
    for group in groups:
        group.signal(signal.SIGCONT)
    while (now := time.monotonic()) < begun + _TIMEOUT:
        if rows.highest() >= messages and rows.count() == (messages, messages):
            return now - begun
        time.sleep(_POLL)
    raise RuntimeError(f"stored {rows.count()} of {messages} rows")


def _row(size: int, workers: int, costs: Sequence[Cost]) -> dict[str, object]:
    memory = [held for cost in costs for held in cost.memory]
    name = f"{size:,} rows, {workers} worker{'s' if workers > 1 else ''}"
    row = Sample(name, [cost.microseconds for cost in costs], "us").row()
    return {
        **row,
        "rows": size,
        "workers": workers,
        "memory of each, MiB": round(statistics.median(memory), 1) if memory else None,
        "at most": round(max(memory), 1) if memory else None,
    }


def _say(words: str) -> None:
    print(words, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="rows")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    return parser


if __name__ == "__main__":
    main()
