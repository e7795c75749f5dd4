"""When something was stored last, asked without making anything."""

from datetime import datetime, timezone

from sqlalchemy import Table, select
from sqlalchemy.engine import Engine

from registration.storage.faults import DATABASE_ERRORS, is_missing_table, translated
from registration.storage.tables import tables


def last_stored(engine: Engine) -> dict[str, datetime | None]:
    """For each table, when its newest row was stored (UTC); None where there is no row, or no table yet.

    Raises StorageUnavailable.
    """
    found: dict[str, datetime | None] = {}
    try:
        for table in tables():
            found[table.name] = _newest(engine, table)
    except DATABASE_ERRORS as error:
        raise translated(error) from error
    return found


def _newest(engine: Engine, table: Table) -> datetime | None:
    query = select(table.c.created_at).order_by(table.c.id.desc()).limit(1)
    try:
        with engine.connect() as connection:
            moment: datetime | None = connection.execute(query).scalar()
    except DATABASE_ERRORS as error:
        if is_missing_table(error):
            return None
        raise
    return moment.replace(tzinfo=timezone.utc) if moment else None
