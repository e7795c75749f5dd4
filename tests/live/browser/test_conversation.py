"""Whole conversations in a real browser, with a real Rasa."""

from collections.abc import Callable

from registration.testing.waiting import wait_until
from tests.live.browser.visitor import Visitor
from tests.live.conftest import LiveBot

Visit = Callable[..., Visitor]


def test_a_conversation_in_vietnamese_by_buttons(visit: Visit, page_bot: LiveBot) -> None:
    visitor = visit().sign_in(6901)
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    visitor.press("Buổi sáng", "tránh tiết đầu")
    visitor.press("Có", "ngày nào trong tuần")
    page = visitor.page
    page.get_by_role("button", name="Thứ 2").click()
    for state in ("Thứ 7", "Thứ 7: muốn học"):
        page.get_by_role("button", name=state, exact=True).click()
    visitor.press("Gửi các ngày đã chọn", "liền nhau")
    visitor.press("Không", "dồn lịch")
    visitor.press("Sao cũng được", "yêu cầu riêng")
    visitor.press("Không có", "Muốn học thứ 2")
    visitor.press("Đúng rồi", "Đã xác nhận")
    assert "Bạn: Muốn học: Thứ 2; Tránh: Thứ 7" in visitor.transcript()
    [row] = wait_until(
        lambda: page_bot.rows("SELECT preferences FROM class_preference_logs WHERE student_id = 6901"),
        timeout=20,
        what="the confirmed preferences",
    )
    assert '"avoid_days":["Saturday"]' in str(row["preferences"])


def test_a_conversation_in_english_by_typing_with_a_reload_in_the_middle(visit: Visit) -> None:
    visitor = visit().sign_in()
    visitor.page.get_by_role("button", name="English").click()
    visitor.press("Register for classes", "When would you like your classes?")
    visitor.say("afternoon", "avoid finishing late")
    visitor.say("no", "Which days")
    before = visitor.transcript()
    visitor.page.reload()
    visitor.hears("Which days")
    assert [line.split(": ", 1)[1] for line in visitor.transcript()] == [
        line.split(": ", 1)[1] for line in before
    ]
    visitor.say("Monday and Wednesday", "back to back")
    visitor.say("yes", "as few days as possible")
    visitor.say("skip", "Any teacher, class id or hours")
    visitor.say("no", "This is what I have")
    visitor.say("yes", "Confirmed")


def test_rasa_restarted_in_the_middle_loses_and_doubles_nothing(visit: Visit, page_bot: LiveBot) -> None:
    visitor = visit().sign_in()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    page_bot.rasa.kill()
    visitor.page.locator(".status", has_text="Mất kết nối").wait_for()
    visitor.page.locator("textarea").fill("buổi chiều")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".typing:not(:empty)").wait_for(state="attached")
    page_bot.rasa.start()
    visitor.hears("tan học muộn")
    visitor.say("không", "ngày nào trong tuần")
    transcript = visitor.transcript()
    assert transcript.count("Bạn: buổi chiều") == 1
    assert sum("tan học muộn không?" in line for line in transcript) == 1


def test_a_reply_made_while_the_network_was_away_comes_once(visit: Visit) -> None:
    visitor = visit().sign_in()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    visitor.page.context.set_offline(True)
    visitor.page.locator("textarea").fill("buổi sáng")
    visitor.page.keyboard.press("Enter")
    visitor.page.context.set_offline(False)
    visitor.hears("tránh tiết đầu")
    transcript = visitor.transcript()
    assert transcript.count("Bạn: buổi sáng") == 1
    assert sum("tránh tiết đầu" in line for line in transcript) == 1


def test_two_students_never_see_each_other_and_two_tabs_of_one_see_the_same(visit: Visit) -> None:
    one, other, tab = visit().sign_in(6911), visit().sign_in(6912), visit().sign_in(6911)
    one.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    other.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    one.say("buổi tối", "tan học muộn")
    other.say("buổi sáng", "tránh tiết đầu")
    tab.hears("tan học muộn")
    assert tab.transcript() == one.transcript()
    assert not any("tối" in line and line.startswith("Bạn") for line in other.transcript())
    assert not any("tiết đầu" in line for line in one.transcript())


def test_another_student_in_the_same_tab_begins_with_an_empty_page(visit: Visit) -> None:
    visitor = visit().sign_in()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    visitor.page.evaluate("sessionStorage.removeItem('registration-chat-token')")
    visitor.sign_in()
    assert visitor.transcript() == []


def test_starting_over_and_switching_the_language(visit: Visit) -> None:
    visitor = visit().sign_in()
    visitor.press("Đăng ký lớp", "Bạn muốn học buổi nào?")
    visitor.press("Buổi tối", "tan học muộn")
    visitor.press("Bắt đầu lại", "Bạn muốn học buổi nào?")
    visitor.page.get_by_role("button", name="English").click()
    assert visitor.page.get_by_role("button", name="Start over").is_visible()
    assert visitor.transcript()[0].startswith("You: ")
