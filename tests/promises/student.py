"""A student behind a real action server: calls its webhook as Rasa's form does, and keeps the slots."""

import json
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

FORM = "registration_form"
BEGIN = "đăng ký lớp"
ANSWERS = ("sáng", "có", "tránh thứ 7", "không", "có", "không")  # from the first question to the summary


@dataclass
class Student:
    """One conversation. `said` is what was answered, `took` how many seconds each of those turns took."""

    url: str  # of the webhook
    sender: str = "1"
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def say(self, text: str) -> list[str]:
        """The texts that the bot answers. Raises URLError; then the turn did not happen."""
        message = message_of(text)
        body = json.dumps(self.call(message)).encode()
        began = time.perf_counter()
        answer = json.loads(post(self.url, body))
        took = time.perf_counter() - began
        self._remember(message, answer)
        self.said.append(text)
        self.took.append(took)
        return [response["text"] for response in answer["responses"]]

    def say_all(self, *texts: str) -> list[float]:
        """Seconds of each of these turns."""
        for text in texts:
            self.say(text)
        return self.took[len(self.took) - len(texts) :]

    def state(self, keys: set[str]) -> dict[str, Any]:
        """What the slots hold under these keys."""
        return {key: self.slots.get(key) for key in keys}

    def call(self, message: dict[str, Any]) -> dict[str, Any]:
        """What Rasa sends to the webhook when this student has written `message`."""
        tracker = {
            "sender_id": self.sender,
            "slots": self.slots,
            "latest_message": message["parse_data"],
            "events": [*self.events, message, {"event": "action", "name": FORM}],
            "paused": False,
            "followup_action": None,
            "active_loop": {"name": FORM},
            "latest_action_name": "action_listen",
        }
        return {"next_action": f"validate_{FORM}", "tracker": tracker, "domain": {}, "version": "3.6.21"}

    def _remember(self, message: dict[str, Any], answer: dict[str, Any]) -> None:
        for event in answer["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        replies = [{"event": "bot", "text": response["text"]} for response in answer["responses"]]
        self.events += [message, {"event": "action", "name": FORM}, *replies]


def post(url: str, body: bytes) -> bytes:
    """What a webhook answers. Raises URLError."""
    # A bare call: a client that sets up TLS first would take longer than the turn.
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
        return content


def message_of(text: str) -> dict[str, Any]:
    """A message as the tracker holds it, read as the model would read it."""
    intent = "class_registration_suggestion" if text == BEGIN else "inform"
    return {
        "event": "user",
        "text": text,
        "message_id": uuid.uuid4().hex,
        "timestamp": time.time(),
        "input_channel": "rest",
        "parse_data": {"intent": {"name": intent, "confidence": 0.9}, "entities": []},
    }
