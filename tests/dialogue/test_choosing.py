"""Which of three timetables a short answer picks."""

import unicodedata

import pytest

from registration.dialogue.choosing import chosen_place

PLACES = {
    1: """
        first, the first one, 1st, the 1st one, option one, one, cái đầu tiên, chọn cái đầu tiên, đầu tiên,
        cai dau tien, cái đầu, thứ nhất, lịch thứ nhất, cái 1, lấy lịch số 1 nhé, 1, em chọn phương án 1 ạ,
        Choose no. 1
    """,
    2: """
        I want the second timetable, the second one, second, cái thứ 2, cái thứ hai, lịch thứ hai, cai thu
        2, lich thu hai, the 2nd, the 2nd option please, phương án hai, option two, I'd like the second one,
        2, option 2, timetable 2, number 2, lịch 2, số 2, lịch số 2, thời khóa biểu 2, #2, 2., chọn lịch 2,
        em muốn học lịch thứ 2, đăng ký lịch thứ hai, lịch thứ hai ổn đấy, Let’s go with number two, hai,
        CÁI THỨ HAI, Chọn lịch 2
    """,
    3: """
        I take the third, third, the 3rd, cái thứ ba, lịch thứ 3, phương án ba, the last one, last, the
        final option, cái cuối, cái cuối cùng, cuối cùng, lịch cuối cùng nhé, cai cuoi, 3, ba, three, option
        three
    """,
    7: "7, lịch 7, cái thứ bảy, the 7th one, option 7, chọn lịch thứ 7",
    4: "the fourth one, option four, cái thứ tư",
    12: "option 12, 12",
    0: "0, lịch 0",
}  # fmt: skip


def listed(texts: str) -> list[str]:
    return [text.strip() for text in texts.split(",")]


@pytest.mark.parametrize(("place", "texts"), PLACES.items())
def test_a_short_answer_names_a_place_be_it_offered_or_not(place: int, texts: str) -> None:
    assert [text for text in listed(texts) if chosen_place(text, offered=3) != place] == []


def test_the_unicode_form_makes_no_difference() -> None:
    for text in listed(PLACES[2]):
        assert chosen_place(unicodedata.normalize("NFD", text), offered=3) == 2


def test_the_last_is_the_last_that_is_offered() -> None:
    assert [chosen_place("the last one", offered) for offered in (1, 2, 3)] == [1, 2, 3]


NO_CHOICE = """
    thứ hai, thứ 2, học thứ 2, hoc thu hai, chọn thứ 2, lịch học thứ 2, tối 2, cuối tuần, lịch cuối tuần,
    cười, đau, năm, Nam, chọn một, choose one, pick two, no second one, not the first one, wait a second,
    không phải lịch 2, lịch 2?, lịch 2 và 3, 1 2, thầy Ba, first question, 8h, 153284, ok, có
"""


@pytest.mark.parametrize("text", listed(NO_CHOICE))
def test_what_may_mean_something_else_picks_nothing(text: str) -> None:
    assert chosen_place(text, offered=3) is None


def test_what_is_long_is_no_short_answer() -> None:
    assert chosen_place("please " * 30 + "2", offered=3) is None
    assert chosen_place("choice " * 11 + "x", offered=3) is None
