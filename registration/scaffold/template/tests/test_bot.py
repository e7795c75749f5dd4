"""The bot, driven through its actions without a server: real trackers, and fakes for Redis and RabbitMQ."""

import asyncio

from bot import BOT

from registration import ClassPreference
from registration.testing import Driver, FakePublisher, FakeStore


def test_a_dialogue_ends_in_one_message() -> None:
    publisher = FakePublisher()
    student = Driver(BOT.assistant_on(FakeStore(), publisher, hours=1), form=BOT.form)

    async def talk() -> None:
        await student.say("let's begin", "begin")
        for answer in ("red, please", "yes", "12 litres", "that's right"):
            await student.say(answer)

    asyncio.run(talk())
    (confirmed,) = publisher.of(ClassPreference)
    assert confirmed.preferences == {"colour": "red", "is_glossy": True, "litres": 12}


def test_the_declaration_has_no_fault() -> None:
    BOT.check()
