"""Every error that this SDK raises on purpose.

RegistrationError
├── SettingsError          a setting holds what it may not hold
├── DeclarationError       a row of a table (questions, message types, wording) that cannot work
├── InvalidMessage         bytes or values that are no message of ours
├── CacheUnavailable       Redis does not answer in time
├── SpoolError             the local spool cannot be used
│   └── SpoolFull          the spool, or the disk under it, has no room
├── BrokerError            RabbitMQ refuses what we ask
│   ├── BrokerUnavailable  RabbitMQ does not answer
│   └── TopologyMismatch   a queue or exchange exists with other arguments
├── StorageError           the database refuses what we ask
│   ├── StorageUnavailable the database does not answer, is read-only or has no room
│   │   └── StoragePaused  an operator has asked the workers to rest
│   ├── SchemaNewer        a newer program has changed the database's schema
│   └── RowRejected        the database will never take this row
└── CatalogueError         a class catalogue cannot be read
"""

import traceback
from pathlib import Path


class RegistrationError(Exception):
    """The root: its text is fit for a log and holds no student's data and no password."""


class SettingsError(RegistrationError):
    """A setting holds what it may not hold."""


class DeclarationError(RegistrationError):
    """A row of a table (questions, message types, wording) that cannot work."""


class InvalidMessage(RegistrationError):
    """Bytes or values that are no message of ours."""


class CacheUnavailable(RegistrationError):
    """Redis does not answer in time."""


class SpoolError(RegistrationError):
    """The local spool cannot be used."""


class SpoolFull(SpoolError):
    """The spool, or the disk under it, has no room."""


class BrokerError(RegistrationError):
    """RabbitMQ refuses what we ask."""


class BrokerUnavailable(BrokerError):
    """RabbitMQ does not answer."""


class TopologyMismatch(BrokerError):
    """A queue or exchange exists with other arguments."""


class StorageError(RegistrationError):
    """The database refuses what we ask."""


class StorageUnavailable(StorageError):
    """The database does not answer, is read-only or has no room."""


class StoragePaused(StorageUnavailable):
    """An operator has asked the workers to rest."""


class SchemaNewer(StorageError):
    """A newer program has changed the database's schema."""


class RowRejected(StorageError):
    """The database will never take this row."""


class CatalogueError(RegistrationError):
    """A class catalogue cannot be read."""


def place_of(error: BaseException) -> str:
    """Where an error came up, as "flow.py:12 in advance": for a log, which holds no stack trace."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "an unknown place"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}"
