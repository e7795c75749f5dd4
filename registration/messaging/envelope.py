"""What AMQP's properties say of a message, in types that the rest can rely on."""

from typing import Any


def message_id_of(properties: Any) -> str:
    """AMQP's `message_id`, empty where there is none; what is not UTF-8 in it is spelt as `\\xe9`."""
    given: str | bytes = properties.message_id or ""
    return given.decode("utf-8", "backslashreplace") if isinstance(given, bytes) else given
