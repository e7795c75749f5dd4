"""What MESSAGE_TYPES would name: a module whose import registers a message type."""

from registration.messaging.registering import register
from tests.messaging.own_rooms import ROOMS

register(ROOMS)
