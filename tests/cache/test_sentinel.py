"""Redis behind Sentinels: the master dies in the middle of a dialogue, and the dialogue goes on."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from registration.cache import RedisCache, StateStore
from registration.cache.limits import Limits
from registration.cache.state_store import Change
from registration.dialogue.state import IN_PROGRESS, State
from registration.errors import CacheUnavailable
from registration.settings import RedisSettings
from registration.testing.fixtures import found_or_skipped
from registration.testing.redis_server import RedisServer, connect, redis_program
from registration.testing.servers import needs
from registration.testing.waiting import wait_until

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
PATIENT = Limits(connect=2, answer=2)  # a busy machine is not the point here


class Replica(RedisServer):
    """A copy of `master`."""

    master: RedisServer

    def command(self) -> list[str]:
        return [*super().command(), "--replicaof", "127.0.0.1", str(self.master.port)]

    def is_in_step(self) -> bool:
        with connect(self.settings) as client:
            return bool(client.info("replication")["master_link_status"] == "up")


class SentinelServer(RedisServer):
    """One of those that watch `master` and name another when two of them miss it."""

    master: RedisServer

    def command(self) -> list[str]:
        file = self.folder / "sentinel.conf"
        if not file.exists():
            lines = (
                f"port {self.port}",
                "bind 127.0.0.1",
                f"dir {self.data}",
                f"sentinel monitor mymaster 127.0.0.1 {self.master.port} 2",
                "sentinel down-after-milliseconds mymaster 500",
                "sentinel failover-timeout mymaster 2000",
            )
            file.write_text("\n".join(lines) + "\n")
        return [redis_program() or "redis-server", str(file), "--sentinel"]

    def knows(self, replicas: int, sentinels: int) -> bool:
        with connect(self.settings) as client:
            known = client.sentinel_master("mymaster")
        return int(known["num-slaves"]) >= replicas and int(known["num-other-sentinels"]) >= sentinels


@pytest.fixture
def master(tmp_path: Path) -> Iterator[RedisServer]:
    found_or_skipped(lambda: needs(redis_program, "redis-server"))
    with RedisServer() as server:
        yield server


@pytest.fixture
def sentinels(master: RedisServer) -> Iterator[RedisSettings]:
    replica = Replica()
    replica.master = master
    watchers = [SentinelServer() for _ in range(3)]
    with replica:
        try:
            for watcher in watchers:
                watcher.master = master
                watcher.start()
            wait_until(replica.is_in_step, 30, "the replica")
            wait_until(lambda: all(one.knows(1, 2) for one in watchers), 30, "the sentinels")
            yield RedisSettings(sentinels=tuple(("127.0.0.1", one.port) for one in watchers))
        finally:
            for watcher in watchers:
                watcher.close()


def answer(key: str, value: object) -> Change:
    def change(state: State) -> tuple[State, None]:
        return state.changed({**state.preferences, key: value}, IN_PROGRESS, NOON), None

    return change


async def test_a_failover_in_the_middle_of_a_dialogue(master: RedisServer, sentinels: RedisSettings) -> None:
    store = StateStore(sentinels, PATIENT)
    state = await store.update("1", answer("time_period", "morning"))
    with connect(master.settings) as client:
        assert client.execute_command("WAIT", 1, 5000) == 1
    master.kill()

    async def goes_on() -> State:
        while True:  # meanwhile a dialogue goes on from its slots
            try:
                return await store.update("1", answer("avoid_days", ["Saturday"]), state)
            except CacheUnavailable:
                await asyncio.sleep(0.1)

    after = await asyncio.wait_for(goes_on(), 60)
    assert after.preferences == {"time_period": "morning", "avoid_days": ["Saturday"]}
    assert (await store.load("1")).state == after
    await store.close()
    assert not master.running
    cache = RedisCache(sentinels, PATIENT)
    assert cache.get("class_preferences:1")["time_period"] == "morning"
    cache.close()
