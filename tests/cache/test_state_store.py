"""The state in a real Redis: one round trip to read, one to write, nothing lost between two writers."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import redis

from registration.cache import StateStore
from registration.cache.limits import Limits
from registration.cache.state_store import Change
from registration.dialogue.state import IN_PROGRESS, NOTHING, State
from registration.errors import CacheUnavailable
from registration.settings import RedisSettings
from registration.testing.redis_server import RedisServer

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(seconds=1)


@pytest.fixture
async def store(redis_settings: RedisSettings) -> AsyncIterator[StateStore]:
    store = StateStore(redis_settings)
    yield store
    await store.close()


@pytest.fixture
def client(redis_settings: RedisSettings) -> redis.Redis:
    return redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db)


def answer(key: str, value: object, now: datetime = LATER) -> Change:
    return lambda state: (state.changed({**state.preferences, key: value}, IN_PROGRESS, now), None)


async def test_what_is_stored_is_plain_json_and_expires(store: StateStore, client: redis.Redis) -> None:
    await store.update("1", answer("avoid_days", []))
    assert json.loads(client.get("class_preferences:1")) == {
        "avoid_days": [],
        "step": "in_progress",
        "last_updated": "2026-01-01T12:00:01.000000+00:00",
    }
    assert 0 < client.ttl("class_preferences:1") <= 3600


async def test_slots_that_mirror_redis_save_the_reading(store: StateStore, client: redis.Redis) -> None:
    mirror = await store.update("1", answer("b", [], NOON))
    mirror = await store.update("1", answer("a", 1), State.from_dict(mirror.to_dict()))
    asked = client.info("commandstats")
    calls = []

    def change(state: State) -> tuple[State, None]:
        calls.append(state)
        return state.changed({**state.preferences, "c": 3}, IN_PROGRESS, LATER), None

    await store.update("1", change, State({"a": 1, "b": []}, IN_PROGRESS, mirror.last_updated))
    assert calls == [mirror]
    assert client.info("commandstats").get("cmdstat_mget") == asked.get("cmdstat_mget")
    assert (await store.load("1")).state.preferences == {"a": 1, "b": [], "c": 3}


async def test_empty_slots_do_not_hide_what_was_cleared(store: StateStore, client: redis.Redis) -> None:
    await store.update("1", answer("a", 1, NOON))
    await store.update("1", lambda state: (state.cleared(LATER), None))
    after = await store.update("1", answer("b", 2, NOON), NOTHING)
    assert after.last_updated is not None
    assert after.last_updated > LATER  # the clock says noon, but nothing is older than the mark
    assert json.loads(client.get("class_preferences:1"))["b"] == 2


async def test_a_connection_that_redis_closed_is_opened_again(store: StateStore, client: redis.Redis) -> None:
    await store.update("1", answer("a", 1))
    client.client_kill_filter(skipme=True, _type="normal")
    await asyncio.sleep(0)  # the event loop sees the end of the connection
    assert (await store.load("1")).state.preferences == {"a": 1}


async def test_every_write_renews_the_time_to_live(store: StateStore, client: redis.Redis) -> None:
    await store.update("1", answer("a", 1))
    client.expire("class_preferences:1", 5)
    await store.update("1", answer("b", 2))
    assert client.ttl("class_preferences:1") > 5


async def test_updates_of_different_keys_at_once_lose_none(redis_settings: RedisSettings) -> None:
    patient = Limits(connect=10, answer=10)  # the outage of a busy machine is not the point here
    stores = [StateStore(redis_settings, patient) for _ in range(8)]
    await asyncio.gather(*(store.update("1", answer(f"k{n}", n)) for n, store in enumerate(stores)))
    kept = (await stores[0].load("1")).state.preferences
    assert kept == {f"k{n}": n for n in range(8)}
    await asyncio.gather(*(store.close() for store in stores))


async def test_an_emptied_redis_gets_the_state_back_from_the_slots(store: StateStore) -> None:
    mirror = State({"a": 1}, IN_PROGRESS, NOON)
    assert (await store.update("1", answer("b", 2), mirror)).preferences == {"a": 1, "b": 2}
    assert (await store.load("1")).state.preferences == {"a": 1, "b": 2}


async def test_the_later_copy_wins(store: StateStore) -> None:
    await store.update("1", answer("a", "redis", LATER))
    old = State({"a": "slot"}, IN_PROGRESS, NOON)
    assert (await store.update("1", lambda state: (state, None), old)).preferences == {"a": "redis"}
    new = State({"a": "slot"}, IN_PROGRESS, LATER + timedelta(seconds=1))
    assert (await store.update("1", lambda state: (state, None), new)).preferences == {"a": "slot"}
    assert (await store.load("1")).state == new


async def test_an_update_that_was_overtaken_is_told_of_again_meanwhile(store: StateStore) -> None:
    await store.update("1", answer("a", "redis", LATER))
    old = State({"a": "slot"}, IN_PROGRESS, NOON)
    seen, told = [], []

    def change(state: State) -> tuple[State, None]:
        seen.append(state.preferences["a"])
        return answer("b", 1, LATER + timedelta(seconds=1))(state)

    await store.update("1", change, old, lambda: told.append(list(seen)))
    assert told == [["slot"], ["slot", "redis"]]


async def test_clearing_leaves_a_mark_that_older_slots_cannot_override(
    store: StateStore, client: redis.Redis
) -> None:
    mirror = await store.update("1", answer("a", 1, NOON))
    await store.update("1", lambda state: (state.cleared(LATER), None))
    assert client.get("class_preferences:1") is None
    assert 0 < client.ttl("cleared:1") <= 3600
    assert (await store.update("1", lambda state: (state, None), mirror)).preferences == {}
    assert client.get("class_preferences:1") is None


async def test_a_key_that_holds_no_state_is_replaced(store: StateStore, client: redis.Redis) -> None:
    client.set("class_preferences:1", "no json {")
    assert (await store.load("1")).state == NOTHING
    await store.update("1", answer("a", 1))
    assert (await store.load("1")).state.preferences == {"a": 1}


async def test_redis_away_fails_in_bounded_time_then_at_once_and_recovers_by_itself() -> None:
    server = RedisServer()
    server.start()
    store = StateStore(server.settings)
    loop = asyncio.get_running_loop()
    try:
        await store.update("1", answer("a", 1))
        server.pause()
        began = loop.time()
        with pytest.raises(CacheUnavailable):
            await store.load("1")
        assert loop.time() - began < 1.0
        first = loop.time()
        for _ in range(100):
            with pytest.raises(CacheUnavailable):
                await store.load("1")
        assert loop.time() - first < 0.5  # a hundred waits of 90 ms would be nine seconds
        server.resume()
        await asyncio.wait_for(_until_it_answers(store), 15)
        assert (await store.load("1")).state.preferences == {"a": 1}
    finally:
        await store.close()
        server.close()


async def test_a_redis_that_answers_late_is_an_outage_and_costs_nobody_else_anything(
    redis_settings: RedisSettings,
) -> None:
    """An open connection has no time left for what opening one would take."""
    late = 0.0
    over = asyncio.Event()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_connection(redis_settings.host, redis_settings.port)
        answering = asyncio.create_task(answer_late(from_redis, writer))
        while data := await reader.read(65_536):
            to_redis.write(data)
        to_redis.close()
        writer.close()
        await asyncio.wait([answering])
        await asyncio.gather(to_redis.wait_closed(), writer.wait_closed(), return_exceptions=True)
        over.set()

    async def answer_late(from_redis: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await from_redis.read(65_536):
            asyncio.get_running_loop().call_later(late, writer.write, data)

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    limits = Limits(connect=30.0, answer=1.0)
    store = StateStore(replace(redis_settings, host="127.0.0.1", port=port), limits)
    await store.load("1")
    late = 5.0
    with pytest.raises(CacheUnavailable):
        await store.load("1")
    assert not store.answers
    await store.close()
    server.close()
    await asyncio.wait_for(over.wait(), 15)


async def _until_it_answers(store: StateStore) -> None:
    while True:
        try:
            await store.load("1")
            return
        except CacheUnavailable:
            await asyncio.sleep(0.05)
