"""The forwarder's connection: opened, declared, confirmed, and opened again after each loss."""

import contextlib
import logging
from typing import Any, Protocol

import pika
import pika.exceptions
from pika.adapters.select_connection import IOLoop, SelectConnection
from pika.channel import Channel

from registration.errors import BrokerError
from registration.messaging.connection import broker_errors, connection_parameters, quieten_pika
from registration.messaging.declare import declare_topology, explained
from registration.messaging.messages import type_name
from registration.messaging.spool_reader import Entry
from registration.messaging.topology import QUEUES
from registration.messaging.trace import header_of
from registration.settings import RabbitMQSettings

log = logging.getLogger(__name__)

SHORTEST_PAUSE = 0.2  # seconds between two attempts to connect
LONGEST_PAUSE = 5.0


class Listener(Protocol):
    """What a link tells; always on the loop's thread."""

    def on_ready(self) -> None: ...
    def on_lost(self) -> None: ...
    def on_confirmed(self, entry: Entry) -> None: ...
    def on_refused(self, entry: Entry) -> None: ...
    def on_returned(self, entry: Entry) -> None: ...


class _Nobody:
    """Listens to a link that was abandoned."""

    def _ignore(self, *_: Any, **__: Any) -> None:
        pass

    on_ready = on_lost = on_confirmed = on_refused = on_returned = _ignore


