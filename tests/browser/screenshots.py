"""`make screenshots`: the pictures in docs/, of pages filled with made-up conversations."""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from playwright.sync_api import Browser, Page

from registration.storage.following import Follower
from registration.storage.reviewing import Reviewing
from registration.storage.writer import Writer
from registration.testing.browser import DESKTOP, PHONE, open_browser
from registration.testing.conversations import conversations
from tests.review.serving import PASSWORD, ReviewServer

_DOCS = Path("docs")
_SIZES = {"phone": PHONE, "desktop": DESKTOP}
_DAYS = 30


def main() -> None:
    _DOCS.mkdir(exist_ok=True)
    with open_browser() as browser:
        _review(browser)


def _review(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/registration.db"
        _fill(url)
        with ReviewServer(url) as server:
            for size, window in _SIZES.items():
                _shoot(browser, window, lambda page, size=size: _review_pages(page, server.url, size))  # type: ignore[misc]


def _fill(url: str) -> None:
    writer = Writer.to(url)
    first = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=_DAYS - 1)
    for talk in conversations(400, first, _DAYS - 1):
        writer.store(talk)
    follower = Follower(writer.engine)
    while follower.step():
        pass
    Reviewing(writer.engine).mark(2, "wrong", "go_back", None, "wants the question before")
    writer.close()


def _review_pages(page: Page, url: str, size: str) -> None:
    page.goto(f"{url}/review/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Conversations").wait_for()
    for name, path in (("list", ""), ("conversation", "conversations/1"), ("overview", "overview")):
        page.goto(f"{url}/review/{path}")
        picture = _DOCS / f"review-{name}-{size}.png"
        page.screenshot(path=picture)
        print(picture)


def _shoot(browser: Browser, window: dict[str, int], work: Callable[[Page], None]) -> None:
    context = browser.new_context(viewport=window, device_scale_factor=1)  # type: ignore[arg-type]
    work(context.new_page())
    context.close()


if __name__ == "__main__":
    main()
