"""Everything on one student: gathered from every store, and erased from all of them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from registration.errors import BrokerError
from registration.operating.carriers import carrier_of
from registration.operating.stores.files import Searched, search
from registration.operating.stores.queue_store import QueueStore
from registration.operating.stores.redis_store import RedisStore
from registration.operating.stores.spool_store import ShelfStore, SpoolStore, files_of
from registration.operating.stores.store import Item, Store, message_ids
from registration.operating.stores.table_store import TableStore
from registration.operating.stores.tracker_store import is_kept, locks_of, trackers_of
from registration.sender import Sender
from registration.settings import Settings
from registration.storage.pausing import paused
from registration.storage.sqlite_files import file_of

_ROUNDS = 3  # the student may be talking to the bot meanwhile
_PATIENCE = 30.0  # seconds for workers to hand back what they hold
_POLL = 0.2

Found = dict[str, list[Item]]  # by store


@dataclass(frozen=True)
class Erasure:
    """What was erased, what a search afterwards still found, and what is left to do by hand."""

    erased: Found
    left: Found
    searched: Searched
    by_hand: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not any(self.left.values()) and not self.searched.found_in


class People:
    """The stores that the settings and Rasa's endpoints file name. Every method raises RegistrationError."""

    def __init__(self, settings: Settings, engine: Engine, endpoints: Path, who: Sender) -> None:
        self._settings = settings
        self._engine = engine
        self._who = who
        self._stores = _stores(settings, engine, endpoints, who)

    def find(self) -> Found:
        return {store.name: store.find(self._who) for store in self._stores}

    def erase(self) -> Erasure:
        """Nothing is erased unless every store answers; call it while the workers are paused."""
        known = self.find()
        erased: Found = {store.name: [] for store in self._stores}
        left = known
        for attempt in range(_ROUNDS):
            time.sleep(attempt * _POLL)
            for store in self._stores:
                erased[store.name] += store.erase(self._who)
            left = self.find()
            if not any(left.values()):
                break
        ids = {each for found in (known, erased) for items in found.values() for each in message_ids(items)}
        searched = search(self._files(), ids)
        return Erasure(erased, left, searched, tuple(r for store in self._stores for r in store.remarks))

    @contextmanager
    def workers_paused(self, force: bool) -> Iterator[None]:
        """No worker of this database takes a message meanwhile. Raises BrokerError where one goes on."""
        with paused(self._engine):
            if not force:
                self._wait_for_workers()
            yield

    def _wait_for_workers(self) -> None:
        carrier = carrier_of(self._settings)
        deadline = time.monotonic() + _PATIENCE
        while busy := [state.name for state in carrier.states() if state.consumers]:
            if time.monotonic() > deadline:
                raise BrokerError(
                    f"somebody still takes messages from {', '.join(busy)}: stop it,"
                    " or say --with-consumers to go on without the proof that nothing slips by"
                )
            time.sleep(_POLL)

    def _files(self) -> list[Path]:
        database = file_of(self._engine)
        beside = sorted(database.parent.glob(f"{database.name}*")) if database else []
        return [*files_of(self._settings.spool), *beside]


def _stores(settings: Settings, engine: Engine, endpoints: Path, who: Sender) -> Sequence[Store]:
    """In the direction in which messages travel, so that none slips behind the search."""
    trackers = trackers_of(endpoints)
    queues: list[Store] = [QueueStore(settings.rabbitmq)] if settings.mode == "servers" else []
    return [
        RedisStore(settings.redis, leaves_mark=not is_kept(trackers)),
        trackers,
        *locks_of(endpoints),
        SpoolStore(settings.spool),
        *queues,
        ShelfStore(settings.spool),
        TableStore(engine, who),
    ]


def counts(found: Found) -> dict[str, Any]:
    return {name: len(items) for name, items in found.items()}
