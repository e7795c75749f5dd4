"""How soon the page can be used, and what it weighs, in a real browser on loopback."""

import statistics
from typing import Any
from urllib.parse import urlsplit

import httpx

from registration.testing.bot import WebServer
from registration.testing.browser import open_browser

ROUNDS = 15
SETTINGS = {"STUDENT_TOKEN_SECRET": "a secret of this benchmark, long enough", "CHAT_TRIAL": "on"}


def measure() -> dict[str, object]:
    """Milliseconds from the start of the navigation until the form takes what is typed, and bytes."""
    with WebServer(SETTINGS) as server, open_browser() as browser:
        times = [_once(browser, server.url) for _ in range(ROUNDS)]
        weights = {path: _weight(server.url, path) for path in _files(browser, server.url)}
    return {
        "interactive_ms_median": round(statistics.median(times)),
        "interactive_ms_worst": round(max(times)),
        "rounds": ROUNDS,
        "compressed_bytes": sum(weights.values()),
        "files": weights,
    }


def _once(browser: Any, url: str) -> float:
    """A visit with an empty cache."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url, wait_until="commit")
    page.locator("input").fill("4711")
    milliseconds: float = page.evaluate("performance.now()")
    context.close()
    return milliseconds


def _files(browser: Any, url: str) -> list[str]:
    context = browser.new_context()
    page = context.new_page()
    paths: list[str] = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))
    page.goto(url, wait_until="networkidle")
    context.close()
    return paths


def _weight(url: str, path: str) -> int:
    with httpx.stream("GET", url + path, headers={"Accept-Encoding": "gzip"}, timeout=30) as answer:
        return len(b"".join(answer.iter_raw()))
