"""The processes that search: what one that is killed costs those who wait."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from registration.planning import Planner

CATALOGUE = Path("registration/timetable/sample/sample.json")
PREFERENCES = {"subjects": ["IT3080", "IT3090", "MI1111", "MI2020"], "time_period": "any"}


@pytest.fixture
def planner() -> Iterator[Planner]:
    planner = Planner(CATALOGUE)
    yield planner
    planner.close()


async def test_all_who_wait_share_the_pool_that_follows_a_killed_one(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    start = Planner._started

    def started(self: Planner) -> object:
        pool = start(self)
        if pool not in opened:
            opened.append(pool)
        return pool

    monkeypatch.setattr(Planner, "_started", started)
    await planner.offer(PREFERENCES, "vi")
    waiting = [asyncio.create_task(planner.offer(PREFERENCES, "vi")) for _ in range(20)]
    await asyncio.sleep(0)  # in which they ask
    os.kill(next(iter(opened[0]._processes)), signal.SIGKILL)
    offers = await asyncio.gather(*waiting)
    assert all(len(offer.timetables) == 3 for offer in offers)
    assert len(opened) == 2
