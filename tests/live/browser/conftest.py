"""A browser, the page of the live bot, and a student who looks at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.browser.visitor import Visitor
from tests.live.conftest import LiveBot


@pytest.fixture(scope="session")
def page_bot(embedded_bot: LiveBot) -> LiveBot:
    """The bot with its web process."""
    embedded_bot.web.start()
    return embedded_bot


@pytest.fixture
def visit(browser: Any, page_bot: LiveBot) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each in a browser of their own; whatever a page complains of fails the test."""
    visitors: list[Visitor] = []

    def visit(**options: Any) -> Visitor:
        context = browser.new_context(
            **{"viewport": {"width": 390, "height": 844}, "locale": "vi-VN", **options}
        )
        visitors.append(Visitor(context.new_page(), page_bot.web.url))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
