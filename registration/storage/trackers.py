"""Rasa's tracker store in SQL: its table `events`, a row for each event of a conversation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    func,
    select,
)
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from registration.errors import SettingsError
from registration.storage.exactly import is_exactly
from registration.storage.faults import DATABASE_ERRORS, is_missing_table, translated
from registration.storage.sqlite_files import delete_securely, is_absent, scrub

events = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("type_name", String(255)),
    Column("timestamp", Float),  # seconds since 1970
    Column("data", Text),  # JSON
)


class TrackerRows:
    """The events of one tracker store. Every method raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, sender: str) -> list[dict[str, Any]]:
        if is_absent(self._engine):
            return []
        wanted = select(events).where(self._are_of(sender)).order_by(events.c.id)
        with _translated(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]
        return []  # the table is missing

    def erase(self, sender: str) -> list[dict[str, Any]]:
        """What was deleted. SQLite's file holds no byte of it afterwards."""
        found = self.find(sender)
        self._delete(self._are_of(sender))
        return found

    def count_before(self, moment: float) -> int:
        """How many events are older than `moment`, in seconds since 1970."""
        if is_absent(self._engine):
            return 0
        with _translated(), self._engine.connect() as connection:
            old = select(func.count()).select_from(events).where(events.c.timestamp < moment)
            return int(connection.execute(old).scalar_one())
        return 0  # the table is missing

    def erase_before(self, moment: float) -> None:
        self._delete(events.c.timestamp < moment)

    def _are_of(self, sender: str) -> Any:
        return is_exactly(events.c.sender_id, sender, self._engine.dialect.name)

    def _delete(self, condition: Any) -> None:
        if is_absent(self._engine):
            return
        with _translated():
            with self._engine.begin() as connection:
                delete_securely(connection)
                connection.execute(delete(events).where(condition))
            scrub(self._engine)


def tracker_engine(fields: dict[str, Any]) -> Engine:
    """The engine that `tracker_store` of Rasa's endpoints file describes. Raises SettingsError."""
    try:
        return create_engine(_url(fields), future=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError, ImportError) as error:
        raise SettingsError(f"tracker_store cannot be opened: {type(error).__name__}") from None


def _url(fields: dict[str, Any]) -> URL:
    host = fields.get("url")
    if host and "://" in host:
        return make_url(host)
    return URL.create(
        fields.get("dialect", "sqlite"),
        username=fields.get("username"),
        password=fields.get("password"),
        host=host,
        port=int(fields["port"]) if fields.get("port") else None,
        database=fields.get("db", "rasa.db"),
        query=fields.get("query") or {},
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DATABASE_ERRORS as error:
        if not is_missing_table(error):  # Rasa has not kept anything yet
            raise translated(error) from error
