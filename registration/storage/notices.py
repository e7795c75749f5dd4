"""The notifications of one student, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from registration.storage.faults import DATABASE_ERRORS, is_missing_table, translated
from registration.storage.tables import notification_logs

MAX_NOTICES = 20  # at once, the latest

_log = notification_logs.c


@dataclass(frozen=True)
class Notice:
    """`id` grows with each notification that is stored; `timestamp` is UTC."""

    id: int
    notification_type: str
    title: str
    content: str
    timestamp: datetime


class Notices:
    """Reads from one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def after(self, student_id: int, last: int) -> list[Notice]:
        """This student's notifications with an id above `last`, the oldest first.

        Raises StorageUnavailable. A database without the table, where nothing was stored yet, has none.
        """
        try:
            return [_notice(row) for row in reversed(self._latest(student_id, last))]
        except DATABASE_ERRORS as error:
            if is_missing_table(error):
                return []
            raise translated(error) from error

    def close(self) -> None:
        self._engine.dispose()

    def _latest(self, student_id: int, last: int) -> Sequence[Any]:
        columns = (_log.id, _log.notification_type, _log.title, _log.content, _log.timestamp)
        mine = (_log.student_id == student_id) & (_log.id > last)
        with self._engine.connect() as connection:
            query = select(*columns).where(mine).order_by(_log.id.desc()).limit(MAX_NOTICES)
            return connection.execute(query).all()


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.notification_type, row.title, row.content, row.timestamp)
