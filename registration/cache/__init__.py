"""Redis: a small cache for anybody, and the store of the dialogue's state."""

from registration.cache.redis_cache import RedisCache
from registration.cache.state_store import StateStore, Store, Stored

__all__ = ["RedisCache", "StateStore", "Store", "Stored"]
