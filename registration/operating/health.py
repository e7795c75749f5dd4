"""The health of each part, asked from outside; none of these questions changes anything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import redis

from registration.cache.client import open_client
from registration.cache.limits import Limits
from registration.errors import RegistrationError
from registration.messaging.spool_survey import Survey, survey
from registration.settings import RedisSettings, Settings, SpoolSettings
from registration.storage.engine import open_engine, shown
from registration.storage.last_stored import last_stored
from registration.storage.sqlite_files import is_absent

OK, WARNING, BAD = "ok", "warning", "bad"
NEARLY_FULL = 0.8

_PATIENCE = Limits(connect=2.0, answer=5.0)


@dataclass(frozen=True)
class Part:
    """One part and how it does; `facts` are for programs, `detail` is the same for people."""

    name: str
    level: str
    detail: str
    facts: dict[str, Any] = field(default_factory=dict)


def probed(name: str, probe: Callable[[], Part]) -> Part:
    """What `probe` finds, or why it found nothing."""
    try:
        return probe()
    except RegistrationError as error:
        return Part(name, BAD, str(error))


def redis_part(settings: RedisSettings) -> Part:
    client = open_client(settings, _PATIENCE)
    try:
        everywhere = {"target_nodes": "primaries"} if settings.cluster == "on" else {}
        memory = _memory(client.info("memory", **everywhere), settings)
    except (redis.RedisError, OSError) as error:
        return Part("redis", BAD, f"does not answer: {type(error).__name__}")
    finally:
        client.close()
    used, most = memory["used_memory"], memory["maxmemory"]
    level = WARNING if most and used > NEARLY_FULL * most else OK
    limit = f" of {megabytes(most)}" if most else ""
    return Part("redis", level, f"{megabytes(used)}{limit} used", {"used_bytes": used, "max_bytes": most})


def _memory(found: Any, settings: RedisSettings) -> dict[str, int]:
    """Of a server, or of all nodes of a cluster together."""
    nodes = found.values() if settings.cluster == "on" else [found]
    return {name: sum(int(node.get(name) or 0) for node in nodes) for name in ("used_memory", "maxmemory")}


def database_part(settings: Settings) -> Part:
    engine = open_engine(settings.database_url)
    try:
        if is_absent(engine):
            return Part("database", WARNING, "nothing stored yet: the file does not exist")
        stored = last_stored(engine)
    finally:
        engine.dispose()
    newest = max((moment for moment in stored.values() if moment), default=None)
    detail = f"{shown(engine)}, last stored {_said(newest)}"
    facts = {"last_stored": {table: moment and moment.isoformat() for table, moment in stored.items()}}
    return Part("database", OK, detail, facts)


def spool_part(settings: SpoolSettings) -> Part:
    found = survey(settings.folder.absolute())
    return Part("spool", _spool_level(settings, found), _spool_detail(found), _spool_facts(found))


def megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"


def _spool_level(settings: SpoolSettings, found: Survey) -> str:
    if found.size > settings.max_bytes:
        return BAD
    is_fine = found.size < NEARLY_FULL * settings.max_bytes and not found.damaged and not found.unreadable
    return OK if is_fine else WARNING


def _spool_detail(found: Survey) -> str:
    faults = [(found.damaged, "set aside as damaged"), (found.unreadable, "unreadable")]
    told = "".join(f", {count} {what}" for count, what in faults if count)
    return f"{found.total} messages in {found.files} files, {megabytes(found.size)}{told}"


def _spool_facts(found: Survey) -> dict[str, Any]:
    return {
        "messages": found.waiting,
        "files": found.files,
        "bytes": found.size,
        "damaged": found.damaged,
        "unreadable": found.unreadable,
    }


def _said(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"
