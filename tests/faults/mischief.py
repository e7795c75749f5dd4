"""Beside the faults, all the time: poisonous messages, and messages delivered twice."""

import contextlib
import random
import threading
import uuid

from registration.errors import SpoolError
from registration.messaging.topology import queue_of
from registration.testing.rabbitmq_server import PIKA_ERRORS
from tests.faults import traffic
from tests.faults.ledger import LedgerFile, read_ledger
from tests.faults.poison import poison
from tests.faults.scene import Scene

_BATCH = 10  # messages at a time


class Mischief:
    """Publishes poison and duplicates, each confirmed by the broker or the spool, until `close`.

    At least one message in a hundred is poison, and as many are handed in again.
    """

    def __init__(self, scene: Scene, seed: int) -> None:
        self._scene = scene
        self._rng = random.Random(seed)
        self._path = scene.folder / "poison.ledger"
        self._closed = threading.Event()
        self._every = 60 * _BATCH / scene.size.rate
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.duplicates = 0

    def close(self) -> None:
        """Returns when the last batch has ended."""
        self._closed.set()
        self._thread.join()

    def taken(self) -> set[str]:
        """Tokens of the poison that was taken."""
        return {traffic.token("poison", number) for number in read_ledger(self._path).taken}

    def tried(self) -> set[str]:
        return {traffic.token("poison", number) for number in read_ledger(self._path).tried}

    def _run(self) -> None:
        while not self._closed.wait(self._every):
            with contextlib.suppress(SpoolError, *PIKA_ERRORS):
                self._hand_in_poison()
                self._hand_in_again()

    def _hand_in_poison(self) -> None:
        first = read_ledger(self._path).next_number
        made = [
            (number, *poison(number, self._scene.pipeline.wholesome))
            for number in range(first, first + _BATCH)
        ]
        # Half of them carry an id, as another producer's messages may or may not.
        messages = [(queue, str(uuid.uuid4()) if number % 2 else None, body) for number, queue, body in made]
        with LedgerFile(self._path) as ledger:
            for number, _, _ in made:
                ledger.tries(number)
            for place in self._scene.pipeline.hand_in(messages):
                ledger.ends(first + place, True, 0)

    def _hand_in_again(self) -> None:
        messages = [
            (
                queue_of(traffic.message(name, number)),
                traffic.message_id(name, number),
                traffic.body(name, number),
            )
            for name, handed_in in self._scene.handed_in().items()
            for number in self._some_of(handed_in.taken)
        ]
        for _ in self._scene.pipeline.hand_in(messages):
            self.duplicates += 1

    def _some_of(self, numbers: set[int]) -> list[int]:
        return self._rng.sample(sorted(numbers), min(len(numbers), _BATCH // 2))
