"""The pages of the review, asked for over HTTP as a browser does, each time with another filter or number."""

import os
import random
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import httpx
from argon2 import PasswordHasher
from sqlalchemy import text

from benchmarks.figures import Sample
from registration.storage.engine import open_engine
from registration.testing.processes import Server

Page = Callable[[], str]
_WARM_UP = 3  # requests that are not counted: connections are opened, templates read


class Web(Server):
    """`python -m web` with nothing but the review."""

    name = "web"

    def __init__(self, database_url: str, password: str) -> None:
        super().__init__()
        self._environ = {
            "DATABASE_URL": database_url,
            "REVIEW_PASSWORD_HASH": PasswordHasher().hash(password),
            "WEB_PORT": str(self.port),
            "STUDENT_TOKEN_SECRET": "",
            "STUDENT_TOKEN_KEY_FILE": "",
            "CATALOGUE_PATH": "",
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/review"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "web"]

    def environ(self) -> dict[str, str]:
        return {**os.environ, **self._environ}

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/live", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


def measure(database_url: str, requests: int) -> list[Sample]:
    """Milliseconds of each kind of page, `requests` times, the kinds in turns."""
    pages = _pages(database_url)
    times: dict[str, list[float]] = {name: [] for name in pages}
    with _reviewer(database_url) as client:
        for number in range(requests + _WARM_UP):
            for name, page in pages.items():
                taken = _timed(client, page())
                if number >= _WARM_UP:
                    times[name].append(taken)
    return [Sample(name, values, "ms") for name, values in times.items()]


def _timed(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    taken = time.perf_counter() - begun
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:200]}")
    return taken * 1000


@contextmanager
def _reviewer(database_url: str) -> Iterator[httpx.Client]:
    password = secrets.token_urlsafe()
    with Web(database_url, password) as web, httpx.Client(base_url=web.url, timeout=120) as client:
        found = re.search(r'name="form_token" value="(\w+)"', client.get("/login").text)
        token = found[1] if found else ""
        entered = client.post("/login", data={"form_token": token, "password": password})
        if entered.status_code != 303:
            raise RuntimeError(f"no entrance: {entered.status_code}")
        yield client


def _pages(database_url: str) -> dict[str, Page]:
    """How the address of each kind of page is made up, from what is in the database."""
    chance = random.Random(1)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        first, last, talks = connection.execute(
            text("SELECT min(started_at), max(started_at), max(id) FROM conversation_summaries")
        ).one()
        students = connection.execute(text("SELECT max(student_id) FROM conversation_summaries")).scalar_one()
    engine.dispose()
    ids = _existing(database_url, chance, talks)
    span = (last - first).days + 1

    def day() -> date:
        return (first + timedelta(days=chance.randrange(span))).date()

    return {
        "list, newest": lambda: "/",
        "list, from anywhere": lambda: f"/?after={day():%Y%m%d}120000-{chance.randrange(1, talks)}",
        "list, one student": lambda: f"/?student_id={chance.randrange(1, students)}",
        "list, an intent": lambda: f"/?intent={chance.choice(('affirm', 'out_of_scope', 'inform'))}",
        "list, not understood and left at a question": lambda: "/?not_understood=1&stage=days",
        "list, one day": lambda: f"/?since={(shown := day())}&until={shown}",
        "list, a frequent word": lambda: f"/?text={chance.choice(('muon', 'chieu', 'không'))}",
        "list, three words": lambda: "/?text=thich+hoc+lan",
        "list, two words that rarely meet": lambda: "/?text=asdf+wifi&language=en",
        "list, a word that is nowhere": lambda: "/?text=zzz",
        "one conversation": lambda: f"/conversations/{chance.choice(ids)}",
        "overview of 30 days": lambda: "/overview?days=30",
        "overview of 365 days": lambda: "/overview?days=365",
    }


def _existing(database_url: str, chance: random.Random, talks: int) -> list[int]:
    """Ids of conversations from all over the table."""
    engine = open_engine(database_url)
    nearest = text("SELECT min(id) FROM conversation_summaries WHERE id >= :id")
    with engine.connect() as connection:
        found = [connection.execute(nearest, {"id": chance.randrange(1, talks)}).scalar() for _ in range(200)]
    engine.dispose()
    return [number for number in found if number]
