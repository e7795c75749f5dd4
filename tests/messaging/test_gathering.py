"""Publishing from an event loop: those who publish at the same time share a commit, and no failure."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from registration.messaging.gathering import Gathering
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.messaging.spool_file import Row
from registration.messaging.spool_reader import SpoolReader
from registration.settings import SpoolSettings
from tests.messaging.building import chat

QUEUE = "chat_messages"


class CountingSpool(Spool):
    """Notes how many messages each commit has."""

    def __init__(self, settings: SpoolSettings) -> None:
        super().__init__(settings)
        self.commits: list[int] = []

    def append_all(self, rows: Sequence[tuple[str, Row]]) -> None:
        self.commits.append(len(rows))
        super().append_all(rows)


@pytest.fixture
def spool(spool_settings: SpoolSettings) -> Iterator[CountingSpool]:
    spool = CountingSpool(spool_settings)
    yield spool
    spool.close()


def bodies(spool: Spool) -> list[bytes]:
    reader = SpoolReader(spool.settings)
    reader.refresh()
    try:
        return [entry.body for entry in reader.entries(QUEUE, 10_000)]
    finally:
        reader.close()


def row(body: bytes, order_key: str = "1") -> Row:
    return ("id", "chat.message.new", order_key, "", body)


async def test_what_is_published_at_the_same_time_shares_a_commit_in_its_order(spool: CountingSpool) -> None:
    publisher = SpoolPublisher(spool)
    sent = [chat(number) for number in range(20)]
    assert all(await asyncio.gather(*(publisher.publish_soon(message) for message in sent)))
    assert await publisher.publish_soon(last := chat(20))
    assert spool.commits == [20, 1]
    assert publisher.taken == 21
    found = bodies(spool)
    assert [message.message_id.encode() in body for message, body in zip([*sent, last], found, strict=True)]


async def test_one_that_cannot_be_kept_fails_alone(spool: CountingSpool) -> None:
    gathering = Gathering(spool)
    rows = [row(b"1"), row(b"2", order_key="\ud800"), row(b"3")]
    results = await asyncio.gather(*(gathering.append(QUEUE, each) for each in rows), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), UnicodeEncodeError, type(None)]
    assert bodies(spool) == [b"1", b"3"]


async def test_a_full_spool_refuses_those_for_which_it_has_no_room(spool_settings: SpoolSettings) -> None:
    spool = Spool(replace(spool_settings, max_bytes=1 << 20))
    publisher = SpoolPublisher(spool)
    answers: list[bool] = []
    for _ in range(30):
        answers += await asyncio.gather(*(publisher.publish_soon(chat(number)) for number in range(100)))
    assert answers[0]
    assert not answers[-1]
    assert publisher.taken == answers.count(True) == len(bodies(spool))
    assert publisher.refused == answers.count(False)
    spool.close()


async def test_whoever_is_cancelled_takes_nobody_along(spool: CountingSpool) -> None:
    gathering = Gathering(spool)
    gone, stays = (asyncio.create_task(gathering.append(QUEUE, row(body))) for body in (b"1", b"2"))
    await asyncio.sleep(0)  # both wait for the commit
    gone.cancel()
    await stays
    assert gone.cancelled() or gone.cancelling()
    assert bodies(spool) == [b"1", b"2"]


def test_each_event_loop_waits_for_its_own_commit(spool: CountingSpool) -> None:
    gathering = Gathering(spool)
    asyncio.run(gathering.append(QUEUE, row(b"1")))
    asyncio.run(gathering.append(QUEUE, row(b"2")))
    assert bodies(spool) == [b"1", b"2"]


async def test_what_comes_a_turn_of_the_loop_later_shares_it_too(spool: CountingSpool) -> None:
    gathering = Gathering(spool)
    first = asyncio.create_task(gathering.append(QUEUE, row(b"1")))
    await asyncio.sleep(0)  # it waits for the commit
    await asyncio.sleep(0)
    await gathering.append(QUEUE, row(b"2"))
    await first
    assert spool.commits == [2]
