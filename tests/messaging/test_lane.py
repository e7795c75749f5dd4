"""One queue's way out, against a broker that refuses at whim: none is lost, each student's order holds."""

import random
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.messaging.lane import WINDOW, Lane
from registration.messaging.spool_reader import Entry

FILES = (Path("1.db"), Path("2.db"))


class Memory:
    """A spool in memory, read as SpoolReader is."""

    def __init__(self, students: list[int]) -> None:
        self.left = [
            Entry(
                FILES[number * 2 // len(students)], number + 1, "q", str(number), "k", str(student), "", b"x"
            )
            for number, student in enumerate(students)
        ]

    def entries(
        self, queue: str, limit: int, after: Mapping[Path, int] | None = None, max_bytes: int = 1
    ) -> list[Entry]:
        return [entry for entry in self.left if entry.number > (after or {}).get(entry.path, 0)][:limit]

    def remove(self, entries: list[Entry]) -> None:
        gone = {entry.number for entry in entries}
        self.left = [entry for entry in self.left if entry.number not in gone]


class Broker:
    """Takes what is sent in its order, and confirms, refuses or loses it as `whim` says."""

    def __init__(self, students: list[int], whim: random.Random, refusing: float, losing: float) -> None:
        self.spool = Memory(students)
        self.now = 0.0
        self.lane = Lane("q", self.spool, self.send, lambda: self.now)  # type: ignore[arg-type]
        self.stored: list[Entry] = []
        self.on_its_way: list[Entry] = []
        self.most_on_its_way = 0
        self._whim, self._refusing, self._losing = whim, refusing, losing

    def send(self, entry: Entry) -> None:
        self.on_its_way.append(entry)
        self.most_on_its_way = max(self.most_on_its_way, len(self.on_its_way))

    def step(self) -> None:
        self.now += self._whim.choice((0.0, 0.01, 1.0))
        self.lane.pump()
        for _ in range(self._whim.randint(0, len(self.on_its_way))):
            self._answer(self.on_its_way.pop(0))
        if self._whim.random() < self._losing:
            self._lose_connection()
        if self.lane.confirmed and self._whim.random() < 0.7:
            self.spool.remove(self.lane.confirmed)
            self.lane.removed()

    def _answer(self, entry: Entry) -> None:
        if self._whim.random() < self._refusing:
            self.lane.on_refused(entry)
        else:
            self.stored.append(entry)
            self.lane.on_confirmed(entry)

    def _lose_connection(self) -> None:
        # What was on its way may have been stored or not, in the order of sending.
        self.stored += self.on_its_way[: self._whim.randint(0, len(self.on_its_way))]
        self.on_its_way.clear()
        self.lane.begin_anew()


@given(
    students=st.lists(st.integers(1, 6), min_size=1, max_size=80),
    seed=st.integers(0, 10**6),
    refusing=st.sampled_from((0.0, 0.05, 0.5)),
    losing=st.sampled_from((0.0, 0.1)),
)
def test_none_is_lost_and_each_students_order_holds(
    students: list[int], seed: int, refusing: float, losing: float
) -> None:
    broker = Broker(students, random.Random(seed), refusing, losing)
    for _ in range(20_000):
        broker.step()
        if not broker.spool.left and broker.lane.is_idle:
            break

    assert broker.spool.left == []
    once = list(dict.fromkeys(entry.number for entry in broker.stored))
    assert sorted(once) == list(range(1, len(students) + 1))
    for student in set(students):
        mine = [number for number in once if students[number - 1] == student]
        assert mine == sorted(mine)


def test_without_refusals_nothing_is_sent_twice() -> None:
    broker = Broker(list(range(500)), random.Random(1), refusing=0.0, losing=0.0)
    while broker.spool.left:
        broker.step()

    assert len(broker.stored) == 500


def test_the_window_bounds_what_is_on_its_way() -> None:
    broker = Broker(list(range(3 * WINDOW)), random.Random(1), refusing=0.0, losing=0.0)
    broker.lane.pump()
    broker.lane.pump()

    assert len(broker.on_its_way) == WINDOW


@pytest.mark.parametrize("students", [[1] * 50, [1, 2] * 25])
def test_of_each_student_one_message_is_on_its_way(students: list[int]) -> None:
    broker = Broker(students, random.Random(1), refusing=0.0, losing=0.0)
    broker.lane.pump()

    assert len(broker.on_its_way) == len(set(students))


def test_a_queue_that_goes_on_refusing_is_tried_less_and_less_and_with_one_message() -> None:
    broker = Broker(list(range(100)), random.Random(1), refusing=1.0, losing=0.0)
    tries = []
    for tick in range(6000):
        broker.now = tick / 100
        broker.lane.pump()
        if broker.on_its_way:
            tries.append((broker.now, len(broker.on_its_way)))
        while broker.on_its_way:
            broker.lane.on_refused(broker.on_its_way.pop(0))

    assert [size for _, size in tries[1:]] == [1] * (len(tries) - 1)
    pauses = [later[0] - earlier[0] for earlier, later in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert 4.9 < pauses[-1] < 5.2
