"""The database: logs, and what the review keeps beside them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Engine

from registration.operating.stores.store import Item
from registration.sender import ANONYMOUS, Sender
from registration.storage.erasing import Rows, StudentRows
from registration.storage.owned import Owner
from registration.storage.sqlite_files import file_of, is_absent

_SERVER = {
    "mysql": "Database: binary logs, undo logs and the free space of table files keep old bytes for a while;"
    " PURGE BINARY LOGS and OPTIMIZE TABLE end that.",
    "postgresql": "Database: dead rows, the write-ahead log and its archive keep old bytes for a while;"
    " VACUUM FULL, a CHECKPOINT and an emptied archive end that.",
}
_BACKUPS = "Backups of the database keep what they held: erase again whenever one is restored."
_ANONYMOUS = (
    "Database: class_preference_logs name no anonymous sender, so rows of such a sender cannot be told apart."
)


class TableStore:
    """A Store."""

    name = "tables"

    def __init__(self, engine: Engine, who: Sender) -> None:
        self._engine = engine
        self._rows = StudentRows(engine)
        self.remarks = (
            *(() if file_of(engine) else (_SERVER[engine.dialect.name],)),
            *((_ANONYMOUS,) if who.student_id == ANONYMOUS else ()),
            _BACKUPS,
        )

    def find(self, who: Sender) -> list[Item]:
        return [] if is_absent(self._engine) else _items(self._rows.find(_owner(who)))

    def erase(self, who: Sender) -> list[Item]:
        return [] if is_absent(self._engine) else _items(self._rows.erase(_owner(who)))


def _owner(who: Sender) -> Owner:
    return Owner(who.student_id, who.key)


def _items(rows: Rows) -> list[Item]:
    return [
        {"table": table, **{name: _plain(value) for name, value in row.items()}}
        for table, its_rows in rows.items()
        for row in its_rows
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value
