"""How every part of the project reaches RabbitMQ, and what pika's errors become."""

import itertools
import logging
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorException

from registration.errors import BrokerError, BrokerUnavailable, TopologyMismatch
from registration.messaging.odd_headers import accept_odd_headers
from registration.settings import RabbitMQSettings

accept_odd_headers()  # here, because whoever connects imports this

HEARTBEAT = 30  # seconds; a dead peer is noticed after two of them
CONNECT_TIMEOUT = 5  # seconds for TCP, and as many again for the AMQP handshake
BLOCKED_TIMEOUT = 300  # seconds that a memory or disk alarm may last before the connection is begun anew

PRECONDITION_FAILED = 406
NOT_FOUND = 404

_turns = itertools.count()

_NO_ANSWER = (
    pika.exceptions.AMQPConnectionError,
    AMQPConnectorException,  # a broker that accepts and then says nothing
    pika.exceptions.ChannelWrongStateError,
    pika.exceptions.ProtocolSyntaxError,
    OSError,
)


def connection_parameters(
    settings: RabbitMQSettings, name: str = "registration"
) -> pika.ConnectionParameters:
    """What pika needs to connect; `name` is what the management page shows, with host and process.

    Of a cluster's nodes each call takes the next, so that whoever tries again tries another.
    """
    host, port = settings.addresses[next(_turns) % len(settings.addresses)]
    return pika.ConnectionParameters(
        host=host,
        port=port,
        virtual_host=settings.vhost,
        credentials=pika.PlainCredentials(settings.user, settings.password),
        heartbeat=HEARTBEAT,
        blocked_connection_timeout=BLOCKED_TIMEOUT,
        socket_timeout=CONNECT_TIMEOUT,
        stack_timeout=2 * CONNECT_TIMEOUT,
        connection_attempts=1,  # whoever connects has a backoff of its own
        ssl_options=_tls(settings, host),
        client_properties={"connection_name": f"{name}@{socket.gethostname()}:{os.getpid()}"},
    )


def _tls(settings: RabbitMQSettings, host: str) -> pika.SSLOptions | None:
    if settings.tls == "off":
        return None
    context = ssl.create_default_context(cafile=str(settings.tls_ca) if settings.tls_ca else None)
    return pika.SSLOptions(context, server_hostname=host)


def connect(settings: RabbitMQSettings, name: str = "registration") -> BlockingConnection:
    """An open connection, which belongs to the calling thread. Raises BrokerUnavailable."""
    quieten_pika()
    with broker_errors():
        return BlockingConnection(connection_parameters(settings, name))


@contextmanager
def broker_errors() -> Iterator[None]:
    """Turn pika's errors into ours: BrokerUnavailable, TopologyMismatch or BrokerError."""
    try:
        yield
    except pika.exceptions.ChannelClosedByBroker as error:
        raise _refusal(error) from error
    except _NO_ANSWER as error:
        raise BrokerUnavailable(f"RabbitMQ does not answer: {_reason(error)}") from error
    except pika.exceptions.AMQPError as error:
        raise BrokerError(f"RabbitMQ refuses: {_reason(error)}") from error


def is_missing(error: BrokerError) -> bool:
    """Whether RabbitMQ refused because a queue does not exist."""
    cause = error.__cause__
    return isinstance(cause, pika.exceptions.ChannelClosedByBroker) and cause.reply_code == NOT_FOUND


def _refusal(error: pika.exceptions.ChannelClosedByBroker) -> BrokerError:
    kind = TopologyMismatch if error.reply_code == PRECONDITION_FAILED else BrokerError
    return kind(f"RabbitMQ refuses: {error.reply_text}")


def _reason(error: BaseException) -> str:
    """One line: pika leaves the text of many of its errors empty."""
    return f"{type(error).__name__} {error}".strip()


def quieten_pika() -> None:
    """Leave the reporting of pika's errors to us, unless somebody has set its log level."""
    # pika writes a stack trace for each failed attempt; we log one line for each outage instead.
    logger = logging.getLogger("pika")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)
