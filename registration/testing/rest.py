"""A student on Rasa's REST channel."""

from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class RestChat:
    """Says things as one sender, and keeps what the bot answered."""

    url: str  # of Rasa, such as http://127.0.0.1:5005
    sender: str
    timeout: float = 60.0  # seconds
    turns: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)

    def say(self, message: str) -> list[dict[str, Any]]:
        """The bot's messages: `text`, and `buttons` with `title` and `payload`. Raises httpx.HTTPError."""
        body = {"sender": self.sender, "message": message}
        reply = httpx.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=self.timeout)
        reply.raise_for_status()
        messages: list[dict[str, Any]] = reply.json()
        self.turns.append((message, messages))
        return messages

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press the button of the last answer that has this title. Raises KeyError where there is none."""
        return self.say(self.buttons()[title])

    def buttons(self) -> dict[str, str]:
        """The last answer's buttons: payload by title."""
        messages = self.turns[-1][1] if self.turns else []
        shown = (button for message in messages for button in message.get("buttons", ()))
        return {button["title"]: button["payload"] for button in shown}
