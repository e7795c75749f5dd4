"""`RedisCache`, as the architecture document names it, against a real Redis."""

import time

import pytest
import redis

from registration.cache import RedisCache
from registration.settings import RedisSettings
from registration.testing.processes import free_port
from registration.testing.waiting import wait_until


@pytest.fixture
def cache(redis_settings: RedisSettings):
    cache = RedisCache(redis_settings)
    yield cache
    cache.close()


@pytest.mark.parametrize(
    "value",
    [{"time_period": "morning"}, [], {}, ["Saturday"], "tiếng Việt 😀 <b>'; --", 0, False, None, 1.5],
)
def test_a_value_comes_back_as_it_was(cache: RedisCache, value: object) -> None:
    assert cache.set("key", value) is True
    assert cache.get("key") == value
    assert cache.exists("key") is True


def test_a_key_that_is_not_there(cache: RedisCache) -> None:
    assert cache.get("key") is None
    assert cache.exists("key") is False
    assert cache.get_ttl("key") == -2
    assert cache.expire("key", 10) is False
    assert cache.delete("key") is False


def test_the_time_to_live_is_the_settings_unless_given(cache: RedisCache) -> None:
    cache.set("default", 1)
    cache.set("given", 1, ttl=60)
    assert 3590 < cache.get_ttl("default") <= 3600
    assert 50 < cache.get_ttl("given") <= 60
    assert cache.expire("given", 5) is True
    assert cache.get_ttl("given") <= 5


def test_a_value_expires(cache: RedisCache) -> None:
    cache.set("key", 1, ttl=1)
    wait_until(lambda: not cache.exists("key"), timeout=5, what="the key to expire")


def test_delete_removes_and_says_so(cache: RedisCache) -> None:
    cache.set("key", 1)
    assert cache.delete("key") is True
    assert cache.get("key") is None


def test_what_is_no_json_is_no_value(cache: RedisCache, redis_settings: RedisSettings) -> None:
    with redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db) as client:
        client.set("key", "{")
    assert cache.get("key") is None


def test_without_redis_nothing_is_cached_and_nobody_waits() -> None:
    cache = RedisCache(RedisSettings(host="127.0.0.1", port=free_port()))
    began = time.monotonic()
    assert cache.set("key", 1) is False
    assert cache.get("key") is None
    assert cache.exists("key") is False
    assert cache.get_ttl("key") == -2
    assert time.monotonic() - began < 2
    cache.close()