class Link:
    """A connection with one channel in confirm mode; all of it happens on the loop's thread."""

    def __init__(self, loop: IOLoop, settings: RabbitMQSettings, listener: Listener) -> None:
        self._loop = loop
        self._settings = settings
        self._listener = listener
        self._connection: SelectConnection | None = None
        self._channel: Channel | None = None
        self._unconfirmed: dict[int, Entry] = {}  # by delivery tag, in the order of sending
        self._returned: set[str] = set()  # message ids, confirmed a moment later
        self._next_tag = 1
        self._pause = SHORTEST_PAUSE
        self._reported = ""
        self._retry: Any = None
        self._is_over = False
        self.is_ready = False
        self.is_blocked = False

    def open(self) -> None:
        """Connect, now; again and again until `close`."""
        self._retry = None
        quieten_pika()
        try:
            with broker_errors():
                self._connection = SelectConnection(
                    connection_parameters(self._settings, "publisher"),
                    on_open_callback=self._on_open,
                    on_open_error_callback=self._on_closed,
                    on_close_callback=self._on_closed,
                    custom_ioloop=self._loop,
                )
        except BrokerError as error:
            self._lost(error)

    @property
    def is_retrying(self) -> bool:
        """The broker did not answer the last time, and will be tried again after a pause."""
        return self._retry is not None

    def publish(self, entry: Entry) -> None:
        """Send one message; what becomes of it, the listener is told."""
        assert self._channel is not None
        queue = QUEUES[entry.queue]
        properties = pika.BasicProperties(
            content_type="application/json",
            delivery_mode=pika.DeliveryMode.Persistent.value,
            message_id=entry.message_id,
            type=type_name(queue.message),
            headers=header_of(entry.trace) or None,
        )
        self._unconfirmed[self._next_tag] = entry
        self._next_tag += 1
        self._channel.basic_publish(queue.exchange, entry.routing_key, entry.body, properties, mandatory=True)

    def declare(self) -> None:
        """Declare everything again, after something was found missing."""
        if self._channel is not None and self._channel.is_open:
            declare_topology(self._channel, self._settings.queue_type)

    def renew(self, why: str) -> None:
        """Connect anew, for `why`; what is on its way counts as lost and is sent again."""
        if not self._is_over:
            self._report(f"{why}, connecting anew")
        self.drop()

    def close(self) -> None:
        """Never connect again."""
        self._end()
        self.drop()

    def abandon(self) -> None:
        """Never connect again and tell nothing more, whatever pika still makes of it."""
        self._end()
        self._listener = _Nobody()
        with contextlib.suppress(Exception):
            self.hang_up()

    def _end(self) -> None:
        self._is_over = True
        if self._retry is not None:
            self._loop.remove_timeout(self._retry)

    def drop(self) -> None:
        """Close the connection; unless `close` was called, another follows."""
        self.is_ready = False
        connection = self._connection
        if connection is None or connection.is_closing or connection.is_closed:
            return
        if not connection.is_open:
            self.hang_up()  # asked to close amid a handshake, pika trips over an assertion of its own
            return
        with contextlib.suppress(pika.exceptions.AMQPError):
            connection.close()

    def hang_up(self) -> None:
        """Close the socket without the broker's answer."""
        connection = self._connection
        if connection is not None and not connection.is_closed:
            connection._terminate_stream(ConnectionAbortedError())  # pika has no public way

    def _on_open(self, connection: SelectConnection) -> None:
        connection.add_on_connection_blocked_callback(self._on_blocked)
        connection.add_on_connection_unblocked_callback(self._on_unblocked)
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel
        self._next_tag = 1
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        self.declare()
        # Answered after the declarations, which the broker takes in their order.
        channel.confirm_delivery(self._on_confirm, callback=self._on_confirming)

    def _on_confirming(self, _frame: Any) -> None:
        if self._is_over:
            return  # closed while this was on its way
        self.is_ready = True
        self._pause = SHORTEST_PAUSE
        self._report("")
        self._listener.on_ready()

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        tags = self._up_to(method.delivery_tag) if method.multiple else [method.delivery_tag]
        tell = self._confirmed if isinstance(method, pika.spec.Basic.Ack) else self._listener.on_refused
        for tag in tags:
            entry = self._unconfirmed.pop(tag, None)
            if entry is not None:
                tell(entry)

    def _up_to(self, last: int) -> list[int]:
        tags = []
        for tag in self._unconfirmed:
            if tag > last:
                break
            tags.append(tag)
        return tags

    def _confirmed(self, entry: Entry) -> None:
        # What no queue is bound for is confirmed, too, right after it came back.
        if entry.message_id in self._returned:
            self._returned.discard(entry.message_id)
            self._listener.on_returned(entry)
        else:
            self._listener.on_confirmed(entry)

    def _on_return(self, _channel: Channel, _method: Any, properties: Any, _body: bytes) -> None:
        self._returned.add(properties.message_id)

    def _on_blocked(self, *_: Any) -> None:
        log.warning("RabbitMQ takes no messages for now (its memory or disk alarm); they wait in the spool")
        self.is_blocked = True

    def _on_unblocked(self, *_: Any) -> None:
        log.info("RabbitMQ takes messages again")
        self.is_blocked = False
        self._listener.on_ready()

    def _on_channel_closed(self, _channel: Channel, reason: BaseException) -> None:
        self.is_ready = False
        connection = self._connection
        if connection is not None and connection.is_open:
            if not self._is_over:
                self._report(_why(reason))
            connection.close()

    def _on_closed(self, _connection: Any, reason: BaseException) -> None:
        self._lost(reason)

    def _lost(self, reason: BaseException) -> None:
        self.is_ready = self.is_blocked = False
        self._connection = self._channel = None
        self._unconfirmed.clear()
        self._returned.clear()
        if not self._is_over:
            self._report(self._reported or _why(reason))
            self._retry = self._loop.call_later(self._pause, self.open)
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        self._listener.on_lost()

    def _report(self, trouble: str) -> None:
        """One line when an outage begins, when its reason changes, and when it is over."""
        if trouble and trouble != self._reported:
            log.error("messages wait in the spool: %s", trouble)
        elif self._reported and not trouble:
            log.info("RabbitMQ is back")
        self._reported = trouble


def _why(reason: BaseException) -> str:
    try:
        with explained(), broker_errors():
            raise reason
    except BrokerError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__} {error}"
