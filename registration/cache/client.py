"""How the project reaches Redis: one server, the master that Sentinels name, or a cluster."""

from typing import Any

import redis
import redis.asyncio
from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

from registration.cache.limits import Limits
from registration.settings import RedisSettings

_MOVES = 3  # tries to find the node that has a key


def open_client(settings: RedisSettings, limits: Limits) -> "redis.Redis":
    """For programs that can wait: the first connection opens with the first command, none is tried twice."""
    client: redis.Redis = _opened(
        redis.Redis, Sentinel, RedisCluster, settings, limits, retry=Retry(NoBackoff(), 0)
    )
    return client


def open_async_client(settings: RedisSettings, limits: Limits) -> "redis.asyncio.Redis":
    """The same for an event loop; texts, not bytes."""
    retry = AsyncRetry(NoBackoff(), 0)
    client: redis.asyncio.Redis = _opened(
        redis.asyncio.Redis,
        AsyncSentinel,
        AsyncRedisCluster,
        settings,
        limits,
        retry=retry,
        decode_responses=True,
    )
    return client


def _opened(
    server: Any, sentinel: Any, cluster: Any, settings: RedisSettings, limits: Limits, **options: Any
) -> Any:
    """A client of redis-py's class `server`, by way of its class `sentinel` where Sentinels are named."""
    timeouts = {"socket_connect_timeout": limits.connect, "socket_timeout": limits.answer}
    shared = {**timeouts, **_tls(settings)}
    options |= {"password": settings.password or None, **shared}
    if settings.cluster == "on":
        # Tries again, for a key may have moved to another node, which is no failure.
        options["retry"] = type(options["retry"])(NoBackoff(), _MOVES)
        return cluster(host=settings.host, port=settings.port, **options)
    options["db"] = settings.db
    if settings.sentinels:
        watched = sentinel(settings.sentinels, sentinel_kwargs=shared, **options)
        return watched.master_for(settings.sentinel_master)
    return server(host=settings.host, port=settings.port, **options)


def close_client(client: "redis.Redis") -> None:
    """Closes its connections, those to Sentinels too."""
    for each in (client, *_sentinels_of(client)):
        each.close()


async def close_async_client(client: "redis.asyncio.Redis") -> None:
    for each in (client, *_sentinels_of(client)):
        await (each.aclose() if hasattr(each, "aclose") else each.close())  # redis-py 4 has only this


def _sentinels_of(client: Any) -> list[Any]:
    manager = getattr(getattr(client, "connection_pool", None), "sentinel_manager", None)
    return list(manager.sentinels) if manager else []


def _tls(settings: RedisSettings) -> dict[str, Any]:
    if settings.tls == "off":
        return {}
    return {
        "ssl": True,
        "ssl_ca_certs": str(settings.tls_ca) if settings.tls_ca else None,
        "ssl_check_hostname": True,
    }
