"""`RedisCache`: JSON values with a time to live, for programs that can wait for an answer."""

import json
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import redis

from registration.cache.client import close_client, open_client
from registration.cache.limits import DEFAULT_LIMITS, Limits
from registration.settings import RedisSettings, get_settings

T = TypeVar("T")
_log = logging.getLogger(__name__)


class RedisCache:
    """A cache that never fails its caller: where Redis does not answer, nothing is cached.

    One pool of connections a settings object; it opens with the first command.
    """

    def __init__(self, settings: RedisSettings | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        self._settings = settings or get_settings().redis
        self._redis = open_client(self._settings, limits)

    def get(self, key: str) -> Any:
        """The value under `key`; None where there is none, it is no JSON, or Redis does not answer."""
        raw = self._ask("get", lambda: self._redis.get(key), None)
        try:
            return None if raw is None else json.loads(raw)
        except ValueError:
            _log.warning("cache: a key holds no JSON")
            return None

    def set(self, key: str, value: Any, ttl: int | None = None) -> bool:
        """Whether `value` (anything that JSON can hold) is stored, for `ttl` seconds (default: STATE_TTL)."""
        text = json.dumps(value, ensure_ascii=False)
        seconds = self._settings.state_ttl if ttl is None else ttl
        return self._ask("set", lambda: bool(self._redis.set(key, text, ex=seconds)), False)

    def delete(self, key: str) -> bool:
        """Whether `key` was there and is now gone."""
        return bool(self._ask("delete", lambda: self._redis.delete(key), 0))

    def exists(self, key: str) -> bool:
        """Whether the key is there; False too where Redis does not answer."""
        return bool(self._ask("exists", lambda: self._redis.exists(key), 0))

    def get_ttl(self, key: str) -> int:
        """Seconds that `key` has left: -1 where it never expires, -2 where it is not there or not known."""
        return int(self._ask("get_ttl", lambda: self._redis.ttl(key), -2))

    def expire(self, key: str, ttl: int) -> bool:
        """Whether `key` is there and now has `ttl` seconds left."""
        return bool(self._ask("expire", lambda: self._redis.expire(key, ttl), False))

    def close(self) -> None:
        """Close its connections; the next command opens one again."""
        close_client(self._redis)

    def _ask(self, command: str, question: Callable[[], T], otherwise: T) -> T:
        try:
            return question()
        except (redis.RedisError, OSError) as error:
            _log.warning("cache: %s failed: %s", command, type(error).__name__)
            return otherwise
