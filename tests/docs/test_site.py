"""`make docs`: the site is built without a warning, and asks nothing of another address when it is read."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

_FOREIGN = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["'](https?:)?//[^"']+""")


@pytest.fixture(scope="module")
def site() -> Path:
    done = subprocess.run(
        ["make", "-s", "docs"], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return ROOT / "var/site"


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 10
    assert [page.name for page in pages if _FOREIGN.search(page.read_text())] == []


def test_the_reference_is_made_of_docstrings(site: Path) -> None:
    assert "A step-by-step bot." in (site / "reference/registration.html").read_text()
    assert "asked again" in (site / "questions.html").read_text()
