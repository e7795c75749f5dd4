"""From subjects by name to a chosen timetable, with the real catalogue, search and processes."""

import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from registration.assistant import Assistant
from registration.cache import StateStore
from registration.dialogue.wording import Wording
from registration.messaging.messages import ChatMessage, ClassPreference, Notification
from registration.offering import Offering
from registration.planning import CurrentCatalogue, Planner
from registration.preferences.questionnaire import class_registration
from registration.preferences.subjects import understander
from registration.preferences.wordings import DEFAULT_LANGUAGE, naming_subjects, texts_by_language
from registration.service import MessageQueueService
from registration.settings import RedisSettings
from registration.signed_links import SignedLinks
from registration.testing.driver import Driver
from registration.testing.fakes import FakePublisher

CATALOGUE = Path("registration/timetable/sample/sample.json")


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
async def student(redis_settings: RedisSettings, publisher: FakePublisher) -> AsyncIterator[Driver]:
    catalogue = CurrentCatalogue(CATALOGUE)
    questionnaire = class_registration(understander(catalogue.subjects))
    store, planner = StateStore(redis_settings), Planner(CATALOGUE)
    wordings = {
        language: Wording(naming_subjects(texts, partial(catalogue.titles, language)), questionnaire, "1")
        for language, texts in texts_by_language().items()
    }
    service = MessageQueueService(store, publisher, questionnaire)
    links = SignedLinks("https://register.example.org", "a secret of this test, long enough to sign with")
    yield Driver(
        Assistant(store, service, questionnaire, wordings, DEFAULT_LANGUAGE),
        Offering(service, planner, wordings, DEFAULT_LANGUAGE, links),
    )
    planner.close()
    await store.close()


async def to_the_offer(student: Driver, subjects: str) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    assert student.asked == "subjects"
    for text in (subjects, "sáng", "có", "tránh thứ 7", "không", "có", "không", "đúng rồi"):
        await student.say(text)


async def test_four_subjects_by_name_give_three_timetables_and_one_is_chosen(
    student: Driver, publisher: FakePublisher
) -> None:
    await to_the_offer(student, "cơ sở dữ liệu, mạng máy tính, xác suất thống kê và MI1111")
    assert sorted(student.slots["subjects"]) == ["IT3080", "IT3090", "MI1111", "MI2020"]
    assert student.asked == "choice"
    pictures = [reply["image"] for reply in student.replies if reply["image"]]
    assert len(pictures) == 3
    assert all(address.startswith("https://register.example.org/timetables/") for address in pictures)
    assert len(student.slots["offered"]) == 3
    second = student.slots["offered"][1]

    said = await student.say("lịch 2")
    assert "Đã ghi lịch bạn chọn" in said[0]
    assert student.slots["step"] == "chosen"
    complete, chosen = publisher.of(ClassPreference)
    assert (complete.step, chosen.step) == ("complete", "chosen")
    assert chosen.preferences == {**complete.preferences, "chosen_class_ids": second}
    [notification] = publisher.of(Notification)
    assert notification.metadata["class_ids"] == second


async def test_the_turn_with_the_offer_is_one_chat_message_with_all_that_was_said(
    student: Driver, publisher: FakePublisher
) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    chats = publisher.of(ChatMessage)
    assert len(chats) == 9
    assert "Đã xác nhận" in chats[-1].response
    assert "Bạn chọn lịch nào?" in chats[-1].response
    assert [bool(reply.get("image")) for reply in chats[-1].metadata["replies"]].count(True) == 3


