"""Somebody at the page: types, presses, reads; and what the browser complained of meanwhile."""

import itertools
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 60_000  # milliseconds; a busy machine answers late
_numbers = itertools.count(6001)


class Visitor:
    """One tab with the chat page."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        # What the browser says of refusals that a test asks for, whenever it says it.
        self.refusals = "no refusal"
        self.hosts: set[str] = set()
        page.set_default_timeout(TIMEOUT)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._heard)
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))

    def open(self, fragment: str = "") -> "Visitor":
        self.page.goto(f"{self.url}/{fragment}")
        return self

    def sign_in(self, number: int | None = None, start: str = "Bắt đầu") -> "Visitor":
        """As a trial; without a number, as a student whom no other test has heard of."""
        self.open()
        self.page.locator("input").fill(str(number or next(_numbers)))
        self.page.get_by_role("button", name=start).click()
        self.page.locator("textarea").wait_for()
        return self

    def say(self, text: str, expected: str) -> None:
        self.page.locator("textarea").fill(text)
        self.page.keyboard.press("Enter")
        self.hears(expected)

    def press(self, title: str, expected: str) -> None:
        self.page.get_by_role("button", name=title, exact=True).click()
        self.hears(expected)

    def hears(self, text: str) -> None:
        """Wait until the turn is over and the bot's last words hold `text`."""
        last = self.page.locator(".bubble.bot").last.filter(has_text=text)
        last.wait_for()
        self.page.locator(".typing:empty").wait_for(state="attached")

    def transcript(self) -> list[str]:
        """All bubbles: who, and what."""
        return [" ".join(text.split()) for text in self.page.locator(".bubble").all_text_contents()]

    def _heard(self, message: Any) -> None:
        # A connection that a test cuts is complained of by every browser.
        if (
            message.type == "error"
            and "ERR_CONNECTION" not in message.text
            and "WebSocket" not in message.text
            and self.refusals not in message.text
        ):
            self.complaints.append(message.text)
