"""With the keyboard alone, with a screen reader's rules, by day and by night, and inside another page."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from registration.testing.waiting import wait_until
from tests.live.browser.visitor import Visitor
from tests.live.conftest import PORTAL, SECRET, LiveBot

Visit = Callable[..., Visitor]
DESKTOP = {"width": 1280, "height": 800}


def findings(visitor: Visitor) -> list[str]:
    """What axe-core calls serious or critical."""
    visitor.page.wait_for_function("document.getAnimations({subtree: true}).length === 0")
    found = Axe().run(visitor.page).response["violations"]
    return [f"{one['id']}: {one['help']}" for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(
    "look",
    [{}, {"color_scheme": "dark"}, {"viewport": DESKTOP}],
    ids=["phone", "dark", "desktop"],
)
def test_axe_finds_nothing_serious(visit: Visit, look: dict[str, object]) -> None:
    visitor = visit(**look).open()
    visitor.page.locator("form").wait_for()
    assert findings(visitor) == []
    visitor.sign_in()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    visitor.press("Buổi sáng", "tránh tiết đầu")
    visitor.press("Có", "ngày nào trong tuần")
    visitor.page.get_by_role("button", name="Thứ 2").click()
    assert findings(visitor) == []


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    visitor = visit(viewport=DESKTOP).open()
    keys = visitor.page.keyboard
    visitor.page.locator("form").wait_for()
    _tab_to(visitor, "INPUT")
    keys.type("6931")
    keys.press("Enter")
    visitor.page.locator("textarea").wait_for()
    _tab_to(visitor, "Đăng ký lớp")
    keys.press("Enter")
    visitor.hears("Bạn muốn học buổi nào?")
    assert _focused(visitor) == "TEXTAREA"  # where the next answer is typed
    _tab_to(visitor, "Buổi chiều", key="Shift+Tab")
    keys.press("Space")
    visitor.hears("tan học muộn")
    keys.type("không")
    keys.press("Enter")
    visitor.hears("ngày nào trong tuần")


def test_a_screen_reader_is_told_what_is_new(visit: Visit) -> None:
    visitor = visit().sign_in()
    assert visitor.page.get_by_role("log", name="Cuộc trò chuyện").count() == 1
    assert visitor.page.get_by_role("group", name="Gợi ý trả lời").count() == 1
    assert visitor.page.get_by_label("Tin nhắn", exact=True).count() == 1
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    assert visitor.transcript()[-1].startswith("Trợ lý: ")


def test_a_wrong_number_is_told_at_the_field(visit: Visit) -> None:
    visitor = visit().open()
    visitor.refusals = "status of 400"
    for number in ("0", "-1", "abc", "2147483648", ""):
        visitor.page.locator("input").fill(number)
        visitor.page.get_by_role("button", name="Bắt đầu").click()
        visitor.page.get_by_role("alert").filter(has_text="từ 1 đến").wait_for()


@pytest.fixture
def portal(page_bot: LiveBot) -> Iterator[str]:
    command = [sys.executable, "-m", "examples.portal", str(urlsplit(PORTAL).port)]
    environ = {**os.environ, "STUDENT_TOKEN_SECRET": SECRET}
    process = subprocess.Popen([*command, page_bot.web.url, page_bot.rasa.url], env=environ)
    try:
        wait_until(lambda: _answers(PORTAL), timeout=60, what="the portal")
        yield PORTAL
    finally:
        process.kill()
        process.wait()


def test_another_page_holds_the_chat_with_one_tag(visit: Visit, portal: str) -> None:
    visitor = visit(viewport=DESKTOP)
    visitor.page.goto(portal)
    opener = visitor.page.get_by_role("button", name="Mở trợ lý đăng ký lớp")
    opener.click()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    assert findings(visitor) == []
    visitor.page.keyboard.press("Escape")
    assert not visitor.page.locator("textarea").is_visible()
    assert _focused(visitor) == "💬"


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _tab_to(visitor: Visitor, wanted: str, key: str = "Tab") -> None:
    for _ in range(30):
        visitor.page.keyboard.press(key)
        if _focused(visitor) == wanted:
            return
    raise AssertionError(f"no {key} leads to {wanted}")


def _focused(visitor: Visitor) -> str:
    """The text of what has the focus, or its tag where it has none."""
    script = """() => {
        let at = document.activeElement;
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.textContent.trim() || at.tagName;
    }"""
    return str(visitor.page.evaluate(script))
