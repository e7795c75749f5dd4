"""How much a student may send, and what is kept of a conversation."""

import pytest

from channels.limits import Limits
from channels.outbox import MAX_ITEMS, Outboxes
from channels.refusals import Refusal
from registration.settings import ChatSettings


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_is_taken_and_then_a_steady_pace(clock: Clock) -> None:
    limits = Limits(ChatSettings(messages_per_minute=30), clock)
    for _ in range(10):
        limits.take(1, "x")
    with pytest.raises(Refusal) as caught:
        limits.take(1, "x")
    assert caught.value.as_json() == {
        "error": "too_many",
        "message": "too many messages; the next is taken in 2 s",
        "retry_after": 2,
    }
    clock.now += 2
    assert limits.take(1, "x") == "x"
    with pytest.raises(Refusal):
        limits.take(1, "x")


def test_one_students_haste_is_not_anothers(clock: Clock) -> None:
    limits = Limits(ChatSettings(messages_per_minute=1), clock)
    for _ in range(10):
        limits.take(1, "x")
    assert limits.take(2, "x") == "x"


@pytest.mark.parametrize("text", [None, 5, [], {}, "", "  \n"], ids=repr)
def test_what_is_no_text_is_refused(text: object) -> None:
    with pytest.raises(Refusal, match="bad_message"):
        Limits(ChatSettings()).take(1, text)


def test_the_longest_message_is_taken_and_a_longer_one_told_why_not() -> None:
    limits = Limits(ChatSettings(max_length=20))
    assert limits.take(1, "đ" * 20) == "đ" * 20
    with pytest.raises(Refusal) as caught:
        limits.take(1, "đ" * 21)
    assert caught.value.text == "the message has 21 characters; allowed: 20"


def test_an_outbox_gives_what_comes_after_and_all_to_a_stranger() -> None:
    outbox = Outboxes().of(1)
    for number in range(5):
        outbox.add("bot", "turn", message=number)
    assert [item["id"] for item in outbox.since(outbox.epoch, 3)] == [4, 5]
    for epoch, last in (("another", 3), (outbox.epoch, None), (outbox.epoch, "3"), (None, [])):
        assert len(outbox.since(epoch, last)) == 5


def test_an_outbox_is_bounded_and_keeps_the_latest() -> None:
    outbox = Outboxes().of(1)
    for number in range(MAX_ITEMS + 50):
        outbox.add("bot", "turn", message=number)
    assert [item["id"] for item in outbox.since("", 0)] == list(range(51, MAX_ITEMS + 51))


def test_an_outbox_is_forgotten_after_an_idle_hour_and_begins_under_another_epoch(clock: Clock) -> None:
    outboxes = Outboxes(clock)
    first = outboxes.of(1)
    first.add("bot", "turn", message={})
    clock.now += 3000
    assert outboxes.of(1) is first
    clock.now += 3700
    outboxes.of(2)
    again = outboxes.of(1)
    assert (again.since("", 0), again.epoch != first.epoch) == ([], True)
