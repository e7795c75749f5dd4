"""A real browser for tests: the distribution's Chromium, driven by Playwright, with no window."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from registration.testing.servers import needs

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

# It asks nobody outside, and a container's /dev/shm may be small.
_FLAGS = (
    *("--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def chromium_program() -> str | None:
    """Chromium on the path, by any of its names."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser that starts in a second and ends with the block. Raises ServerMissing."""
    needs(chromium_program, "chromium")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*_FLAGS, *(["--no-sandbox"] if is_root else [])]  # root has no sandbox
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=flags)
        try:
            yield browser
        finally:
            browser.close()
