"""Servers and rooms for every test come from the SDK's own plugin; the browser is ours."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["registration.testing.fixtures"]

# A busy machine is no failing property.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


# Not for the whole run: while Playwright is open its event loop runs, and no test could have one of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's `Browser`, for one file of tests."""
    # Only who wants a browser waits for Playwright; and pytest loads the plugin above before any test does.
    from registration.testing.browser import open_browser
    from registration.testing.fixtures import found_or_skipped

    with ExitStack() as stack:
        yield found_or_skipped(lambda: stack.enter_context(open_browser()))
