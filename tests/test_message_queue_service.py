"""`MessageQueueService`: the examples of the architecture document, against a real Redis."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from registration.cache import RedisCache, StateStore
from registration.cache.limits import Limits
from registration.errors import InvalidMessage
from registration.messaging.messages import ChatMessage, ClassPreference, Notification
from registration.preferences.questionnaire import class_registration
from registration.service import MessageQueueService
from registration.settings import RedisSettings
from registration.testing.fakes import FakePublisher
from registration.testing.processes import free_port

PATIENT = Limits(connect=10, answer=10)  # the outage of a busy machine is not the point here


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
async def service(
    redis_settings: RedisSettings, publisher: FakePublisher
) -> AsyncIterator[MessageQueueService]:
    store = StateStore(redis_settings, PATIENT)
    yield MessageQueueService(store, publisher, class_registration())
    await store.close()


@pytest.fixture
async def service_without_redis(publisher: FakePublisher) -> AsyncIterator[MessageQueueService]:
    store = StateStore(RedisSettings(host="127.0.0.1", port=free_port()))
    yield MessageQueueService(store, publisher, class_registration())
    await store.close()


async def test_the_chat_message_example(service: MessageQueueService, publisher: FakePublisher) -> None:
    taken = await service.handle_chat_message(
        student_id=1,
        message="Tôi muốn đăng ký lớp",
        response="Bạn muốn học buổi nào?",
        intent="class_registration_suggestion",
        metadata={"step": 1},
    )
    assert taken is True
    [chat] = publisher.of(ChatMessage)
    assert (chat.student_id, chat.message, chat.metadata) == (1, "Tôi muốn đăng ký lớp", {"step": 1})
    history = await service.get_conversation_history(1)
    assert history["last_message"] == "Tôi muốn đăng ký lớp"
    assert history["last_response"] == "Bạn muốn học buổi nào?"
    assert history["last_intent"] == "class_registration_suggestion"
    assert history["metadata"] == {"step": 1}
    assert set(history) == {
        "last_message",
        "last_response",
        "last_intent",
        "last_updated",
        "step",
        "metadata",
    }


async def test_the_preference_example(
    service: MessageQueueService, publisher: FakePublisher, redis_settings: RedisSettings
) -> None:
    await service.update_class_preferences(
        student_id=1, preference_key="time_period", preference_value="morning", step="in_progress"
    )
    await service.update_class_preferences(
        student_id=1, preference_key="avoid_early_start", preference_value=True, step="in_progress"
    )
    assert publisher.published == []
    preferences = await service.update_class_preferences(
        student_id=1, preference_key="avoid_days", preference_value=["Saturday"], step="complete"
    )
    answers = {"time_period": "morning", "avoid_early_start": True, "avoid_days": ["Saturday"]}
    assert preferences.items() >= answers.items()
    assert preferences["step"] == "complete"
    [published] = publisher.of(ClassPreference)
    assert published.preferences.items() >= answers.items()
    assert published.step == "complete"
    assert await service.get_current_preferences(1) == preferences
    assert RedisCache(redis_settings).get("class_preferences:1") == preferences


async def test_completing_twice_is_one_message(
    service: MessageQueueService, publisher: FakePublisher
) -> None:
    for _ in range(2):
        await service.update_class_preferences(1, "time_period", "morning", "complete")
    assert len(publisher.of(ClassPreference)) == 1
    await service.update_class_preferences(1, "time_period", "evening", "complete")
    assert len(publisher.of(ClassPreference)) == 2


async def test_clearing(service: MessageQueueService) -> None:
    await service.update_class_preferences(1, "time_period", "morning")
    assert await service.clear_preferences(1) is True
    assert await service.get_current_preferences(1) == {}


async def test_a_notification(service: MessageQueueService, publisher: FakePublisher) -> None:
    assert await service.send_notification(
        student_id=1, notification_type="reminder", title="Nhắc", content="Đăng ký lớp", metadata={"a": [1]}
    )
    [notification] = publisher.of(Notification)
    assert (notification.notification_type, notification.title) == ("reminder", "Nhắc")
    assert notification.metadata == {"a": [1]}


async def test_updates_of_different_keys_at_once_lose_neither(service: MessageQueueService) -> None:
    answers = {"prefer_continuous": True, "prefer_free_days": False, "avoid_late_end": "any"}
    await asyncio.gather(*(service.update_class_preferences(1, *answer) for answer in answers.items()))
    assert (await service.get_current_preferences(1)).items() >= answers.items()


@pytest.mark.parametrize("student_id", ["1", -1, 2_147_483_648, True, 1.0, None])
async def test_a_student_id_that_is_none_is_refused_by_name(
    service: MessageQueueService, student_id: object
) -> None:
    with pytest.raises(
        InvalidMessage, match=r"student_id is .* allowed: a whole number from 0 to 2147483647"
    ):
        await service.handle_chat_message(student_id, "a", "b", "c")


@pytest.mark.parametrize(
    ("key", "value", "step"),
    [
        ("time_period", "midnight", "in_progress"),
        ("colour", "red", "in_progress"),
        ("time_period", "any", "x"),
    ],
)
async def test_an_answer_outside_the_table_is_refused_and_changes_nothing(
    service: MessageQueueService, key: str, value: str, step: str
) -> None:
    await service.update_class_preferences(1, "time_period", "morning")
    with pytest.raises(InvalidMessage):
        await service.update_class_preferences(1, key, value, step)
    assert (await service.get_current_preferences(1))["time_period"] == "morning"


async def test_a_long_text_is_cut_at_a_character_and_marked(
    service: MessageQueueService, publisher: FakePublisher
) -> None:
    await service.handle_chat_message(1, "ữ" * 40_000, "b", "c")
    [chat] = publisher.of(ChatMessage)
    assert chat.message == "ữ" * 20_000
    assert chat.metadata == {"truncated": True}


async def test_without_redis_messages_go_on_and_nothing_is_cached(
    service_without_redis: MessageQueueService, publisher: FakePublisher
) -> None:
    service = service_without_redis
    assert await service.handle_chat_message(1, "a", "b", "c") is True
    preferences = await service.update_class_preferences(1, "time_period", "morning", "complete")
    assert preferences["time_period"] == "morning"
    assert await service.get_current_preferences(1) == {}
    assert await service.get_conversation_history(1) == {}
    assert await service.clear_preferences(1) is False
    assert len(publisher.published) == 2


async def test_a_full_spool_is_said_and_the_conversation_is_still_cached(
    service: MessageQueueService, publisher: FakePublisher
) -> None:
    publisher.is_full = True
    assert await service.handle_chat_message(1, "a", "b", "c") is False
    assert (await service.get_conversation_history(1))["last_message"] == "a"


async def test_an_anonymous_sender_has_keys_of_its_own(service: MessageQueueService) -> None:
    await service.update_class_preferences(0, "time_period", "morning", sender="visitor")
    assert await service.get_current_preferences(0) == {}
    assert (await service.get_current_preferences(0, sender="visitor"))["time_period"] == "morning"


def test_what_is_kept_is_json_that_redis_cli_can_show(redis_settings: RedisSettings) -> None:
    cache = RedisCache(redis_settings)
    cache.set("class_preferences:1", {"avoid_days": []})
    assert json.dumps(cache.get("class_preferences:1")) == '{"avoid_days": []}'
