"""A question's turn in the action server, beside an empty action and one that only asks Redis twice.

`python -m benchmarks.actions [TURNS]`, in either environment. The caller is a bare socket, so that what is
measured is the server; every answer is checked for the question that it must ask. What two round trips take
in a process that does nothing else is measured too, by redis-py's client for an event loop, which an action
server needs, and by the one that blocks, which is quicker than any event loop.
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any

import redis
import redis.asyncio

from benchmarks.figures import Sample, print_table, save
from registration.testing.bot import ActionServer
from registration.testing.processes import free_port
from registration.testing.redis_server import RedisServer

TOGETHER = 16
EMPTY, ASKING, OURS = "empty", "empty, and asks redis twice", "ours"
AWAITED, BLOCKING = "two redis round trips, asyncio", "two redis round trips, blocking"
# A short answer is one of those that come again and again, and is read once; a long one is read every time.
SHORT = "sáng"
LONG = "dạ cho em đăng ký các lớp học buổi sáng nhé, cảm ơn bạn nhiều ạ"
_students = itertools.count(1)


def request(port: int, text: str = SHORT) -> bytes:
    """The call that Rasa makes when a student answers the first question."""
    message = {
        "event": "user",
        "text": text,
        "message_id": uuid.uuid4().hex,
        "timestamp": time.time(),
        "input_channel": "rest",
        "parse_data": {"intent": {"name": "inform", "confidence": 0.9}, "entities": []},
    }
    tracker = {
        "sender_id": str(next(_students)),
        "slots": {"requested_slot": "time_period", "language": "vi"},
        "latest_message": message["parse_data"],
        "events": [message, {"event": "action", "name": "registration_form"}],
        "paused": False,
        "followup_action": None,
        "active_loop": {"name": "registration_form"},
        "latest_action_name": "action_listen",
    }
    call = {
        "next_action": "validate_registration_form",
        "tracker": tracker,
        "domain": {},
        "version": "3.6.21",
    }
    body = json.dumps(call).encode()
    head = f"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Caller:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> "Caller":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def call(self, raw: bytes) -> dict[str, Any]:
        self._writer.write(raw)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(int(length.split(b":")[1])))
        return answer

    def close(self) -> None:
        self._writer.close()


def check(answer: dict[str, Any]) -> None:
    asked = [event["value"] for event in answer["events"] if event.get("name") == "requested_slot"]
    assert asked in (["avoid_early_start"], ["time_period"]), answer  # ours goes on; the empty one repeats


async def one_by_one(port: int, turns: int, text: str) -> list[float]:
    """Milliseconds of each turn."""
    caller = await Caller(port).open()
    times = []
    for raw in [request(port, text) for _ in range(turns)]:
        began = time.perf_counter()
        answer = await caller.call(raw)
        times.append((time.perf_counter() - began) * 1000)
        check(answer)
    caller.close()
    return times


async def at_once(port: int, turns: int, text: str) -> list[float]:
    """Turns a second with TOGETHER callers, as one figure."""
    callers = [await Caller(port).open() for _ in range(TOGETHER)]
    work = [[request(port, text) for _ in range(turns // TOGETHER)] for _ in callers]

    async def keep_calling(caller: Caller, raws: list[bytes]) -> None:
        for raw in raws:
            check(await caller.call(raw))

    began = time.perf_counter()
    await asyncio.gather(*(keep_calling(caller, raws) for caller, raws in zip(callers, work, strict=True)))
    took = time.perf_counter() - began
    for caller in callers:
        caller.close()
    return [turns // TOGETHER * TOGETHER / took]


def blocking_round_trips(port: int, count: int) -> list[float]:
    """Milliseconds of a SET and a GET together."""
    times = []
    with redis.Redis(port=port) as client:
        for _ in range(count):
            began = time.perf_counter()
            client.set("benchmark", "x" * 300, ex=60)
            client.get("benchmark")
            times.append((time.perf_counter() - began) * 1000)
    return times


def awaited_round_trips(port: int, count: int) -> list[float]:
    """The same on an event loop."""
    return asyncio.run(_awaited_round_trips(port, count))


async def _awaited_round_trips(port: int, count: int) -> list[float]:
    times = []
    async with redis.asyncio.Redis(port=port) as client:
        for _ in range(count):
            began = time.perf_counter()
            await client.set("benchmark", "x" * 300, ex=60)
            await client.get("benchmark")
            times.append((time.perf_counter() - began) * 1000)
    return times


def main(turns: int, starts: int = 3, rounds: int = 5) -> None:
    """All servers start anew `starts` times: how a process lies in memory moves its figures by a tenth."""
    singly: dict[str, list[float]] = defaultdict(list)
    together: dict[str, list[float]] = defaultdict(list)
    with RedisServer() as redis_server:
        for _ in range(starts):
            with _servers(redis_server.port) as servers:
                contenders = {name: (server.port, SHORT) for name, server in servers.items()}
                contenders["ours, a long answer"] = (servers[OURS].port, LONG)
                work: dict[str, Callable[[int], list[float]]] = {
                    **_calling(one_by_one, contenders),
                    AWAITED: partial(_apart, awaited_round_trips, redis_server.port),
                    BLOCKING: partial(_apart, blocking_round_trips, redis_server.port),
                }
                _measure(work, turns // starts, rounds, singly)
                _measure(_calling(at_once, contenders), turns * 4 // starts, rounds, together)
    _report(singly, together)


@contextmanager
def _servers(redis_port: int) -> Iterator[dict[str, ActionServer]]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        common = {"MODE": "embedded", "SPOOL_DIR": f"{folder}/spool", "REDIS_HOST": "127.0.0.1"}
        with_redis = {**common, "REDIS_PORT": str(redis_port)}
        servers = {
            EMPTY: ActionServer({}, "benchmarks.empty_actions"),
            ASKING: ActionServer(with_redis, "benchmarks.asking_actions"),
            OURS: ActionServer(with_redis),
            "ours without redis": ActionServer({**common, "REDIS_PORT": str(free_port())}),
        }
        for server in servers.values():
            running.enter_context(server)
        yield servers


_Call = Callable[[int, int, str], Coroutine[Any, Any, list[float]]]


def _calling(call: _Call, contenders: dict[str, tuple[int, str]]) -> dict[str, Callable[[int], list[float]]]:
    """`call` for each contender, still to be told how many turns."""
    return {name: partial(_call, call, port, text) for name, (port, text) in contenders.items()}


def _call(call: _Call, port: int, text: str, turns: int) -> list[float]:
    return asyncio.run(call(port, turns, text))


def _apart(measured: Callable[[int, int], list[float]], port: int, count: int) -> list[float]:
    """In a process of its own: the caller, which others measure by, stays as it is and where it is."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(measured, port, count).result()


