"""The actions, turn by turn: slots mirror Redis, outages are survived, each turn is logged once."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from registration.assistant import Assistant
from registration.cache import StateStore, Store
from registration.cache.pipelining import Meanwhile
from registration.cache.state_store import Change
from registration.dialogue.state import IN_PROGRESS, NOTHING, State
from registration.dialogue.wording import Wording
from registration.errors import CacheUnavailable
from registration.messaging.messages import ChatMessage, ClassPreference, Message
from registration.metrics.names.publishing import ACTION_SECONDS
from registration.preferences.questionnaire import class_registration
from registration.preferences.wordings import DEFAULT_LANGUAGE, texts_by_language
from registration.service import MessageQueueService, utc_now
from registration.settings import RedisSettings, get_settings
from registration.testing.driver import Driver
from registration.testing.fakes import FakePublisher, FakeStore
from registration.testing.redis_server import RedisServer


def make_assistant(settings: RedisSettings, publisher: FakePublisher) -> tuple[Assistant, StateStore]:
    store = StateStore(settings)
    return assistant_on(store, publisher), store


def assistant_on(store: Store, publisher: FakePublisher) -> Assistant:
    questionnaire = class_registration()
    wordings = {
        language: Wording(texts, questionnaire, "1") for language, texts in texts_by_language().items()
    }
    service = MessageQueueService(store, publisher, questionnaire)
    return Assistant(store, service, questionnaire, wordings, DEFAULT_LANGUAGE)


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
async def assistant(redis_settings: RedisSettings, publisher: FakePublisher) -> AsyncIterator[Assistant]:
    assistant, store = make_assistant(redis_settings, publisher)
    yield assistant
    await store.close()


@pytest.fixture
def student(assistant: Assistant) -> Driver:
    return Driver(assistant)


@pytest.fixture
def client(redis_settings: RedisSettings) -> redis.Redis:
    return redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db)


async def to_the_summary(student: Driver) -> None:
    for text in ("đăng ký lớp", "sáng", "có", "tránh thứ 7", "không", "có", "không"):
        await student.say(text, "class_registration_suggestion" if text == "đăng ký lớp" else "inform")
    assert student.asked == "confirm"


async def test_slots_mirror_redis_after_every_turn(student: Driver, client: redis.Redis) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    for text in ("sáng", "có", "tránh thứ 7", "không", "có", "không", "đúng rồi"):
        await student.say(text)
        state = json.loads(client.get("class_preferences:1"))
        mirrored = {key: student.slots.get(key) for key in state}
        assert mirrored == state, text


async def test_a_whole_dialogue_is_one_chat_message_a_turn_and_one_preference(
    student: Driver, publisher: FakePublisher
) -> None:
    await to_the_summary(student)
    await student.say("cảm ơn", "thanks")
    await student.say("đúng rồi")
    chats = publisher.of(ChatMessage)
    assert len(chats) == 9
    assert [chat.message for chat in chats[-2:]] == ["cảm ơn", "đúng rồi"]
    assert chats[-2].response.startswith("Không có gì")
    assert "Mình ghi lại nhé" in chats[-2].response
    assert [reply["text"] for reply in chats[-2].metadata["replies"]] == chats[-2].response.split("\n", 1)
    [confirmed] = publisher.of(ClassPreference)
    assert confirmed.preferences == chats[-1].metadata["preferences"]


async def test_at_the_confirmation_the_summary_is_told_once(student: Driver) -> None:
    await to_the_summary(student)
    said = await student.say("em đã chọn gì", "ask_summary")
    assert "\n".join(said).count("Học buổi sáng") == 1
    assert "Đúng chưa bạn?" in said[-1]


async def test_a_repeated_turn_is_not_a_second_row(student: Driver, publisher: FakePublisher) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion", message_id="m1")
    await student.say("đăng ký lớp", "class_registration_suggestion", message_id="m1")
    assert len(publisher.of(ChatMessage)) == 1


async def test_a_doubled_confirmation_is_not_a_second_row(student: Driver, publisher: FakePublisher) -> None:
    await to_the_summary(student)
    before = (dict(student.slots), student.active)
    await student.say("đúng rồi", message_id="m2")
    student.slots, student.active = before
    await student.say("đúng rồi", message_id="m2")
    assert len(publisher.of(ClassPreference)) == 1


async def test_a_turn_that_is_not_understood_says_so_in_its_row(
    student: Driver, publisher: FakePublisher
) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("qwertz asdf", "nlu_fallback")
    chat = publisher.of(ChatMessage)[-1]
    assert chat.metadata["understood"] is False
    assert student.asked == "time_period"


async def test_an_answer_ahead_that_the_model_took_for_small_talk_is_taken(
    student: Driver, publisher: FakePublisher
) -> None:
    await student.say("tránh thứ 7 giúp em", "out_of_scope", 0.5)
    assert student.slots["avoid_days"] == ["Saturday"]
    assert student.asked == "time_period"
    assert len(publisher.of(ChatMessage)) == 1


async def test_redis_emptied_in_the_middle_the_slots_carry_on_and_write_back(
    student: Driver, client: redis.Redis
) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("sáng")
    client.flushdb()
    await student.say("có")
    state = json.loads(client.get("class_preferences:1"))
    assert (state["time_period"], state["avoid_early_start"]) == ("morning", True)


async def test_rasa_restarted_in_the_middle_redis_fills_the_slots_and_the_answer_is_taken(
    student: Driver, assistant: Assistant
) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("sáng")
    again = Driver(assistant)
    await again.start_session()
    assert again.slots["time_period"] == "morning"
    await again.say("có")
    assert again.slots["avoid_early_start"] is True
    assert again.asked == "days"


async def test_resuming_asks_the_pending_question_with_what_is_known(
    student: Driver, assistant: Assistant
) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("sáng")
    again = Driver(assistant)
    await again.start_session()
    said = await again.say("đăng ký lớp", "class_registration_suggestion")
    assert "Học buổi sáng" in said[0]
    assert again.asked == "avoid_early_start"


async def test_a_new_session_after_the_completion_starts_empty(
    student: Driver, assistant: Assistant, client: redis.Redis
) -> None:
    await to_the_summary(student)
    await student.say("đúng rồi")
    again = Driver(assistant, slots=dict(student.slots))
    await again.start_session()
    assert "time_period" not in again.slots
    assert client.get("class_preferences:1") is None


async def test_what_was_confirmed_is_published_before_a_new_session_forgets_it(
    publisher: FakePublisher,
) -> None:
    """The turn that confirmed it was cancelled when Redis had kept it, as Sanic does when Rasa has gone."""

    class Slow(FakeStore):
        async def update(
            self, key: str, change: Change, mirror: State = NOTHING, meanwhile: Meanwhile | None = None
        ) -> State:
            state = await super().update(key, change, mirror, meanwhile)
            if state.is_complete:
                kept.set()
                await asyncio.Event().wait()
            return state

    kept = asyncio.Event()
    store = Slow()
    student = Driver(assistant_on(store, publisher))
    await to_the_summary(student)
    turn = asyncio.create_task(student.say("đúng rồi"))
    await kept.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert publisher.of(ClassPreference) == []

    again = Driver(assistant_on(FakeStore(store.states), publisher))
    await again.start_session()
    [preference] = publisher.of(ClassPreference)
    assert preference.preferences["time_period"] == "morning"
    assert not store.states["1"].preferences


async def test_what_a_full_spool_refused_is_kept_until_it_is_taken(publisher: FakePublisher) -> None:
    store = FakeStore()
    student = Driver(assistant_on(store, publisher))
    await to_the_summary(student)
    publisher.is_full = True
    assert "gửi đi" not in (await student.say("đúng rồi"))[0]
    await student.start_session()
    assert store.states["1"].is_complete
    publisher.is_full = False
    await student.start_session()
    assert len(publisher.of(ClassPreference)) == 1
    assert not store.states["1"].preferences


async def test_half_an_emoji_costs_that_half(student: Driver, publisher: FakePublisher) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("buổi sáng \ud83d")
    assert student.slots["time_period"] == "morning"
    assert publisher.of(ChatMessage)[-1].message == "buổi sáng \ufffd"


async def test_a_conversation_whose_name_has_half_an_emoji_is_answered(
    assistant: Assistant, publisher: FakePublisher
) -> None:
    student = Driver(assistant, sender="an\ude00")
    await student.say("đăng ký lớp", "class_registration_suggestion")
    assert student.asked == "time_period"
    assert publisher.of(ChatMessage)[-1].metadata["sender_id"] == "an\ufffd"


async def test_cleared_answers_stay_cleared_against_older_slots(
    student: Driver, assistant: Assistant
) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("sáng")
    elsewhere = Driver(assistant, slots=dict(student.slots), active=True)
    await student.say("hủy", "cancel")
    await elsewhere.say("tránh thứ 7")
    assert elsewhere.slots["time_period"] is None
    assert elsewhere.slots["avoid_days"] == ["Saturday"]


async def test_a_dialogue_goes_on_while_redis_is_away_and_hands_back(publisher: FakePublisher) -> None:
    with RedisServer() as server:
        assistant, store = make_assistant(server.settings, publisher)
        student = Driver(assistant)
        await student.say("đăng ký lớp", "class_registration_suggestion")
        await student.say("sáng")
        server.kill()
        await student.say("có")
        await student.say("tránh thứ 7")
        assert student.asked == "prefer_continuous"
        assert len(publisher.of(ChatMessage)) == 4
        server.start()
        await store.wait_until_it_answers()
        await student.say("không")
        with redis.Redis(port=server.port) as client:
            state = json.loads(client.get("class_preferences:1"))
        assert state["avoid_early_start"] is True
        assert state["avoid_days"] == ["Saturday"]
        assert state["prefer_continuous"] is False
        await store.close()


async def test_the_slots_get_what_redis_told_before_it_went_away(publisher: FakePublisher) -> None:
    """The answer is made anew on what Redis held, and the events of the one before it are not used."""

    class Vanishing(FakeStore):
        async def update(
            self, key: str, change: Change, mirror: State = NOTHING, meanwhile: Meanwhile | None = None
        ) -> State:
            change(mirror)
            assert meanwhile is not None
            meanwhile()
            change(State({"avoid_early_start": True}, IN_PROGRESS, utc_now()))
            raise CacheUnavailable("it went away before it answered")

    student = Driver(assistant_on(Vanishing(), publisher))
    await student.say("đăng ký lớp", "class_registration_suggestion")
    await student.say("sáng")
    assert student.slots["avoid_early_start"] is True
    assert student.slots["time_period"] == "morning"


async def test_a_cancellation_while_redis_is_away_holds_when_it_returns(publisher: FakePublisher) -> None:
    with RedisServer() as server:
        assistant, store = make_assistant(server.settings, publisher)
        student = Driver(assistant)
        await student.say("đăng ký lớp", "class_registration_suggestion")
        await student.say("sáng")
        server.pause()
        await student.say("hủy", "cancel")
        server.resume()
        await store.wait_until_it_answers()
        await student.say("đăng ký lớp", "class_registration_suggestion")
        assert student.asked == "time_period"
        await store.close()


async def test_a_full_spool_does_not_stop_the_dialogue(student: Driver, publisher: FakePublisher) -> None:
    publisher.is_full = True
    await to_the_summary(student)
    assert await student.say("đúng rồi")


async def test_an_unforeseen_failure_costs_one_turn_and_tells_no_data(
    student: Driver,
    publisher: FakePublisher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")

    def fail(message: object) -> bool:
        raise RuntimeError(f"about {message}")

    monkeypatch.setattr(publisher, "publish", fail)
    said = await student.say("sáng bí mật")
    assert said == ["Xin lỗi, mình gặp trục trặc. Bạn thử lại giúp mình nhé."]
    assert student.asked == "time_period"
    assert "bí mật" not in caplog.text
    assert "RuntimeError" in caplog.text


async def test_one_word_does_not_change_the_language_and_a_sentence_does(student: Driver) -> None:
    await student.say("I want to register for classes", "class_registration_suggestion")
    for text, asked in (("toi", "Would you like"), ("Mr. Nam", "Noted"), ("skip", "Which days")):
        assert (await student.say(text))[0].startswith(asked)
    assert (await student.say("em muốn học chiều"))[0].startswith("Đã ghi")


async def test_nonsense_does_not_change_the_language(student: Driver) -> None:
    await student.say("I want to register for classes", "class_registration_suggestion")
    for text in ("gibberish zzz", "asdf", "banana", "lorem zzz ipsum"):
        await student.say(text, "nlu_fallback")
        assert student.slots["language"] == "en"
    assert await student.say("morning") == ["Would you like to avoid early morning starts?"]


async def test_small_talk_in_which_one_word_tells_does_not_change_the_language(student: Driver) -> None:
    await student.say("đăng ký lớp", "class_registration_suggestion")
    assert (await student.say("banana is yellow", "out_of_scope"))[0].startswith("Việc này mình chưa giúp")
    assert (await student.say("what is the weather", "out_of_scope"))[0].startswith("I cannot help")


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("I want to register for classes", "em muốn học buổi sáng", "vi"),
        ("I want to register for classes", "thời tiết", "vi"),
        ("I want to register for classes", "thoi tiet hom nay", "vi"),
        ("đăng ký lớp", "morning please", "en"),
        ("đăng ký lớp", "what is the weather", "en"),
    ],
)
async def test_a_clear_message_changes_the_language_understood_or_not(
    student: Driver, before: str, text: str, after: str
) -> None:
    await student.say(before, "class_registration_suggestion")
    assert student.slots["language"] != after
    await student.say(text, "nlu_fallback")
    assert student.slots["language"] == after


@pytest.fixture
def _metrics_are_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("METRICS_PORT", "9464")  # which nothing opens here
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.usefixtures("_metrics_are_on")
async def test_an_action_that_fails_apologises_and_is_counted_as_failed(
    redis_settings: RedisSettings, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(FakePublisher):
        def publish(self, message: Message) -> bool:
            raise RuntimeError("a secret of the student's")

    assistant, store = make_assistant(redis_settings, Broken())
    failed = ACTION_SECONDS.labels("validate_registration_form", "failed")
    before = failed._sum.get()
    assert await Driver(assistant).say("sáng") == [assistant.apology("vi")]
    assert failed._sum.get() > before
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    await store.close()
