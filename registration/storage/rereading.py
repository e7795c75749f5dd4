"""Makes the tables that follow from the log anew, after a change of what is read in it."""

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection, Engine

from registration.storage.conversation_tables import (
    conversation_counts,
    conversation_summaries,
    conversation_terms,
    conversation_turns,
)
from registration.storage.faults import storage_errors
from registration.storage.following import hold_progress, set_progress

_HIGHEST_ID = 2_147_483_647
_STEP = 500  # conversations deleted in one transaction

_ids = conversation_summaries.c.id


def begin_again(engine: Engine) -> None:
    """Empties the tables; a worker then fills them from the log. What a reviewer wrote stays.

    In small steps, for there may be millions of rows; broken off, it has only to be called again. The counts
    of days whose log is deleted are gone afterwards. Raises StorageError.
    """
    with storage_errors():
        with engine.begin() as connection:
            hold_progress(connection)
            set_progress(connection, _HIGHEST_ID)  # so that nobody reads meanwhile
        while _delete_some(engine):
            pass
        with engine.begin() as connection:
            hold_progress(connection)
            for table in (conversation_turns, conversation_terms, conversation_counts):
                connection.execute(delete(table))
            set_progress(connection, 0)


def _delete_some(engine: Engine) -> bool:
    with engine.begin() as connection:
        last = _last_of_step(connection)
        if last is None:
            return False
        for table in (conversation_terms, conversation_turns):
            connection.execute(delete(table).where(table.c.conversation_id <= last))
        connection.execute(delete(conversation_summaries).where(_ids <= last))
    return True


def _last_of_step(connection: Connection) -> int | None:
    some = select(_ids).order_by(_ids).limit(_STEP).subquery()
    last: int | None = connection.execute(select(func.max(some.c.id))).scalar()
    return last
