"""Brings the database's schema to the version that this program knows; one process at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Engine

from registration.errors import SchemaNewer, StorageUnavailable
from registration.messaging.file_lock import FileLock
from registration.storage.engine import open_engine
from registration.storage.faults import DATABASE_ERRORS, is_missing_table
from registration.storage.migrations import HEAD, REVISIONS
from registration.storage.named_lock import named_lock
from registration.storage.schema import refuse_other_shapes
from registration.storage.sqlite_files import file_of

_PATIENCE = 10  # seconds that we wait for another process, before the caller may wait and try again
_LONGEST_STEP = 24 * 3600  # seconds that changing a large table may take
_POLL = 0.05
_REFUSAL = "another process is changing the schema"


def upgrade(engine: Engine) -> None:
    """Takes the steps that are missing; asks the database once where none is.

    Raises SchemaNewer, StorageError for a table of another shape than the original system's, and
    StorageUnavailable while another process is at it; else the database's errors.
    """
    if _is_current(engine):
        return
    # Changing a table may take long, so not within the time that a read or write has.
    patient = open_engine(engine.url.render_as_string(hide_password=False), answer_timeout=_LONGEST_STEP)
    try:
        with _alone(patient):
            if not _is_current(engine):
                refuse_other_shapes(patient, but_for="message_id")  # which a step adds
                _take_steps(patient)
    finally:
        patient.dispose()


def version_of(engine: Engine) -> str | None:
    """The step that was taken last; None where none was, as in a database of the original system."""
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DATABASE_ERRORS as error:
        if is_missing_table(error):
            return None
        raise
    return None if found is None else str(found)


def _is_current(engine: Engine) -> bool:
    version = version_of(engine)
    if version is not None and version not in REVISIONS:
        raise SchemaNewer(
            f"the database's schema is at version {version}, and this program knows none after {HEAD}:"
            " start the newer program that made it, or restore a backup from before"
        )
    return version == HEAD


def _take_steps(engine: Engine) -> None:
    from alembic import command  # only the process that changes the schema pays for it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Nobody else changes the schema meanwhile; the right ends with this process, however it ends."""
    file = file_of(engine)
    lock = (
        _file_held(file.with_name(f"{file.name}.migrating"))
        if file
        else named_lock(engine, "registration.schema", _REFUSAL, patience=_PATIENCE)
    )
    with lock:
        yield


@contextmanager
def _file_held(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    deadline = time.monotonic() + _PATIENCE
    while not lock.acquire():
        if time.monotonic() > deadline:
            raise StorageUnavailable(_REFUSAL)
        time.sleep(_POLL)
    try:
        yield
    finally:
        lock.release()  # the file stays: whoever waits for it has it open
