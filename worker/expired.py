"""Puts back, once, what went to the dead letters only because nobody could store it in time."""

import logging
from collections.abc import Iterator, Mapping
from threading import Event, Thread
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

from registration.errors import BrokerError
from registration.messaging.declare import DEFAULT_EXCHANGE, declare_queue
from registration.messaging.retries import REASON, moved
from registration.messaging.topology import Queue
from registration.settings import RabbitMQSettings

from .broker import open_channel

log = logging.getLogger(__name__)

PUT_BACK = "x-put-back"
_INTERVAL = 15.0  # seconds between two looks at a queue of dead letters
# Every so many looks all are read, for their number alone hides those that took the place of dropped ones.
_FULL_LOOK = 20
_DeadLetter = tuple[Basic.GetOk, BasicProperties, bytes]


class Expired:
    """Looks after the dead letters of one queue, on a thread of its own, while `healthy` is set."""

    def __init__(self, settings: RabbitMQSettings, queue: Queue, healthy: Event, stop: Event) -> None:
        self._settings = settings
        self._queue = queue
        self._healthy = healthy
        self._stop = stop
        self._left = 0  # how many dead letters were there to stay after the last look
        self._looks = 0

    def start(self) -> None:
        Thread(target=self.run, name=f"expired-{self._queue.name}", daemon=True).start()

    def run(self) -> None:
        while not self._stop.is_set():
            if not self._healthy.wait(1.0):
                self._left = 0  # after an outage everything is looked at again
                continue
            self._look()
            self._stop.wait(_INTERVAL)

    def _look(self) -> None:
        self._looks += 1
        known = 0 if self._looks % _FULL_LOOK == 0 else self._left
        try:
            count, self._left = put_back(self._settings, self._queue, known, self._stop)
        except BrokerError as error:
            log.warning("put back nothing queue=%s reason=%s", self._queue.name, error)
            return
        except Exception as error:  # the next look may fare better; the thread must live to take it
            log.error("put back nothing queue=%s error=%s", self._queue.name, type(error).__name__)
            return
        if count:
            log.info("put back expired messages queue=%s count=%d", self._queue.name, count)


def put_back(settings: RabbitMQSettings, queue: Queue, known: int, stop: Event) -> tuple[int, int]:
    """Moves expired messages from the dead letters to the retries: how many, and how many others stay.

    `known` is what the last call left there: as long as there are no more, nothing is read.
    Raises BrokerError.
    """
    with open_channel(settings) as channel:
        # Without a queue of dead letters, which anybody may delete, the broker would drop what expires.
        declare_queue(channel, queue, settings.queue_type)
        waiting = channel.queue_declare(queue.dead, passive=True).method.message_count
        if waiting <= known:
            return 0, waiting
        channel.confirm_delivery()
        count = 0
        for letter in _read(channel, queue.dead, waiting, stop):
            if _has_only_expired(queue, letter[1].headers or {}):
                _put_back_one(channel, queue, letter)
                count += 1
        # The others were never acknowledged: the broker takes them back when the connection closes.
        return count, waiting - count


def _read(channel: BlockingChannel, queue: str, most: int, stop: Event) -> Iterator[_DeadLetter]:
    for _ in range(most):
        method, properties, body = channel.basic_get(queue)
        if method is None or stop.is_set():
            return
        yield method, properties, body


def _has_only_expired(queue: Queue, headers: Mapping[str, Any]) -> bool:
    # A retry expires too, out of its delay queue; so the queue's name belongs to the question.
    expired = headers.get("x-first-death-reason") == "expired"
    ours = REASON in headers or PUT_BACK in headers
    return expired and headers.get("x-first-death-queue") == queue.name and not ours


def _put_back_one(channel: BlockingChannel, queue: Queue, letter: _DeadLetter) -> None:
    method, properties, body = letter
    marked = moved(properties, {PUT_BACK: "expired"})
    channel.basic_publish(DEFAULT_EXCHANGE, queue.retry, body, marked, mandatory=True)
    channel.basic_ack(method.delivery_tag)
