"""Messages on their way: types, topology, spool, RabbitMQ."""

from registration.messaging.rabbitmq import RabbitMQManager, get_rabbitmq_manager
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUE_CLASS_PREFERENCES, QUEUE_NOTIFICATION

__all__ = [
    "QUEUE_CHAT_MESSAGES",
    "QUEUE_CLASS_PREFERENCES",
    "QUEUE_NOTIFICATION",
    "RabbitMQManager",
    "get_rabbitmq_manager",
]
