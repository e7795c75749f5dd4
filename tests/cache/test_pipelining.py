"""The connection to Redis: whose fault it is when an answer is late."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import redis
import redis.asyncio
import uvloop
from redis.exceptions import TimeoutError as RedisTimeoutError

from registration.cache.limits import Limits
from registration.cache.pipelining import Pipelining
from registration.settings import RedisSettings

LIMIT = 0.1  # seconds


@asynccontextmanager
async def opened(settings: RedisSettings, limit: float) -> AsyncIterator[Pipelining]:
    client = redis.asyncio.Redis(host=settings.host, port=settings.port)
    pipelining = Pipelining(client.connection_pool.make_connection, Limits(connect=LIMIT, answer=limit))
    yield pipelining
    await pipelining.close()
    await client.aclose()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_an_event_loop_that_stands_still_makes_no_outage(
    run: Callable[[Coroutine[Any, Any, None]], None], redis_settings: RedisSettings
) -> None:
    async def ask() -> None:
        async with opened(redis_settings, LIMIT) as pipelining:
            assert await pipelining.ask("PING") == "PONG"
            answer = asyncio.create_task(pipelining.ask("PING"))
            await asyncio.sleep(0.01)  # it is on its way, or here already
            late = asyncio.create_task(pipelining.ask("BLPOP", "nothing", LIMIT / 2))
            await asyncio.sleep(0.001)
            time.sleep(LIMIT * 2)  # noqa: ASYNC251 - which is what is tested
            assert await answer == "PONG"
            assert await late is None
            with pytest.raises(RedisTimeoutError):
                await pipelining.ask("BLPOP", "nothing", LIMIT * 3)

    run(ask())


async def test_each_of_many_who_ask_at_once_gets_the_answer_to_its_own_question(
    redis_settings: RedisSettings,
) -> None:
    words = [str(number) for number in range(100)]
    async with opened(redis_settings, 5.0) as pipelining:
        assert await asyncio.gather(*(pipelining.ask("ECHO", word) for word in words)) == words


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_redis_is_at_it_meanwhile(
    run: Callable[[Coroutine[Any, Any, None]], None], redis_settings: RedisSettings
) -> None:
    given = []
    with redis.Redis(host=redis_settings.host, port=redis_settings.port) as client:

        async def ask() -> None:
            async with opened(redis_settings, 5.0) as pipelining:
                take = partial(client.blpop, "asked meanwhile", timeout=4)
                await pipelining.ask(
                    "RPUSH", "asked meanwhile", "word", meanwhile=lambda: given.append(take())
                )

        run(ask())
    assert given == [(b"asked meanwhile", b"word")], "which nobody could take before Redis had it"
