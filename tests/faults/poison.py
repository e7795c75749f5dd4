"""Messages that no table can hold, of many kinds: each must end in the dead letters, alone, with a reason."""

import json
from collections.abc import Callable, Sequence

from registration.messaging.topology import QUEUES, Queue
from tests.faults.traffic import token

_GOOD: dict[str, dict[str, object]] = {
    "chat_messages": {"message": "m", "response": "r", "intent": "inform", "metadata": None},
    "class_preferences": {"preferences": {}, "step": "complete"},
    "notifications": {"notification_type": "t", "title": "t", "content": "c", "metadata": None},
}
_JSON_FIELD = {
    "chat_messages": "metadata",
    "class_preferences": "preferences",
    "notifications": "metadata",
}
_TOO_DEEP = 40  # MariaDB reads JSON to a depth of 32
_LONG_FIELD = {"chat_messages": "response", "class_preferences": "step", "notifications": "content"}


def _fields(queue: Queue, word: str, **changed: object) -> dict[str, object]:
    kind = {"chat_messages": "chat_message", "class_preferences": "class_preference"}.get(
        queue.name, "notification"
    )
    # A field of no meaning carries the token: whatever is wrong with the rest, the ledger knows the message.
    return {
        "note": word,
        "type": kind,
        "schema": 1,
        "student_id": 7,
        "timestamp": "2025-09-01T07:00:00+00:00",
        **_GOOD[queue.name],
        **changed,
    }


def _changed(**changed: object) -> Callable[[Queue, str], bytes]:
    return lambda queue, word: json.dumps(_fields(queue, word, **changed)).encode()


def _without_a_field(queue: Queue, word: str) -> bytes:
    fields = _fields(queue, word)
    del fields["student_id"]
    return json.dumps(fields).encode()


def _refused_by_the_database(queue: Queue, word: str) -> bytes:
    nested: dict[str, object] = {}
    for _ in range(_TOO_DEEP):
        nested = {"in": nested}
    return json.dumps(_fields(queue, word, **{_JSON_FIELD[queue.name]: nested})).encode()


def _too_long(queue: Queue, word: str) -> bytes:
    return json.dumps(_fields(queue, word, **{_LONG_FIELD[queue.name]: "x" * 70_000})).encode()


# These are messages as far as their decoder goes.
DECODABLE = ("time before all calendars", "refused by the database")
KINDS: dict[str, Callable[[Queue, str], bytes]] = {
    "no JSON": lambda queue, word: b"{" + word.encode(),
    "no UTF-8": lambda queue, word: b'{"note": "' + word.encode() + b' \xff\xfe"}',
    "no object": lambda queue, word: json.dumps([word]).encode(),
    "another type": _changed(type="something_else"),
    "missing field": _without_a_field,
    "student id out of range": _changed(student_id=2_147_483_648),
    "student id no number": _changed(student_id="7"),
    "student id true": _changed(student_id=True),
    "text too long": _too_long,
    "body too long": lambda queue, word: json.dumps(_fields(queue, word, padding="x" * 270_000)).encode(),
    "no time": _changed(timestamp="yesterday"),
    "time before all calendars": _changed(timestamp="0001-01-01T00:00:00+14:00"),
    "another schema": _changed(schema=2),
    "refused by the database": _refused_by_the_database,
    "nested too deeply": lambda queue, word: (
        b'{"note": "' + word.encode() + b'", "metadata": ' + b"[" * 100_000
    ),
}


def poison(number: int, without: Sequence[str] = ()) -> tuple[Queue, bytes]:
    """Poisonous message `number`, with the queue that it is meant for; all kinds and queues in turn.

    `without` names kinds that are no poison in this place.
    """
    kinds = [make for name, make in KINDS.items() if name not in without]
    queues = list(QUEUES.values())
    queue = queues[number % len(queues)]
    return queue, kinds[number // len(queues) % len(kinds)](queue, token("poison", number))
