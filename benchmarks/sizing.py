"""`python -m benchmarks.sizing`: how many machines a week of registration takes, by simulation.

Students arrive on the first day at 08:00, most of them in a rush that dies away, the rest until the evening.
Each takes a number of turns with a pause to think before each. The turns of every second are put before
servers that answer at their measured rates (`results/`), and the fewest servers are looked for with which
nobody waits longer than a second, but for one turn in a hundred. Nobody gives up and nobody is slowed down by
waiting, so the load is rather too high than too low.
"""

import argparse
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import print_table
from registration.messaging.messages import encode
from registration.testing.conversations import conversations

_HOUR = 3600
_OPENS, _CLOSES = 8 * _HOUR, 22 * _HOUR
_RESULTS = Path("results")
Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Week:
    """What students do. Shares are of all students; times in seconds."""

    students: int
    first_day: float = 0.5  # come on the first day
    rush: float = 0.5  # of those, come in the rush at 08:00
    rush_lasts: float = 600.0  # mean time of arrival after 08:00
    turns: int = 12
    think: float = 15.0  # mean pause before a turn


@dataclass(frozen=True)
class Rates:
    """What one of each does in a second, and what one student's things weigh; from `results/`."""

    rasa: float  # turns, one process
    actions: float  # turns, one process
    worker: float  # rows, one process
    row: float  # bytes of a message
    busy: float = 0.6  # how much of it is planned with


@dataclass(frozen=True)
class Plan:
    students: int
    at_once: int
    busiest: float  # turns in the busiest second
    rasa: int
    waits: float  # seconds, the 99th of a hundred turns
    actions: int
    workers: int
    redis: float  # MB
    rows: int
    disk: float  # GB
    cores: int


def plan(week: Week, rates: Rates, seed: int = 1) -> Plan:
    turns, at_once = first_day(week, np.random.default_rng(seed))
    busiest = float(turns.max())
    rasa = servers_for(turns, rates.rasa)
    actions = math.ceil(busiest / (rates.actions * rates.busy))
    workers = math.ceil(busiest / (rates.worker * rates.busy))
    rows = week.students * (week.turns + 1)
    # Redis, RabbitMQ and the database take about as much as those who talk to them; all the rest, one core.
    cores = min(rasa, busiest / rates.rasa) + 2 * (busiest / rates.actions + busiest / rates.worker) + 1
    return Plan(
        students=week.students,
        at_once=at_once,
        busiest=busiest,
        rasa=rasa,
        waits=wait(turns, rasa * rates.rasa),
        actions=actions,
        workers=workers,
        redis=_in_the_last_hour(week) * 2 * rates.row / 1e6,
        rows=rows,
        disk=rows * rates.row * 2 / 1e9,  # indexes and the review's tables weigh about as much again
        cores=math.ceil(cores),
    )


def first_day(week: Week, random: np.random.Generator) -> tuple[Seconds, int]:
    """Turns of each second of the day, and the most students in a conversation at one time."""
    today = round(week.students * week.first_day)
    rushing = random.random(today) < week.rush
    late = random.uniform(_OPENS, _CLOSES, today)
    arrivals = np.where(rushing, _OPENS + random.exponential(week.rush_lasts, today), late)
    pauses = random.exponential(week.think, (today, week.turns))
    moments = arrivals[:, None] + np.cumsum(pauses, axis=1)
    seconds = 24 * _HOUR
    turns = np.bincount(np.minimum(moments, seconds - 1).astype(int).ravel(), minlength=seconds)
    begun, ended = (
        np.bincount(np.minimum(at, seconds - 1).astype(int), minlength=seconds)
        for at in (arrivals, moments[:, -1])
    )
    return turns.astype(float), int(np.cumsum(begun - ended).max())


def wait(turns: Seconds, capacity: float) -> float:
    """Seconds that the 99th of a hundred turns waits, where `capacity` turns a second are answered."""
    backlog, waits = 0.0, []
    for arriving in turns:
        backlog = max(0.0, backlog + float(arriving) - capacity)
        waits.append(backlog / capacity)
    order = np.argsort(waits)
    reached = np.searchsorted(np.cumsum(turns[order]), 0.99 * turns.sum())
    return float(waits[order[min(int(reached), len(order) - 1)]])


def servers_for(turns: Seconds, rate: float, longest: float = 1.0) -> int:
    """The fewest servers of this rate with which the 99th of a hundred turns waits `longest` at most."""
    low, high = 1, math.ceil(float(turns.max()) / rate)
    while low < high:
        middle = (low + high) // 2
        if wait(turns, middle * rate) <= longest:
            high = middle
        else:
            low = middle + 1
    return low


def measured(folder: Path = _RESULTS) -> Rates:
    """The rates that the benchmarks have left there. Raises FileNotFoundError where one has not run."""
    turn = _median(_read(folder / "turn.json")["rows"], "ours")
    actions = _median(_read(folder / "actions.json")["at once"], "ours")
    worker = _median(_read(folder / "drain-10000.json"), "worker (1 process)")
    return Rates(rasa=1000 / turn, actions=actions, worker=worker, row=_bytes_of_a_turn())


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _median(rows: Iterable[dict[str, object]], name: str) -> float:
    return next(float(str(row["median"])) for row in rows if row["name"] == name)


def _bytes_of_a_turn() -> float:
    made = conversations(100, datetime(2026, 1, 5, tzinfo=timezone.utc), days=5)
    return mean(len(encode(chat)) for talk in made for chat in talk)


def _in_the_last_hour(week: Week) -> float:
    return week.students * week.first_day * (week.rush + (1 - week.rush) * _HOUR / (_CLOSES - _OPENS))


def report(plans: Iterable[Plan]) -> None:
    print_table(
        "Machines for the first day of registration",
        [
            {
                "students": f"{one.students:,}",
                "at once": f"{one.at_once:,}",
                "turns/s": f"{one.busiest:,.0f}",
                "Rasa": one.rasa,
                "p99 wait": f"{one.waits:.1f} s",
                "actions": one.actions,
                "workers": one.workers,
                "Redis": f"{one.redis:,.0f} MB",
                "rows": f"{one.rows:,}",
                "disk": f"{one.disk:,.1f} GB",
                "cores": one.cores,
            }
            for one in plans
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizing", description=__doc__)
    parser.add_argument("--students", type=int, nargs="+", default=[1_000, 50_000, 1_000_000])
    for name in ("first_day", "rush", "rush_lasts", "think"):
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=float, default=getattr(Week(0), name))
    parser.add_argument("--turns", type=int, default=Week(0).turns)
    options = vars(parser.parse_args())
    rates = measured()
    print(
        f"one Rasa process {rates.rasa:.1f} turns/s, one action server {rates.actions:,.0f} turns/s, ", end=""
    )
    print(f"one worker {rates.worker:,.0f} rows/s, one turn {rates.row:,.0f} bytes")
    report(plan(Week(students, **options), rates) for students in options.pop("students"))


if __name__ == "__main__":
    main()
