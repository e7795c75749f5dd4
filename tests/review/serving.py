"""`python -m web` with a review, and a client that signs in as a browser does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from registration.testing.bot import WebServer
from web.review.entrance import hash_password

PASSWORD = "mật khẩu của người duyệt"
PASSWORD_HASH = hash_password(PASSWORD)
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


class ReviewServer(WebServer):
    """The web process with nothing but the review, on one database."""

    start_timeout = 60.0

    def __init__(self, database_url: str) -> None:
        nothing_else = {"LINK_SECRET": "", "CATALOGUE_PATH": ""}
        super().__init__(
            {**nothing_else, "DATABASE_URL": database_url, "REVIEW_PASSWORD_HASH": PASSWORD_HASH}
        )


def form_token(page: httpx.Response) -> str:
    """The token in the forms of a page."""
    found = _TOKEN.search(page.text)
    assert found, page.text[:500]
    return found[1]


@contextmanager
def signing_in(
    server: ReviewServer, password: str = PASSWORD
) -> Iterator[tuple[httpx.Client, httpx.Response]]:
    """A client after one try with `password`, and what it was answered."""
    with httpx.Client(base_url=server.url, timeout=20) as client:
        token = form_token(client.get("/review/login"))
        yield client, client.post("/review/login", data={"form_token": token, "password": password})
