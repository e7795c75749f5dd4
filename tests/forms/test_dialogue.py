"""The dormitory's dialogue, driven through its actions with fakes at our own seams."""

from types import ModuleType

import pytest

from registration import ChatMessage
from registration.testing.driver import Driver
from registration.testing.fakes import FakePublisher, FakeStore

BEGIN = ("xin chào", "begin")


async def to(student: Driver, question: str) -> None:
    """Answer until this question waits."""
    answers = {
        "building": "tòa Nam",
        "floor": "3",
        "roommates": "Trần Thu Hà",
        "shares": "bếp và tủ lạnh",
        "is_smoker": "không",
        "quiet_hours": "từ 22h đến 6h",
        "budget": "1,5 triệu",
        "room": "b 204",
    }
    await student.say(*BEGIN)
    while student.asked != question:
        assert student.asked is not None
        await student.say(answers[student.asked])


async def test_a_whole_dialogue_ends_in_one_message_of_its_own_type(
    student: Driver, publisher: FakePublisher, dormitory: ModuleType
) -> None:
    await to(student, "confirm")
    assert "Ở cùng: Trần Thu Hà" in student.replies[-1]["text"]
    assert "Tối đa 1,500,000 đ mỗi tháng" in student.replies[-1]["text"]
    await student.press("Đúng rồi")
    (request,) = publisher.of(dormitory.RoomRequest)
    assert request.building == "south"
    assert request.floor == 3
    assert request.roommates == ["1002"]
    assert request.shares == ["kitchen", "fridge"]
    assert request.is_smoker is False
    assert request.quiet_hours == {"start": "22:00", "end": "06:00"}
    assert request.budget == 1_500_000
    assert request.room == "B204"
    assert len(publisher.of(ChatMessage)) == 10


async def test_every_question_can_be_skipped(
    student: Driver, publisher: FakePublisher, dormitory: ModuleType
) -> None:
    await student.say(*BEGIN)
    while student.asked != "confirm":
        await student.say("bỏ qua")
    await student.say("đúng rồi")
    (request,) = publisher.of(dormitory.RoomRequest)
    assert (request.building, request.roommates, request.floor, request.budget) == ("any", [], None, None)


async def test_a_question_whose_condition_does_not_hold_is_left_out_and_its_answer_goes(
    student: Driver,
) -> None:
    await to(student, "roommates")
    assert student.slots["floor"] == 3
    await student.say("à nhầm, nhà vườn cơ")
    assert student.slots["building"] == "garden"
    assert student.slots["floor"] is None
    assert student.asked == "roommates"


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("building", "south", "south"),
        ("building", "the old building please", "north"),
        ("building", "toa nam a", "south"),
        ("building", "2", "south"),
        ("building", "nhà vưởn", "garden"),
        ("building", "not north, the garden house", "garden"),
        ("building", "sao cũng được", "any"),
        ("floor", "level 4", 4),
        ("floor", "tầng 5 nhé", 5),
        ("roommates", "1001, 1003", ["1001", "1003"]),
        ("roommates", "le quang huy", ["1003"]),
        ("roommates", "no", []),
        ("shares", "desk and kitchen", ["kitchen", "desk"]),
        ("shares", "không", []),
        ("is_smoker", "I smoke", True),
        ("is_smoker", "nope", False),
        ("is_smoker", "3", "any"),
        ("quiet_hours", "10pm - 6am", {"start": "22:00", "end": "06:00"}),
        ("quiet_hours", "23:30 to 7", {"start": "23:30", "end": "07:00"}),
        ("budget", "800k", 800_000),
        ("budget", "1.200.000", 1_200_000),
        ("room", "không", "any"),
    ],
)
async def test_each_type_reads_its_answers(student: Driver, question: str, text: str, value: object) -> None:
    await to(student, question)
    await student.say(text)
    assert student.slots[question] == value


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("building", "north or south"),
        ("building", "not north"),
        ("building", "7"),
        ("floor", "12"),
        ("floor", "3 or 4"),
        ("roommates", "Nobody Known"),
        ("quiet_hours", "25:00 - 6:00"),
        ("budget", "1tr5"),
        ("budget", "10 đồng"),
        ("room", "the best one"),
        ("floor", "x" * 2_000),
    ],
)
async def test_what_is_not_understood_is_asked_again_and_never_stored(
    student: Driver, question: str, text: str
) -> None:
    await to(student, question)
    await student.say(text)
    assert student.slots.get(question) is None
    assert student.asked == question


async def test_answers_ahead_of_their_question_are_taken_and_told(student: Driver) -> None:
    await student.say(*BEGIN)
    said = await student.say("South building, level 4, budget 2 million, with Nguyễn Minh Anh")
    assert student.slots["floor"] == 4
    assert student.slots["budget"] == 2_000_000
    assert student.slots["roommates"] == ["1001"]
    assert student.asked == "shares"
    assert "4" in said[0]


@pytest.mark.parametrize(("text", "button"), [("hello north", "Kitchen"), ("tòa Bắc", "Bếp")])
async def test_it_answers_in_the_language_that_it_is_spoken_to(
    student: Driver, text: str, button: str
) -> None:
    await student.say(*BEGIN)
    for answer in (text, "3", "1001"):
        await student.say(answer)
    assert student.replies[-1]["buttons"][0]["title"] == button


async def test_one_word_in_nonsense_does_not_change_the_language(student: Driver) -> None:
    await student.say(*BEGIN)
    await student.say("qwertz the asdf", "nlu_fallback")
    await student.say("qwertz old asdf", "nlu_fallback")
    assert student.slots["language"] == "vi"
    await student.say("the old building please", "nlu_fallback")
    assert student.slots["language"] == "en"


async def test_the_dialogue_goes_on_while_the_store_is_away(student: Driver, store: FakeStore) -> None:
    await student.say(*BEGIN)
    await student.say("tòa Nam")
    store.is_away = True
    await student.say("3")
    store.is_away = False
    await student.say("không")
    assert store.states["1"].preferences == {"building": "south", "floor": 3, "roommates": []}


async def test_a_forged_button_is_refused(student: Driver) -> None:
    await student.say(*BEGIN)
    await student.say('/inform{"building": "castle"}')
    assert student.slots.get("building") is None


async def test_back_undo_and_cancel(student: Driver) -> None:
    await to(student, "roommates")
    await student.say("quay lại")
    assert student.asked == "floor"
    await student.say("4")
    await student.say("hoàn tác")
    assert student.slots["floor"] == 3
    await student.say("hủy")
    assert student.slots["building"] is None
