"""Redis Cluster: a student's keys lie on one node, updates stay whole, a dead node costs only its share."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import redis

from registration.cache import StateStore
from registration.cache.limits import Limits
from registration.cache.state_store import Change
from registration.dialogue.state import IN_PROGRESS, State
from registration.errors import CacheUnavailable
from registration.operating.health import redis_part
from registration.operating.stores.redis_store import RedisStore
from registration.sender import Sender
from registration.settings import RedisSettings
from registration.testing.fixtures import found_or_skipped
from registration.testing.redis_server import RedisServer, connect, redis_program
from registration.testing.servers import needs
from registration.testing.waiting import wait_until

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
PATIENT = Limits(connect=2, answer=2, probe_interval=0.05)  # a busy machine is not the point here
SLOTS = 16_384


class ClusterNode(RedisServer):
    """One of the nodes; its bus listens at a port of its own, as the usual one may be beyond the last."""

    def command(self) -> list[str]:
        bus = ["--cluster-port", str(self.port - 1000)]
        options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"]
        return [*super().command(), *options, *bus, "--cluster-require-full-coverage", "no"]

    def ask(self, *command: object) -> Any:
        with connect(self.settings) as client:
            return client.execute_command(*command)


@pytest.fixture
def nodes() -> Iterator[list[ClusterNode]]:
    found_or_skipped(lambda: needs(redis_program, "redis-server"))
    nodes = [ClusterNode() for _ in range(3)]
    try:
        for node in nodes:
            node.start()
        _join(nodes)
        yield nodes
    finally:
        for node in nodes:
            node.close()


def _join(nodes: list[ClusterNode]) -> None:
    share = SLOTS // len(nodes) + 1
    for number, node in enumerate(nodes):
        node.ask("CLUSTER SET-CONFIG-EPOCH", number + 1)
        node.ask("CLUSTER ADDSLOTSRANGE", number * share, min(SLOTS, (number + 1) * share) - 1)
        if number:
            node.ask("CLUSTER MEET", "127.0.0.1", nodes[0].port, nodes[0].port - 1000)
    wait_until(lambda: all(_is_whole(node, len(nodes)) for node in nodes), 30, "the cluster")


def _is_whole(node: ClusterNode, count: int) -> bool:
    info = node.ask("CLUSTER INFO")
    return bool(info["cluster_state"] == "ok" and int(info["cluster_known_nodes"]) == count)


@pytest.fixture
def settings(nodes: list[ClusterNode]) -> RedisSettings:
    return RedisSettings(host="127.0.0.1", port=nodes[0].port, cluster="on")


def answer(key: str, value: object) -> Change:
    return lambda state: (state.changed({**state.preferences, key: value}, IN_PROGRESS, NOON), None)


async def patiently(store: StateStore, student: str, change: Change) -> State:
    """The state after `change`, also while the cluster is still settling."""
    while True:
        try:
            return await store.update(student, change)
        except CacheUnavailable:
            await asyncio.wait_for(store.wait_until_it_answers(), 30)


async def test_many_students_states_are_kept_over_all_nodes(
    nodes: list[ClusterNode], settings: RedisSettings
) -> None:
    store = StateStore(settings, PATIENT)
    await asyncio.gather(*(patiently(store, str(n), answer("time_period", "morning")) for n in range(60)))
    # Two updates at once of different keys lose neither.
    await asyncio.gather(
        store.update("7", answer("avoid_days", ["Saturday"])),
        store.update("7", answer("prefer_continuous", True)),
    )
    state = (await store.load("7")).state
    assert state.preferences == {
        "time_period": "morning",
        "avoid_days": ["Saturday"],
        "prefer_continuous": True,
    }
    await store.close()
    assert all(int(str(node.ask("DBSIZE"))) for node in nodes)
    with redis.RedisCluster(host="127.0.0.1", port=nodes[0].port) as client:
        assert b"morning" in client.get("class_preferences:{7}")


async def test_a_dead_node_costs_its_students_the_cache_and_comes_back(
    nodes: list[ClusterNode], settings: RedisSettings
) -> None:
    store = StateStore(settings, PATIENT)
    for number in range(30):
        await patiently(store, str(number), answer("time_period", "morning"))
    nodes[2].kill()
    failed = 0
    for number in range(30):
        try:
            await store.load(str(number))
        except CacheUnavailable:
            failed += 1
            await asyncio.wait_for(store.wait_until_it_answers(), 30)
    assert 0 < failed < 30
    nodes[2].start()
    wait_until(lambda: all(_is_whole(node, 3) for node in nodes), 30, "the cluster")
    await asyncio.wait_for(store.wait_until_it_answers(), 30)
    await patiently(store, "1", answer("avoid_days", ["Sunday"]))
    assert (await store.load("1")).state.preferences["avoid_days"] == ["Sunday"]
    await store.close()


async def test_the_operator_sees_and_erases_what_lies_there(settings: RedisSettings) -> None:
    store = StateStore(settings, PATIENT)
    await patiently(store, "7", answer("time_period", "morning"))
    await store.close()
    assert redis_part(settings).facts["used_bytes"] > 0
    rows = RedisStore(settings, leaves_mark=True)
    who = Sender.of("7")
    assert [item["key"] for item in rows.find(who)] == ["class_preferences:{7}"]
    rows.erase(who)
    assert rows.find(who) == []
