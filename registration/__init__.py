"""Step-by-step questions for Rasa: state in Redis and slots, delivery through RabbitMQ into SQL.

The public names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registration.bootstrap import get_message_queue_service
    from registration.bot import Bot
    from registration.cache import RedisCache
    from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification
    from registration.messaging.rabbitmq import RabbitMQManager, get_rabbitmq_manager
    from registration.messaging.registering import register
    from registration.messaging.topology import Queue
    from registration.service import MessageQueueService

_HOMES = {
    "Bot": "registration.bot",
    "ChatMessage": "registration.messaging.messages",
    "ClassPreference": "registration.messaging.messages",
    "Message": "registration.messaging.messages",
    "Notification": "registration.messaging.messages",
    "Queue": "registration.messaging.topology",
    "register": "registration.messaging.registering",
    "RedisCache": "registration.cache",
    "MessageQueueService": "registration.service",
    "RabbitMQManager": "registration.messaging.rabbitmq",
    "get_message_queue_service": "registration.bootstrap",
    "get_rabbitmq_manager": "registration.messaging.rabbitmq",
}

__all__ = [
    "Bot",
    "ChatMessage",
    "ClassPreference",
    "Message",
    "MessageQueueService",
    "Notification",
    "Queue",
    "RabbitMQManager",
    "RedisCache",
    "get_message_queue_service",
    "get_rabbitmq_manager",
    "register",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
