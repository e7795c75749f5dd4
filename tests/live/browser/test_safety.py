"""Nobody gets in without a token, and nothing that anybody wrote runs."""

import gzip
import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from registration.messaging.messages import Notification, new_id
from registration.storage.writer import Writer
from registration.testing.waiting import wait_until
from tests.channels.serving import token
from tests.live.browser.visitor import Visitor
from tests.live.conftest import SECRET, LiveBot

Visit = Callable[..., Visitor]
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b> javascript:alert(3)"


def notify(bot: LiveBot, student: int, title: str, content: str) -> None:
    writer = Writer.to(bot.database_url)
    now = datetime.now(timezone.utc)
    writer.store(
        [
            Notification(
                student_id=student,
                timestamp=now,
                message_id=new_id(),
                notification_type="info",
                title=title,
                content=content,
                metadata={},
            )
        ]
    )
    writer.close()


@pytest.mark.parametrize(
    "forged",
    [
        token(6921, secret="another secret, which is long enough too"),
        token(6921, SECRET, exp=1),
        token(6921, SECRET, aud="library"),
        token(6921, secret="", algorithm="none"),
        token(6921, secret=STRANGER, algorithm="RS256"),
        "nonsense",
    ],
    ids=["forged", "expired", "other audience", "unsigned", "other kind of key", "nonsense"],
)
def test_a_bad_token_opens_nothing(visit: Visit, forged: str) -> None:
    visitor = visit().open(f"#token={forged}")
    visitor.page.locator("form").wait_for()  # the trial's, as for anybody without a token
    assert visitor.transcript() == []


def test_a_good_token_opens_its_own_conversation_and_leaves_the_address(visit: Visit) -> None:
    visitor = visit().open(f"#token={token(6922, SECRET)}")
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    assert visitor.page.url == f"{visitor.url}/"
    stranger = visit().open(f"#token={token(6923, SECRET)}")
    stranger.page.locator("textarea").wait_for()
    stranger.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    assert len(stranger.transcript()) == len(visitor.transcript())


def test_script_and_html_show_as_text(visit: Visit, page_bot: LiveBot) -> None:
    visitor = visit().sign_in(6924)
    visitor.page.locator("textarea").fill(HOSTILE)
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".bubble.bot").first.wait_for()
    notify(page_bot, 6924, f"Title {HOSTILE}", f"Content {HOSTILE}")
    visitor.page.reload()
    visitor.page.locator(".bubble.note").wait_for()
    shown = " ".join(visitor.transcript())
    for part in (f"Bạn: {HOSTILE}", f"Title {HOSTILE}", f"Content {HOSTILE}"):
        assert part in shown
    assert visitor.page.locator(".bubble img, .bubble script, .bubble b, a[href^=javascript]").count() == 0


def test_a_notification_is_shown_once_and_to_its_student_alone(visit: Visit, page_bot: LiveBot) -> None:
    visitor, other = visit().sign_in(6925), visit().sign_in(6926)
    notify(page_bot, 6925, "Lớp 156021", "Lớp đã đổi phòng.")
    note = visitor.page.locator(".bubble.note")
    note.wait_for()
    visitor.page.reload()
    note.wait_for()
    assert visitor.transcript() == ["Thông báo: Lớp 156021Lớp đã đổi phòng."]
    assert other.transcript() == []


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(visit: Visit, page_bot: LiveBot) -> None:
    visitor = visit().sign_in()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    assert visitor.hosts == {"127.0.0.1"}
    answer = httpx.get(page_bot.web.url, timeout=30)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script[^>]*>[^<]|\son\w+=|\sstyle=", answer.text)


def test_the_page_weighs_under_100_kb_compressed(visit: Visit) -> None:
    weights: dict[str, int] = {}
    visitor = visit()

    def weigh(response: object) -> None:
        path = urlsplit(response.url).path  # type: ignore[attr-defined]
        weights[path] = len(gzip.compress(response.body()))  # type: ignore[attr-defined]

    visitor.page.on(
        "response", lambda response: weigh(response) if response.url.startswith(visitor.url) else None
    )
    visitor.open().page.locator("form").wait_for()
    wait_until(lambda: "/static/chat.js" in weights, what="the script")
    assert sum(weights.values()) < 100_000
    assert all(path == "/" or (Path("web") / path.lstrip("/")).is_file() for path in weights)