def _measure(
    work: dict[str, Callable[[int], list[float]]], turns: int, rounds: int, times: dict[str, list[float]]
) -> None:
    """All in each round, so that what the machine does meanwhile falls on all of them."""
    for _ in range(rounds):
        for name, measured in work.items():
            times[name] += measured(turns // rounds)


def _report(singly: dict[str, list[float]], together: dict[str, list[float]]) -> None:
    alone = {name: Sample(name, values, "ms") for name, values in singly.items()}
    crowd = {name: Sample(name, values, "turns/s") for name, values in together.items()}
    to_asking = alone[OURS].median / alone[ASKING].median
    to_sums = {
        name: round(alone[OURS].median / (alone[EMPTY].median + alone[name].median), 3)
        for name in (AWAITED, BLOCKING)
    }
    rate = crowd[OURS].median / crowd[EMPTY].median
    print_table("One turn in the action server, one at a time", [sample.row() for sample in alone.values()])
    print(f"\nours to an empty action that asks Redis twice: {to_asking:.2f}")
    for name, to_sum in to_sums.items():
        print(f"ours to an empty action and {name}, added up: {to_sum:.2f}")
    print_table(f"{TOGETHER} at once", [sample.row() for sample in crowd.values()])
    print(f"\nrate of ours to an empty action's: {rate:.2f}")
    figures = {
        "one by one": [sample.row() for sample in alone.values()],
        "at once": [sample.row() for sample in crowd.values()],
        "ratio to an action that asks twice": round(to_asking, 3),
        "ratio to the sum with": to_sums,
        "rate to an empty action": round(rate, 3),
    }
    print(f"written to {save('actions', figures)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
