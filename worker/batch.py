"""Stores a batch and finds in it what cannot be stored."""

from collections.abc import Callable, Sequence
from typing import Protocol

from registration.errors import InvalidMessage, RowRejected, StorageError
from registration.messaging.messages import Message, decode

from .source import Delivery, Refused

Store = Callable[[Sequence[Message]], None]


class Storage(Protocol):
    """What the worker needs of a database; `registration.storage.writer.Writer` is one."""

    def check(self) -> None: ...

    def check_pause(self) -> None: ...

    def store(self, messages: Sequence[Message]) -> None: ...


_Pair = tuple[Delivery, Message]


def store_batch(kind: type[Message], batch: Sequence[Delivery], store: Store) -> list[Refused]:
    """Stores what can be stored of `batch`; returns the rest.

    Raises StorageError where nothing is wrong with the messages; then any part may be stored.
    """
    pairs, refused = _decoded(kind, batch)
    return refused + _narrowed(pairs, store)


def _decoded(kind: type[Message], batch: Sequence[Delivery]) -> tuple[list[_Pair], list[Refused]]:
    pairs: list[_Pair] = []
    refused: list[Refused] = []
    for delivery in batch:
        try:
            pairs.append((delivery, decode(kind, delivery.body, delivery.message_id)))
        except Exception as error:  # whatever is wrong with one message, its batch is stored
            refused.append(_refused(delivery, error, "reading"))
    return pairs, refused


def _narrowed(pairs: list[_Pair], store: Store) -> list[Refused]:
    """Stores `pairs`; where that fails, each half alone, down to the messages at fault."""
    if not pairs:
        return []
    try:
        store([message for _, message in pairs])
    except Exception as error:
        if _is_storages_fault(error):
            raise
        return _halved(pairs, store, error)
    return []


def _halved(pairs: list[_Pair], store: Store, error: Exception) -> list[Refused]:
    if len(pairs) == 1:
        return [_refused(pairs[0][0], error, "storing")]
    middle = len(pairs) // 2
    return _narrowed(pairs[:middle], store) + _narrowed(pairs[middle:], store)


def _is_storages_fault(error: Exception) -> bool:
    return isinstance(error, StorageError) and not isinstance(error, RowRejected)


def _refused(delivery: Delivery, error: Exception, step: str) -> Refused:
    is_known = isinstance(error, (InvalidMessage, RowRejected))
    # The text of another's error could quote the message.
    reason = str(error) if is_known else f"{step} fails with {type(error).__name__}"
    return Refused(delivery, reason, hopeless=isinstance(error, InvalidMessage))
