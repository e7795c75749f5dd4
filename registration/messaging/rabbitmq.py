"""RabbitMQManager: publish through the spool, consume, count and purge."""

import atexit
import logging
from functools import lru_cache
from threading import Event
from typing import Any

import msgspec

from registration.errors import BrokerError, InvalidMessage
from registration.messaging.connection import broker_errors, connect, is_missing
from registration.messaging.consuming import Callback, consume
from registration.messaging.forwarder import Forwarder
from registration.messaging.messages import Message, decode, type_name
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.messaging.topology import Queue, queue_beside, queue_named
from registration.settings import RabbitMQSettings, Settings, SpoolSettings, get_settings

log = logging.getLogger(__name__)


class RabbitMQManager:
    """One for a process. Nothing is opened before it is used; any thread may call any method."""

    def __init__(self, rabbitmq: RabbitMQSettings, spool: SpoolSettings, mode: str = "servers") -> None:
        """With mode "embedded" nothing is forwarded: the worker reads the spool itself."""
        self._settings = rabbitmq
        self._spool = Spool(spool)
        self.publisher = SpoolPublisher(self._spool)
        self.forwarder = Forwarder(self._spool, rabbitmq) if mode == "servers" else None
        self._stop = Event()

    def start(self) -> None:
        """Carry on with what processes that were killed have left; publishing starts the same."""
        if self.forwarder is not None:
            self.forwarder.start()

    def publish_message(
        self, queue: str, message: Message | dict[str, Any], routing_key: str | None = None
    ) -> bool:
        """True once the message is safe in the spool; RabbitMQ gets it as soon as it can take it.

        `message`: one of our types, or a dict of its fields, where `type` may be left out. False, with an
        error in the log, when the spool has no room. Raises InvalidMessage, and BrokerError for a queue or
        a routing key that does not exist.
        """
        return self.publisher.publish(_message_for(queue_named(queue), message), routing_key)

    def consume_messages(self, queue: str, callback: Callback) -> None:
        """Give each message, as a dict, to `callback` and acknowledge it when that returns. Blocks until
        `close`, and connects again by itself.

        A callback that raises is tried again after 1, 10 and 60 s, then the message goes to the dead
        letters; one that is no message goes there at once. Callbacks should take a few seconds at most:
        the connection waits for them. Raises BrokerError for an unknown queue, and TopologyMismatch.
        """
        consume(self._settings, queue_named(queue), callback, self._stop)

    def get_queue_size(self, queue: str) -> int:
        """How many messages are ready in a queue, or in its `.dead` or `.retry`; 0 if there is no such yet.

        Raises BrokerUnavailable when RabbitMQ does not answer, because no number would be true then.
        """
        queue_beside(queue)
        try:
            with broker_errors(), connect(self._settings, "manager") as connection:
                return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
        except BrokerError as error:
            if is_missing(error):
                return 0
            raise

    def purge_queue(self, queue: str) -> bool:
        """Delete what is ready in a queue, or in its `.dead` or `.retry`; False if RabbitMQ does not answer.

        What a consumer holds and what waits in the spool stays.
        """
        queue_beside(queue)
        try:
            with broker_errors(), connect(self._settings, "manager") as connection:
                connection.channel().queue_purge(queue)
        except BrokerError as error:
            if not is_missing(error):
                log.error("not purged queue=%s: %s", queue, error)
                return False
        return True

    def flush(self, timeout: float) -> bool:
        """Wait until RabbitMQ has confirmed all that is in the spool; False after `timeout` seconds."""
        return self.forwarder is None or self.forwarder.flush(timeout)

    def close(self, timeout: float = 5.0) -> None:
        """Stop consuming and forwarding; what is left in the spool goes out at the next start."""
        self._stop.set()
        if self.forwarder is not None:
            self.forwarder.stop(timeout)
        self._spool.close()


@lru_cache(maxsize=1)
def get_rabbitmq_manager() -> RabbitMQManager:
    """This process's manager, made from its settings; closed when the process ends."""
    settings: Settings = get_settings()
    manager = RabbitMQManager(settings.rabbitmq, settings.spool, settings.mode)
    atexit.register(manager.close)
    return manager


def _message_for(queue: Queue, message: Message | dict[str, Any]) -> Message:
    if isinstance(message, dict):
        return decode(queue.message, _encoded({"type": type_name(queue.message), **message}))
    if type(message) is not queue.message:
        raise InvalidMessage(f"{type(message).__name__} does not go to the queue {queue.name}")
    return message


def _encoded(fields: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(fields)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidMessage(f"cannot be written as JSON: {error}") from error
