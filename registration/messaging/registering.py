"""A message type of your own: one more row in the table of `topology`, checked before it is believed."""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from registration.errors import DeclarationError, SettingsError
from registration.messaging.fields import fields_of
from registration.messaging.messages import type_name
from registration.messaging.topology import QUEUES, Queue

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_OUR_TABLES = ("review_", "conversation_")


def register(queue: Queue) -> Queue:
    """Add a row to the table; the same row twice is added once.

    Raises DeclarationError, naming the row, for what can't work. To be called where the module that declares
    the message type is imported; MESSAGE_TYPES names that module to the worker and the operator's command.
    """
    if QUEUES.get(queue.name) != queue:
        check_row(queue, QUEUES.values())
        QUEUES[queue.name] = queue
    return queue


def load_message_types(module: str) -> None:
    """Import the module that MESSAGE_TYPES names, which registers its types; an empty name: nothing.

    Raises SettingsError where there is no such module, and DeclarationError as `register` does.
    """
    if not module:
        return
    sys.path.append(str(Path.cwd()))  # an installed command does not look there by itself
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        raise SettingsError(f"MESSAGE_TYPES is {module!r}, but there is no module {error.name!r}") from error


def check_row(queue: Queue, others: Iterable[Queue]) -> None:
    """Raises DeclarationError, naming the row and all that is wrong with it."""
    wrong = [*_wrong_names(queue), *_wrong_values(queue)]
    for other in others:
        wrong += _clashes(queue, other)
    if wrong:
        raise DeclarationError(f"message type {queue.name!r}: {'; '.join(wrong)}")


def _wrong_names(queue: Queue) -> Iterator[str]:
    for what in ("name", "table", "worker_type"):
        if not _NAME.fullmatch(getattr(queue, what)):
            yield f"{what} is {getattr(queue, what)!r}; allowed: small letters, digits and _, a letter first"
    if queue.table.startswith(_OUR_TABLES):
        yield f"table is {queue.table!r}; names beginning with {' and '.join(_OUR_TABLES)} are taken"
    if queue.worker_type == "all":
        yield "worker_type is 'all', which means every type"


def _wrong_values(queue: Queue) -> Iterator[str]:
    if queue.exchange_type not in ("topic", "direct"):
        yield f"exchange_type is {queue.exchange_type!r}; allowed: topic or direct"
    if not queue.takes(queue.routing_key):
        yield f"no message gets there by {queue.routing_key!r}, only by {queue.binding_key!r}"
    for what in ("ttl", "max_length"):
        if getattr(queue, what) < 1:
            yield f"{what} is {getattr(queue, what)}; allowed: 1 or more"
    try:
        names = [field.name for field in fields_of(queue.message)]
    except DeclarationError as error:
        yield str(error)
        return
    for name in set(queue.indexes) - set(names):
        yield f"the index {name!r} is none of its fields: {', '.join(names)}"


def _clashes(queue: Queue, other: Queue) -> Iterator[str]:
    for what in ("name", "table", "worker_type", "message"):
        if getattr(queue, what) == getattr(other, what):
            yield f"{what} {getattr(queue, what)!r} is that of {other.name!r} too"
    if type_name(queue.message) == type_name(other.message):
        yield f"its tag {type_name(queue.message)!r} is that of {other.name!r} too"
    if queue.exchange == other.exchange and queue.exchange_type != other.exchange_type:
        yield f"exchange {queue.exchange!r} is of type {other.exchange_type!r} in {other.name!r}"
