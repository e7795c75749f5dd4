"""`python -m benchmarks.kills`: what is lost and what is doubled when workers are killed (-9) and restarted.

Every contender has the same N messages waiting and is killed, with all its children, at the same seeded
moments: so many rows after its start, and a little later. After the last restart it works until its queue is
empty. Then the rows are counted: messages without a row are lost, further rows of a message are double.
The peers' table is the specification's, without the unique column `message_id` that ours adds to it.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from pika.adapters.blocking_connection import BlockingChannel

from benchmarks.contender import Contender, installed
from benchmarks.drain_ours import OURS
from benchmarks.drain_peers import CELERY_2, CELERY_AS_INSTALLED, DRAMATIQ_2, PLAIN
from benchmarks.drain_queue import Bench, open_channel, sample_messages, waiting
from benchmarks.figures import print_table, save
from benchmarks.rooms import open_rooms
from benchmarks.rows import Rows
from registration.storage.writer import Writer
from registration.testing.waiting import wait_until

_LOOK = 0.002  # seconds
_LATER = 0.03  # seconds, at most, from the row that was waited for to the kill
_QUIET = 4.0  # seconds without a new row and with an empty queue, then a contender is done
_TIMEOUT = 60.0  # seconds for any one thing
_LIVES = 5  # restarts at most, for emptying the queue after the last kill


@dataclass(frozen=True)
class Kill:
    rows: int  # stored since the start
    later: float  # seconds


@dataclass(frozen=True)
class Loss:
    kills: int
    lost: int
    double: int


def main() -> None:
    options = _parser().parse_args()
    contenders = installed([OURS, DRAMATIQ_2, CELERY_2, CELERY_AS_INSTALLED, PLAIN])
    schedule = kills(options.seed, options.kills, options.messages)
    rows = []
    with open_rooms() as rooms:
        for contender in contenders:
            with rooms.room() as bench:
                loss = _suffer(contender, bench, options.messages, schedule)
            rows.append(_row(contender, options.messages, loss))
            print(f"{contender.name}: {loss}", file=sys.stderr)
    print_table(f"{options.messages} messages, the worker killed at seeded moments", rows)
    save("kills", {"seed": options.seed, "rows": rows})


def kills(seed: int, number: int, messages: int) -> list[Kill]:
    """The same for every contender; the messages outlast them."""
    chance = random.Random(seed)
    most = messages // (number + 2)
    return [Kill(chance.randint(1, most), chance.uniform(0, _LATER)) for _ in range(number)]


def _suffer(contender: Contender, bench: Bench, messages: int, schedule: Sequence[Kill]) -> Loss:
    Writer.to(bench.database_url).prepare()
    contender.fill(bench, sample_messages(messages))
    with Rows(bench.database_url) as rows, open_channel(bench) as channel:
        if contender is not OURS:
            rows.run("ALTER TABLE chat_message_logs DROP INDEX uq_chat_message_logs_message_id")
        killed = sum(_live(contender, bench, rows, kill, messages) for kill in schedule)
        _empty(contender, bench, rows, channel)
        total, different = rows.count()
    return Loss(killed, messages - different, total - different)


def _live(contender: Contender, bench: Bench, rows: Rows, kill: Kill, messages: int) -> bool:
    """Whether there was still something to do when it was killed."""
    before = rows.total()
    group = contender.start(bench)
    try:
        _wait_for(rows, min(before + kill.rows, messages))
        time.sleep(kill.later)
        return rows.total() < messages
    finally:
        group.kill()


def _wait_for(rows: Rows, enough: int) -> None:
    """Looks often: our worker stores all in less time than `wait_until` may pause. Raises TimeoutError."""
    deadline = time.monotonic() + _TIMEOUT
    while rows.total() < enough:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{rows.total()} of {enough} rows are there")
        time.sleep(_LOOK)


def _empty(contender: Contender, bench: Bench, rows: Rows, channel: BlockingChannel) -> None:
    """Runs it until nothing waits, not even what it had in hand. Raises RuntimeError."""
    for life in count():
        group = contender.start(bench)
        try:
            _wait_for_quiet(contender, rows, channel)
        finally:
            group.kill()
        # The broker takes back what a dead consumer had in hand; a message that shows up now was in hand.
        if not _shows_up(contender, channel):
            return
        if life == _LIVES:
            raise RuntimeError(f"{contender.name}: {waiting(channel, contender.queue)} messages stay")


def _wait_for_quiet(contender: Contender, rows: Rows, channel: BlockingChannel) -> None:
    seen, since = -1, time.monotonic()
    deadline = since + 2 * _TIMEOUT
    while time.monotonic() < min(since + _QUIET, deadline):
        if waiting(channel, contender.queue) or rows.total() != seen:
            seen, since = rows.total(), time.monotonic()
        time.sleep(0.1)


def _shows_up(contender: Contender, channel: BlockingChannel) -> bool:
    try:
        return bool(wait_until(lambda: waiting(channel, contender.queue), 1))
    except TimeoutError:
        return False


def _row(contender: Contender, messages: int, loss: Loss) -> dict[str, object]:
    return {
        "name": contender.name,
        "messages": messages,
        "kills": loss.kills,
        "lost": loss.lost,
        "double": loss.double,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--messages", type=int, default=8_000)
    parser.add_argument("--kills", type=int, default=6, help="of each contender")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
