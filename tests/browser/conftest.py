"""A window for each test, with its own cookies."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from registration.testing.browser import DESKTOP

_PATIENCE = 20_000  # milliseconds; a busy machine is no failing page


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """An empty page that fails its test for an error on its console or a script that threw."""
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if _is_fault(page, message) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def _is_fault(page: Page, message: ConsoleMessage) -> bool:
    # A page that itself says 401 or 404 is noted on the console too, and is no fault.
    is_own_status = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
    return message.type == "error" and not is_own_status
