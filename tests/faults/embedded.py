"""Messages by the spool alone into SQLite."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from registration.messaging.spool import Spool
from registration.settings import SpoolSettings
from tests.faults import rows, traffic
from tests.faults.ledger import DeadLetter
from tests.faults.pipeline import HandIn, Pipeline


class EmbeddedPipeline(Pipeline):
    """No server: the worker reads the spool and writes SQLite."""

    wholesome = ("refused by the database",)  # SQLite reads JSON to any depth that we send

    def __init__(self, folder: Path, spool: Path) -> None:
        self._database = folder / "registration.db"
        self._folder = spool
        self._spool = Spool(SpoolSettings(folder=spool))

    def open(self) -> None:
        pass

    def environ(self) -> dict[str, str]:
        return {"MODE": "embedded", "DATABASE_URL": f"sqlite:///{self._database}"}

    def hand_in(self, messages: Sequence[HandIn]) -> Iterator[int]:
        for place, (queue, message_id, body) in enumerate(messages):
            self._spool.append(queue.name, message_id or "", queue.routing_key, "", body)
            yield place

    def rows(self) -> Iterator[rows.Row]:
        with closing(self._open(self._database)) as connection:
            for query in rows.QUERIES:
                yield from (query.row(row) for row in connection.execute(query.text))

    def count_rows(self) -> int:
        if not self._database.exists():
            return 0
        with closing(self._open(self._database)) as connection:
            return int(connection.execute(rows.COUNT).fetchone()[0])

    def dead_letters(self) -> list[DeadLetter]:
        path = self._folder / "dead_letters.sqlite"
        if not path.exists():
            return []
        with closing(self._open(path)) as connection:
            found = connection.execute("SELECT body, queue, reason FROM dead_letters")
            return [DeadLetter(traffic.tokens_in(body) or "", queue, reason) for body, queue, reason in found]

    def depths(self) -> tuple[int, int]:
        return 0, len(self.dead_letters())

    def heal(self) -> None:
        pass

    def close(self) -> None:
        self._spool.close()
        super().close()

    def _open(self, path: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
