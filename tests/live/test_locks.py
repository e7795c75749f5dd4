"""Rasa's locks in Redis, asked for by several servers at the same moment."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from channels import locks
from registration.settings import RedisSettings

SERVERS = 6
STUDENT = "4833"


def open_store(settings: RedisSettings) -> LockStore:
    """As a Rasa server does from its `endpoints.yml`."""
    return LockStore.create(
        EndpointConfig(
            url=settings.host,
            type="channels.locks.RedisLocks",
            port=str(settings.port),
            db=str(settings.db),
            password=settings.password or None,
            key_prefix="tests",
        )
    )


@pytest.fixture
def stores(redis_settings: RedisSettings) -> list[LockStore]:
    return [open_store(redis_settings) for _ in range(SERVERS)]


def test_no_ticket_is_handed_out_twice(stores: list[LockStore]) -> None:
    with ThreadPoolExecutor(SERVERS) as threads:
        taken = threads.map(lambda store: [store.issue_ticket(STUDENT) for _ in range(30)], stores)
    assert sorted(ticket for tickets in taken for ticket in tickets) == list(range(30 * SERVERS))


def test_one_turn_at_a_time_and_nobody_is_left_out(
    stores: list[LockStore], redis_settings: RedisSettings
) -> None:
    inside: list[LockStore] = []
    turns: list[int] = []

    async def answer(store: LockStore) -> None:
        async with store.lock(STUDENT, wait_time_in_seconds=0.005):
            inside.append(store)
            await asyncio.sleep(0)  # where a turn waits for the action server
            turns.append(len(inside))
            inside.remove(store)

    async def answer_all(store: LockStore) -> None:
        for _ in range(10):
            await asyncio.gather(answer(store), answer(store))

    with ThreadPoolExecutor(SERVERS) as threads:
        list(threads.map(lambda store: asyncio.run(answer_all(store)), stores))

    assert turns == [1] * 20 * SERVERS
    with redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db) as client:
        assert client.keys("*") == []


def test_who_died_in_the_middle_holds_nobody_up_for_good(
    stores: list[LockStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_LONGEST_STEP", 0.2)
    dead, alive = stores[:2]
    step = dead._alone(STUDENT)  # kept, because Python ends a step that nobody refers to
    step.__enter__()
    assert dead.red.keys("*:step")
    assert alive.issue_ticket(STUDENT) == 0


def test_a_step_that_takes_too_long_is_rasas_error(
    stores: list[LockStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_PATIENCE", 0.05)
    with stores[0]._alone(STUDENT), pytest.raises(LockError, match=STUDENT):
        stores[1].issue_ticket(STUDENT)
