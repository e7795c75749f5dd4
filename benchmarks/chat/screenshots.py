"""`python -m benchmarks.chat.screenshots [URL]`: pictures of the page while `make run` runs, into docs/."""

import sys
from pathlib import Path
from typing import Any

from registration.testing.browser import open_browser

_DOCS = Path("docs")
_LOOKS = {
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "desktop": {"viewport": {"width": 1280, "height": 860}},
}
_TURNS = (
    ("tôi muốn đăng ký lớp", "những môn nào"),
    ("cơ sở dữ liệu, mạng máy tính, xác suất thống kê", "buổi nào"),
    ("sáng, nhưng đừng sớm quá, tránh thứ 7", "liền nhau"),
    ("có", "dồn lịch"),
    ("sao cũng được", "yêu cầu riêng"),
    ("không", "Đúng chưa"),
    ("đúng rồi", "chọn lịch nào"),
)


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/"
    _DOCS.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for number, (look, options) in enumerate(_LOOKS.items(), 900_001):
            context = browser.new_context(**options, reduced_motion="reduce")
            _converse(context.new_page(), url, number, look)
            context.close()


def _converse(page: Any, url: str, number: int, look: str) -> None:
    page.goto(url)
    page.locator("input").fill(str(number))
    page.keyboard.press("Enter")
    for text, expected in _TURNS:
        page.locator("textarea").fill(text)
        page.keyboard.press("Enter")
        page.locator(".bubble.bot").filter(has_text=expected).last.wait_for()
        if expected == "liền nhau":
            _take(page, f"chat-{look}")
    for image in page.locator(".bubble img").all():
        _until_drawn(image)
    page.locator(".bubble img").last.scroll_into_view_if_needed()
    _take(page, f"timetables-{look}")


def _until_drawn(image: Any) -> None:
    for _ in range(30):
        if image.evaluate("image => image.naturalWidth > 0"):
            return
        image.page.wait_for_timeout(1000)
    raise TimeoutError("a timetable was not drawn within 30 s")


def _take(page: Any, name: str) -> None:
    page.screenshot(path=_DOCS / f"{name}.png")
    print(_DOCS / f"{name}.png")


if __name__ == "__main__":
    main()
