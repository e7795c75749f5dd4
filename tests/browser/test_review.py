"""The review in a real browser: signing in, looking, marking, by mouse and by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from registration.storage.following import Follower
from registration.storage.writer import Writer
from registration.testing.browser import DESKTOP, PHONE
from tests.browser.accessibility import serious_findings
from tests.review.serving import PASSWORD, ReviewServer
from tests.review.turns import dialogue, turn

EVIL = "<script>document.title='stolen'</script><img src=x onerror=\"document.title='stolen'\">"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewServer]:
    url = f"sqlite:///{tmp_path_factory.mktemp('review') / 'registration.db'}"
    writer = Writer.to(url)
    replies = [{"text": EVIL, "buttons": [{"title": EVIL, "payload": "/inform"}], "image": EVIL}]
    evil = turn(
        8,
        60,
        message=EVIL,
        intent=EVIL,
        entities=[{"entity": EVIL, "value": EVIL}],
        replies=replies,
        preferences={EVIL: EVIL},
        language=EVIL,
        understood=False,
    )
    many = [turn(9, minute, session=f"{minute}") for minute in range(60)]
    writer.store([*many, *dialogue(7, ["sáng thứ hai", "không"]), evil])
    follower = Follower(writer.engine)
    while follower.step():
        pass
    writer.close()
    with ReviewServer(url) as server:
        yield server


@pytest.fixture
def review(window: Page, server: ReviewServer) -> Page:
    """A window of a reviewer who has signed in."""
    window.goto(f"{server.url}/review/")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("heading", name="Conversations")).to_be_visible()
    return window


def test_a_reviewer_finds_a_conversation_and_corrects_a_turn(review: Page) -> None:
    review.get_by_label("The student wrote").fill("SANG hai")
    review.get_by_role("button", name="Show").click()
    review.get_by_role("link", name=re.compile("student 7")).click()
    turn_one = review.locator(".turn").first
    expect(turn_one).to_contain_text("sáng thứ hai")
    expect(turn_one).to_contain_text("Bạn muốn học buổi nào?")
    expect(turn_one).to_contain_text("90.0 %")

    turn_one.get_by_text("Right or wrong?").click()
    turn_one.get_by_label("wrong", exact=True).check()
    turn_one.get_by_label("If wrong, the right intent").fill("class_registration_suggestion")
    turn_one.get_by_label("Note").fill("nói buổi và ngày")
    turn_one.get_by_role("button", name="Save").click()
    expect(review.locator(".turn").first).to_contain_text("marked wrong")

    with review.expect_download() as download:
        review.get_by_role("link", name="Corrections (YAML)").click()
    exported = download.value.path().read_text(encoding="utf-8")
    assert "- intent: class_registration_suggestion\n  examples: |\n    - sáng thứ hai\n" in exported


def test_older_conversations_are_a_page_away(review: Page) -> None:
    first = review.locator(".conversations li").all_inner_texts()
    review.get_by_role("link", name="Older").click()
    expect(review.get_by_role("link", name="Newest")).to_be_visible()
    second = review.locator(".conversations li a")
    assert (len(first), second.count()) == (50, 12)


def test_stored_script_is_shown_as_text_and_never_runs(review: Page) -> None:
    review.get_by_label("something not understood").check()
    review.get_by_role("button", name="Show").click()
    review.locator(".conversations a").first.click()
    expect(review.locator(".bubble.student")).to_contain_text("<script>")
    assert review.locator("main img, main script").count() == 0
    assert "stolen" not in review.title()
    for path in ("/review/?student_id=8", "/review/overview?days=365"):
        review.goto(re.sub(r"/review/.*", path, review.url))
        assert "stolen" not in review.title()


def test_everything_can_be_done_by_keyboard(window: Page, server: ReviewServer) -> None:
    window.goto(f"{server.url}/review/?student_id=7")
    expect(window.locator("input[type=password]")).to_be_focused()  # without a click
    window.keyboard.type(PASSWORD)
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Conversations")).to_be_visible()
    window.goto(f"{server.url}/review/?student_id=7")
    tab_to(window, ".conversations a")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", level=1)).to_contain_text("Conversation")
    tab_to(window, "#description > summary")
    window.keyboard.press("Enter")
    tab_to(window, "#tags")
    window.keyboard.type("bàn phím")
    window.keyboard.press("Enter")
    expect(window.get_by_label("Tags, with commas between")).to_have_value("bàn phím")


def tab_to(window: Page, selector: str) -> None:
    """Presses Tab until the element has the focus, which must then be seen."""
    for _ in range(60):
        window.keyboard.press("Tab")
        if window.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert window.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(review: Page, server: ReviewServer, scheme: str) -> None:
    review.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    findings = {}
    for path in ("", "?text=nowhere", "overview?days=365", "conversations/61", "conversations/62"):
        review.goto(f"{server.url}/review/{path}")
        review.evaluate("document.querySelectorAll('details').forEach(closed => closed.open = true)")
        findings[path] = serious_findings(review)
    review.get_by_role("button", name="Sign out").click()
    findings["login"] = serious_findings(review)
    assert findings == {path: [] for path in findings}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_is_wider_than_its_window(review: Page, server: ReviewServer, size: dict[str, int]) -> None:
    review.set_viewport_size(size)  # type: ignore[arg-type]
    for path in ("", "overview?days=365", "conversations/61", "conversations/62"):
        review.goto(f"{server.url}/review/{path}")
        assert review.evaluate("document.documentElement.scrollWidth") <= size["width"], path


def test_a_wrong_password_is_told_and_nothing_else_is_shown(window: Page, server: ReviewServer) -> None:
    window.goto(f"{server.url}/review/conversations/61")
    window.get_by_label("Password").fill("wrong password")
    with window.expect_response("**/login"):
        window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("alert")).to_have_text("That is not the password.")
    assert "sáng" not in window.content()
