"""Rasa's tracker store, wherever its endpoints file puts it."""

import os
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from registration.errors import SettingsError
from registration.operating.stores.redis_store import RedisStore
from registration.operating.stores.store import Item, Store
from registration.sender import Sender
from registration.settings import RedisSettings
from registration.storage.sqlite_files import file_of
from registration.storage.trackers import TrackerRows, tracker_engine

_REDIS_LOCKS = ("redis", "channels.locks.redislocks")  # as `_kind` writes them
_IN_MEMORY = "Rasa keeps its trackers in memory, where nobody else can reach them: restart Rasa to end them."


class SqlTrackers:
    """A Store."""

    name = "trackers"

    def __init__(self, engine: Engine) -> None:
        self.rows = TrackerRows(engine)
        is_file = file_of(engine) is not None
        self.remarks = () if is_file else ("Tracker store: its logs and backups keep what they held.",)

    def find(self, who: Sender) -> list[Item]:
        return self.rows.find(who.key)

    def erase(self, who: Sender) -> list[Item]:
        return self.rows.erase(who.key)


class UnreachableTrackers:
    """A Store of which nothing is known but what an operator has to do about it."""

    name = "trackers"

    def __init__(self, remark: str) -> None:
        self.remarks = (remark,)

    def find(self, who: Sender) -> list[Item]:
        return []

    def erase(self, who: Sender) -> list[Item]:
        return []


def trackers_of(endpoints: Path) -> Store:
    """The tracker store that the endpoints file names; with none, Rasa keeps trackers in memory.

    Raises SettingsError.
    """
    fields = _fields(endpoints, "tracker_store")
    kind = _kind(fields)
    if not kind or kind == "inmemory":
        return UnreachableTrackers(_IN_MEMORY)
    if kind == "sql":
        return SqlTrackers(tracker_engine(fields))
    if kind == "redis":
        return _redis(fields, "trackers", "tracker")
    return UnreachableTrackers(f"The tracker store of type {kind} is not known here: erase there by hand.")


def locks_of(endpoints: Path) -> list[Store]:
    """Rasa's locks in Redis, which name whom they lock; none where they are in memory."""
    fields = _fields(endpoints, "lock_store")
    return [_redis(fields, "locks", "lock")] if _kind(fields) in _REDIS_LOCKS else []


def is_kept(trackers: Store) -> bool:
    """Whether erasing reaches Rasa's slots."""
    return not isinstance(trackers, UnreachableTrackers)


def _fields(endpoints: Path, section: str) -> dict[str, Any]:
    try:
        text = os.path.expandvars(endpoints.read_text(encoding="utf-8"))
        return dict((yaml.safe_load(text) or {}).get(section) or {})
    except OSError as error:
        raise SettingsError(f"{endpoints} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, AttributeError, TypeError, ValueError):
        raise SettingsError(f"{endpoints} is no endpoints file of Rasa") from None


def _kind(fields: dict[str, Any]) -> str:
    return str(fields.get("type") or "").lower().replace("_", "")


def _redis(fields: dict[str, Any], name: str, prefix: str) -> RedisStore:
    settings = RedisSettings(
        host=fields.get("url") or "localhost",
        port=int(fields.get("port") or 6379),
        password=fields.get("password") or "",
        db=int(fields.get("db") or 0),
    )
    own = str(fields.get("key_prefix") or "")
    # Rasa leaves out a prefix of other characters.
    return RedisStore(settings, [f"{own}:{prefix}" if own.isalnum() else prefix], name)
