"""The message types of the pipeline, as one table that the code walks: exchange, queue, limits, table.

A type of your own is one more row: `registering.register(Queue(...))`, and broker, spool, worker and
database follow it.
"""

import re
from dataclasses import dataclass

from registration.errors import BrokerError
from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification

EXCHANGE_CHAT = "chat_exchange"
EXCHANGE_SYSTEM = "system_exchange"
QUEUE_CHAT_MESSAGES = "chat_messages"
QUEUE_CLASS_PREFERENCES = "class_preferences"
QUEUE_NOTIFICATION = "notifications"

_SECOND = 1_000
_HOUR = 3_600 * _SECOND

MAX_KEY_BYTES = 255  # of a routing key in AMQP

# A failed message waits this long before its first, second and third retry, in milliseconds.
RETRY_DELAYS = (1 * _SECOND, 10 * _SECOND, 60 * _SECOND)


@dataclass(frozen=True)
class Queue:
    """A message type with its queue's way in (exchange, keys), its limits, and the table where it ends.

    `table` has a column for each field of `message`, of which those named in `indexes` are indexed (as
    `student_id` always is); `worker_type` is what `python -m worker --type` calls it.
    """

    name: str
    message: type[Message]
    exchange: str
    exchange_type: str
    routing_key: str  # what publishers use
    binding_key: str  # what the queue is bound by
    ttl: int  # milliseconds
    max_length: int  # messages
    table: str
    worker_type: str
    indexes: tuple[str, ...] = ()

    def takes(self, routing_key: str) -> bool:
        """Whether a message with this key gets here."""
        # In a binding `*` stands for one word, and dots stand between words.
        pattern = re.escape(self.binding_key).replace(r"\*", r"[^.]*")
        return len(routing_key.encode()) <= MAX_KEY_BYTES and re.fullmatch(pattern, routing_key) is not None

    @property
    def dead(self) -> str:
        """The queue of its dead letters."""
        return f"{self.name}.dead"

    @property
    def retry(self) -> str:
        """The queue in which a message waits for its next try."""
        return f"{self.name}.retry"

    def delay(self, milliseconds: int) -> str:
        """The queue in which a failed message spends this long."""
        return f"{self.name}.delay.{milliseconds}"


QUEUES = {
    queue.name: queue
    for queue in (
        Queue(
            name=QUEUE_CHAT_MESSAGES,
            message=ChatMessage,
            exchange=EXCHANGE_CHAT,
            exchange_type="topic",
            routing_key="chat.message.new",
            binding_key="chat.message.*",
            ttl=24 * _HOUR,
            max_length=10_000,
            table="chat_message_logs",
            worker_type="chat",
            indexes=("intent",),
        ),
        Queue(
            name=QUEUE_CLASS_PREFERENCES,
            message=ClassPreference,
            exchange=EXCHANGE_CHAT,
            exchange_type="topic",
            routing_key="chat.preferences.update",
            binding_key="chat.preferences.*",
            ttl=1 * _HOUR,
            max_length=5_000,
            table="class_preference_logs",
            worker_type="preference",
        ),
        Queue(
            name=QUEUE_NOTIFICATION,
            message=Notification,
            exchange=EXCHANGE_SYSTEM,
            exchange_type="direct",
            routing_key="notification",
            binding_key="notification",
            ttl=7 * 24 * _HOUR,
            max_length=50_000,
            table="notification_logs",
            worker_type="notification",
            indexes=("notification_type",),
        ),
    )
}


def queue_of(message: Message) -> Queue:
    """The queue that carries this message. Raises BrokerError for one of a type that is not registered."""
    return queue_for(type(message))


def queue_for(kind: type[Message]) -> Queue:
    """The queue that carries this kind of message. Raises BrokerError for one that is not registered."""
    for queue in QUEUES.values():
        if queue.message is kind:
            return queue
    raise BrokerError(f"no queue carries {kind.__name__}; there are {', '.join(QUEUES)}")


def queue_named(name: str) -> Queue:
    """Raises BrokerError, naming the queues that there are."""
    if name not in QUEUES:
        raise BrokerError(f"there is no queue {name!r}; there are {', '.join(QUEUES)}")
    return QUEUES[name]


def queue_beside(name: str) -> Queue:
    """The queue of which `name` is the name, or that of its `.dead` or `.retry`. Raises BrokerError."""
    return queue_named(name.removesuffix(".dead").removesuffix(".retry"))
