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
            items = [_item(client, key) for key in self._keys(client, who)]
            if items:
                for item in items:
                    client.delete(item["key"])
            if self._leaves_mark:
                client.set(
                    self._mark(who), datetime.now(timezone.utc).isoformat(), ex=self._settings.state_ttl
                )
            return items

    def _keys(self, client: "redis.Redis", who: Sender) -> list[str]:
        left = {self._mark(who)} if self._leaves_mark else set()
        wanted = {self._settings.key(prefix, who.key) for prefix in self._prefixes} - left
        return [key for key in sorted(wanted) if client.exists(key)]

    def _mark(self, who: Sender) -> str:
        return self._settings.key("cleared", who.key)

    @contextmanager
    def _client(self) -> "Iterator[redis.Redis]":
        client = open_client(self._settings, _PATIENCE)
        try:
            yield client
        except (redis.RedisError, OSError) as error:
            raise CacheUnavailable(f"redis does not answer: {type(error).__name__}") from error
        finally:
            client.close()


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
