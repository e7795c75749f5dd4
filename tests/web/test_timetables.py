"""Pictures and calendar files over HTTP, at signed addresses only."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from registration.signed_links import Shown, SignedLinks
from registration.testing.processes import Server
from registration.timetable import load_catalogue

CATALOGUE = Path("registration/timetable/sample/sample.json")
SECRET = "a secret of this test, long enough to sign with"


class WebServer(Server):
    name = "web"
    start_timeout = 60.0

    def command(self) -> list[str]:
        return [sys.executable, "-m", "web"]

    def environ(self) -> dict[str, str]:
        return {
            "WEB_PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "LINK_SECRET": SECRET,
            "CATALOGUE_PATH": str(CATALOGUE),
        }

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/live", timeout=2).text == "ok"
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def links(server: WebServer) -> SignedLinks:
    return SignedLinks(f"http://127.0.0.1:{server.port}", SECRET)


@pytest.fixture(scope="module")
def class_ids() -> tuple[str, ...]:
    subjects = list(load_catalogue(CATALOGUE).subjects())[:3]
    return tuple(subject.sections[0].class_id for subject in subjects)


def get(address: str) -> httpx.Response:
    return httpx.get(address, timeout=30)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_picture_is_drawn_when_it_is_asked_for(
    links: SignedLinks, class_ids: tuple[str, ...], language: str
) -> None:
    answer = get(links.picture(Shown(class_ids, language)))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")


def test_a_calendar_file_names_every_subject(links: SignedLinks, class_ids: tuple[str, ...]) -> None:
    answer = get(links.calendar(Shown(class_ids, "vi")))
    assert answer.status_code == 200
    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert all(subject.code in answer.text for subject in list(load_catalogue(CATALOGUE).subjects())[:3])


def test_an_address_signed_by_somebody_else_is_refused(
    links: SignedLinks, class_ids: tuple[str, ...]
) -> None:
    forger = SignedLinks(links.public_url, "another secret, which is long enough as well")
    assert get(forger.picture(Shown(class_ids, "vi"))).status_code == 404


@pytest.mark.parametrize(
    ("secret", "algorithm", "over", "said"),
    [
        (SECRET, "HS256", {"exp": 1}, "expired"),
        (SECRET, "HS256", {"exp": None}, "not valid"),
        (SECRET, "HS256", {"aud": "other"}, "not valid"),
        ("", "none", {}, "not valid"),
    ],
)
def test_expired_unsigned_and_misdirected_tokens_are_refused(
    links: SignedLinks, secret: str, algorithm: str, over: dict[str, object], said: str
) -> None:
    claims = {"ids": ["1"], "lang": "vi", "aud": "timetable", "exp": int(time.time()) + 60, **over}
    token = jwt.encode({key: value for key, value in claims.items() if value is not None}, secret, algorithm)
    answer = get(f"{links.public_url}/timetables/{token}/week.png")
    assert (answer.status_code, said in answer.text) == (404, True)


def test_classes_that_are_gone_are_said_to_be(links: SignedLinks) -> None:
    assert get(links.picture(Shown(("no such class",), "vi"))).status_code == 410


def test_without_a_secret_the_process_ends_with_one_line(tmp_path: Path) -> None:
    environ = {**os.environ, "LINK_SECRET": "", "CATALOGUE_PATH": "", "STUDENT_TOKEN_SECRET": ""}
    done = subprocess.run(
        [sys.executable, "-m", "web"], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "nothing to serve" in done.stderr
