"""Rasa's locks in Redis, for several servers: one turn of a student at a time, whichever server it reached.

Rasa's own `redis` lock store reads a conversation's tickets, changes them and writes them back. Two servers
that do so at once hand out the same ticket, and both turns run at the same time, of which one is forgotten.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from rasa.core.lock_store import LOCK_LIFETIME, LockError, RedisLockStore
from rasa.utils.endpoints import EndpointConfig
from redis.exceptions import LockError as RedisLockError

_LONGEST_STEP = 2.0  # seconds; a step takes a millisecond, and its server may die in it
_PATIENCE = 5.0  # seconds
_PAUSE = 0.002  # seconds between two tries


class RedisLocks(RedisLockStore):
    """Rasa's lock store for Redis with the same settings, where each change of the tickets happens alone.

    In `endpoints.yml`: `lock_store: {type: channels.locks.RedisLocks, url: …}`.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__(host=endpoint_config.url, **endpoint_config.kwargs)

    def issue_ticket(self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME) -> int:
        with self._alone(conversation_id):
            return int(super().issue_ticket(conversation_id, lock_lifetime))

    def update_lock(self, conversation_id: str) -> None:
        with self._alone(conversation_id):
            super().update_lock(conversation_id)

    def cleanup(self, conversation_id: str, ticket_number: int) -> None:
        with self._alone(conversation_id):
            super().cleanup(conversation_id, ticket_number)

    @contextmanager
    def _alone(self, conversation_id: str) -> Iterator[None]:
        """Raises Rasa's LockError where others hold it for too long."""
        guard = self.red.lock(
            f"{self.key_prefix}{conversation_id}:step",
            timeout=_LONGEST_STEP,
            sleep=_PAUSE,
            blocking_timeout=_PATIENCE,
            raise_on_release_error=False,
        )
        try:
            with guard:
                yield
        except RedisLockError as error:
            raise LockError(f"Could not acquire lock for conversation_id '{conversation_id}'.") from error
