"""Redis: the keys that end in the student's name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import redis

from registration.cache.client import open_client
from registration.cache.limits import Limits
from registration.errors import CacheUnavailable
from registration.operating.stores.store import Item
from registration.sender import Sender
from registration.settings import RedisSettings

_PATIENCE = Limits(connect=2.0, answer=10.0)
_READERS: dict[str, Any] = {
    "string": lambda client, key: client.get(key),
    "hash": lambda client, key: client.hgetall(key),
    "list": lambda client, key: client.lrange(key, 0, -1),
    "set": lambda client, key: sorted(client.smembers(key)),
    "zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
}


_MARK = (
    "redis: the key cleared:STUDENT stays for {ttl} s with the date of the erasing and nothing else, so that"
    " what Rasa still holds in memory cannot bring the state back."
)
OURS = ("class_preferences", "conversation", "cleared")
# Of a bot of somebody else's: its name, and one of these (`registration.Bot`).
_OF_A_BOT = ("answers", "conversation", "cleared")


class RedisStore:
    """A Store. With `leaves_mark`, the date of the erasing stays for an hour or what STATE_TTL says: Rasa's
    slots, which are out of reach then, do not bring the state back.
    """

    def __init__(
        self,
        settings: RedisSettings,
        prefixes: Sequence[str] = OURS,
        name: str = "redis",
        leaves_mark: bool = False,
    ) -> None:
        self.name = name
        self.remarks = (
            f"{name}: snapshots and append-only files of Redis made before keep what they held;"
            " BGSAVE and BGREWRITEAOF make new ones.",
            *((_MARK.format(ttl=settings.state_ttl),) if leaves_mark else ()),
        )
        self._settings = settings
        self._prefixes = prefixes
        self._leaves_mark = leaves_mark

    def find(self, who: Sender) -> list[Item]:
        with self._client() as client:
            return [_item(client, key) for key in self._keys(client, who)]

    def erase(self, who: Sender) -> list[Item]:
        with self._client() as client:
            marks = self._marks(client, who)
            items = [_item(client, key) for key in self._keys(client, who)]
            for item in items:
                client.delete(item["key"])
            for mark in marks:
                client.set(mark, datetime.now(timezone.utc).isoformat(), ex=self._settings.state_ttl)
            return items

    def _keys(self, client: "redis.Redis", who: Sender) -> list[str]:
        names = [*self._prefixes, *(f"{bot}_{part}" for bot in self._bots(client, who) for part in _OF_A_BOT)]
        wanted = {self._settings.key(name, who.key) for name in names} - self._marks(client, who)
        return [key for key in sorted(wanted) if client.exists(key)]

    def _marks(self, client: "redis.Redis", who: Sender) -> set[str]:
        if not self._leaves_mark:
            return set()
        names = ("cleared", *(f"{bot}_cleared" for bot in self._bots(client, who)))
        return {self._settings.key(name, who.key) for name in names}

    def _bots(self, client: "redis.Redis", who: Sender) -> list[str]:
        """The names of other bots that know this student; found in Redis, for nobody else lists them."""
        if self._prefixes != OURS:
            return []
        found = set()
        for part in _OF_A_BOT:
            ending = self._settings.key(f"_{part}", who.key)
            for key in client.scan_iter(match=f"*{_literally(ending)}", count=1_000):
                found.add(str(_text(key)).removesuffix(ending))
        return sorted(found)

    @contextmanager
    def _client(self) -> "Iterator[redis.Redis]":
        client = open_client(self._settings, _PATIENCE)
        try:
            yield client
        except (redis.RedisError, OSError) as error:
            raise CacheUnavailable(f"redis does not answer: {type(error).__name__}") from error
        finally:
            client.close()


def _literally(text: str) -> str:
    """`text` as a pattern of Redis that nothing else fits."""
    return "".join(f"\\{letter}" if letter in "*?[]^\\" else letter for letter in text)


def _item(client: "redis.Redis", key: str) -> Item:
    kind = _text(client.type(key))
    read = _READERS.get(kind)
    return {"key": key, "value": _text(read(client, key)) if read else f"({kind})"}


def _text(value: Any) -> Any:
    """What Redis gives, with its bytes as text."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, dict):
        return {_text(key): _text(each) for key, each in value.items()}
    return [_text(each) for each in value] if isinstance(value, (list, tuple)) else value
