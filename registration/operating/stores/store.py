"""What each place answers."""

from collections.abc import Iterable
from typing import Any, Protocol

from registration.sender import ANONYMOUS, Sender

Item = dict[str, Any]  # fit for JSON, and for the student's eyes


class Store(Protocol):
    """Both methods raise RegistrationError where the place does not answer."""

    @property
    def name(self) -> str: ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """What an operator has to do beside, in whole sentences."""
        ...

    def find(self, who: Sender) -> list[Item]:
        """Everything that is kept here on `who`."""
        ...

    def erase(self, who: Sender) -> list[Item]:
        """What was there and is gone now."""
        ...


def order_key_of(who: Sender) -> str:
    """How the spool names whose message it is, see `registration.messaging.publisher.order_key`."""
    return f"sender:{who.key}" if who.student_id == ANONYMOUS else str(who.student_id)


def message_ids(items: Iterable[Item]) -> set[str]:
    return {item["message_id"] for item in items if item.get("message_id")}