async def test_a_name_of_two_subjects_is_asked_for_with_buttons(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    said = await student.say("giải tích 1, cơ sở dữ liệu")
    assert "Ý bạn là môn nào" in said[0]
    assert student.asked == "subjects"
    buttons = {button["title"]: button["payload"] for button in student.replies[-1]["buttons"]}
    assert list(buttons) == ["MI1111 Giải tích I", "MI1114 Giải tích I"]
    await student.say(buttons["MI1114 Giải tích I"])
    assert student.slots["subjects"] == ["IT3090", "MI1114"]
    assert student.asked == "time_period"


async def test_a_name_of_two_subjects_alone_is_not_called_unknown(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    said = await student.say("giải tích 1")
    assert said[0] == "Ý bạn là môn nào dưới đây?"
    assert "chưa nhận ra" not in said[1]
    assert len(student.replies[-1]["buttons"]) == 2


async def test_subjects_are_changed_at_the_summary_by_their_names(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    for text in ("databases and computer networks", "sáng", "có", "tránh thứ 7", "không", "có", "không"):
        await student.say(text)
    assert student.asked == "confirm"
    await student.say("I do not want computer networks")
    assert (student.asked, student.slots["subjects"]) == ("confirm", ["IT3090"])
    said = await student.say("add calculus 1")
    assert said[0] == "Which of these subjects do you mean?"
    buttons = {button["title"]: button["payload"] for button in student.replies[-1]["buttons"]}
    await student.say(buttons["MI1114 Calculus I"])
    assert (student.asked, student.slots["subjects"]) == ("confirm", ["IT3090", "MI1114"])
    await student.say("đổi giải tích 1 sang xác suất thống kê")
    assert (student.asked, student.slots["subjects"]) == ("confirm", ["IT3090", "MI2020"])


async def test_an_unknown_subject_is_said_plainly(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    said = await student.say("hóa học lượng tử")
    assert "hóa học lượng tử" in said[0]
    assert student.asked == "subjects"
    assert student.slots.get("subjects") is None


async def test_what_is_unknown_beside_known_subjects_is_said_plainly(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    said = await student.say("giải tích II, tin học đại cương, IT9999")
    assert [part for part in ("MI1124", "tin học đại cương", "IT9999") if part not in said[0]] == []
    assert (student.asked, student.slots["subjects"]) == ("subjects", ["MI1124"])
    said = await student.say("IT9999 và IT3090")
    assert "IT9999" in said[0]
    assert (student.asked, student.slots["subjects"]) == ("time_period", ["MI1124", "IT3090"])


async def test_a_forged_choice_is_refused_and_offered_again(
    student: Driver, publisher: FakePublisher
) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    await student.say('/inform{"chosen_class_ids": ["1", "2"]}')
    assert student.slots["step"] == "complete"
    assert student.asked == "choice"
    assert len(publisher.of(ClassPreference)) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [("I want the second timetable", 1), ("lịch thứ hai", 1), ("the last one", 2)],
)
async def test_an_ordinal_picks_a_timetable_whatever_the_model_took_it_for(
    student: Driver, text: str, place: int
) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    offered = student.slots["offered"]
    await student.say(text, "class_registration_suggestion")
    assert student.slots["chosen_class_ids"] == offered[place]
    assert student.slots.get("prefer_days") is None


async def test_a_timetable_that_is_not_offered_is_told_as_such(student: Driver) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    said = await student.say("cái thứ bảy", "out_of_scope")
    assert said[0] == "Lịch đó không có trong danh sách."
    assert (student.asked, student.slots["step"]) == ("choice", "complete")


@pytest.mark.parametrize("text", ["I want a timetable", "đăng ký lớp", "/class_registration_suggestion"])
async def test_asking_to_register_at_the_choice_wipes_nothing(student: Driver, text: str) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    before = dict(student.slots)
    await student.say(text, "class_registration_suggestion")
    kept = ("subjects", "time_period", "avoid_days", "step", "offered")
    assert {key: student.slots[key] for key in kept} == {key: before[key] for key in kept}
    assert student.asked == "choice"
    assert len(student.replies[-1]["buttons"]) == 3


@pytest.mark.parametrize("text", ["what have I chosen", "em đã chọn gì"])
async def test_after_the_choice_the_summary_names_it_once_and_asks_nothing(
    student: Driver, text: str
) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    await student.say("2")
    chosen = ", ".join(student.slots["chosen_class_ids"])
    (said,) = await student.say(text, "ask_summary")
    assert said.count("IT3090") == 1
    assert ("IT3090 Cơ sở dữ liệu" if text.startswith("em") else "IT3090 Database") in said
    assert said.endswith(chosen)
    assert (student.asked, student.slots["step"]) == (None, "chosen")


async def test_a_day_at_the_choice_is_still_a_day(student: Driver) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    await student.say("thứ hai")
    assert student.slots["prefer_days"] == ["Monday"]


async def test_what_if_is_answered_without_changing_anything(
    student: Driver, publisher: FakePublisher
) -> None:
    await to_the_offer(student, "IT3090, IT3080 và MI2020")
    before = dict(student.slots)
    said = await student.say("nếu học buổi chiều thì sao")
    assert "Nếu vậy thì lịch tốt nhất là" in said[0]
    assert student.asked == "choice"
    assert {key: student.slots[key] for key in ("time_period", "step", "offered")} == {
        key: before[key] for key in ("time_period", "step", "offered")
    }
    first, *choices = student.replies[-1]["buttons"]
    assert [button["title"] for button in choices] == ["Chọn lịch 1", "Chọn lịch 2", "Chọn lịch 3"]
    await student.say(first["payload"])
    assert (student.slots["time_period"], student.slots["step"]) == ("afternoon", "in_progress")


async def test_what_a_wish_costs_is_told_when_it_is_dropped_for_once(student: Driver) -> None:
    await to_the_offer(student, "IT3090, IT3080 và MI2020")
    assert student.slots["avoid_days"] == ["Saturday"]
    for text, wish in (
        ("nếu bỏ tránh thứ 7 thì sao", "Bỏ “tránh thứ 7”"),
        ("what if I drop Saturday?", "Without “"),
    ):
        said = await student.say(text)
        assert said[0].startswith(wish)
        assert student.slots["avoid_days"] == ["Saturday"]


async def test_none_of_the_timetables_asks_what_to_change(student: Driver) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    for text in ("sửa lại", "em không thích cái nào"):
        said = await student.say(text)
        assert said[0].startswith("Bạn muốn sửa gì?")
        assert (student.asked, student.slots["step"]) == ("choice", "complete")


async def test_why_is_answered_and_the_choice_still_waits(student: Driver) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    said = await student.say("tại sao lại là lịch này")
    assert "mất ít điểm nhất" in said[0]
    assert [button["title"] for button in student.replies[-1]["buttons"]] == [
        "Chọn lịch 1",
        "Chọn lịch 2",
        "Chọn lịch 3",
    ]


async def test_a_change_instead_of_a_choice_comes_back_to_the_summary(student: Driver) -> None:
    await to_the_offer(student, "IT3090 và MI2020")
    await student.say("đổi sang buổi chiều")
    assert student.asked in ("avoid_late_end", "confirm")
    assert student.slots["step"] == "in_progress"


async def test_where_no_timetable_exists_what_could_be_given_up_is_offered(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    for text in (
        "IT3090 và MI2020",
        "sáng",
        "có",
        "tránh thứ 7",
        "không",
        "có",
        "từ 6h đến 6h30",
        "đúng rồi",
    ):
        await student.say(text)
    assert student.slots["specific_times"] == {"start": "06:00", "end": "06:30"}
    assert "Không xếp được" in student.replies[-1]["text"]
    [button] = student.replies[-1]["buttons"]
    assert button["title"].startswith("Bỏ: ")
    await student.say(button["payload"])
    assert student.asked == "confirm"
    await student.say("đúng rồi")
    assert len(student.slots["offered"]) == 3


async def test_skipping_the_subjects_ends_without_timetables(student: Driver) -> None:
    await to_the_offer(student, "bỏ qua")
    assert student.slots["subjects"] == []
    assert student.slots["step"] == "complete"
    assert student.asked is None


def test_subjects_are_called_as_the_catalogue_calls_them_now(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(CATALOGUE.read_text())
    current = CurrentCatalogue(path)
    assert current.titles("vi")["IT3090"] == "IT3090 Cơ sở dữ liệu"
    assert current.titles("en")["IT3090"] == "IT3090 Database"
    path.write_text(CATALOGUE.read_text().replace("Cơ sở dữ liệu", "Dữ liệu"))
    os.utime(path, (1, 1))
    assert current.titles("vi")["IT3090"] == "IT3090 Dữ liệu"


def test_a_catalogue_that_became_unreadable_leaves_the_last_good_one(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(CATALOGUE.read_text())
    current = CurrentCatalogue(path)
    path.write_text("no catalogue")
    assert current.get().subject("IT3090") is not None
