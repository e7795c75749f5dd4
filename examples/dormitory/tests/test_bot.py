"""The dormitory, driven through its actions without a server."""

import asyncio

from bot import BOT, RoomRequest

from registration.testing import Driver, FakePublisher, FakeStore

ANSWERS = ("garden house", "1002", "nothing", "no", "10pm - 6am", "800k", "no", "that's right")


def test_a_dialogue_ends_in_one_room_request() -> None:
    publisher = FakePublisher()
    student = Driver(BOT.assistant_on(FakeStore(), publisher, hours=1), form=BOT.form)

    async def talk() -> None:
        await student.say("I need a room", "begin")
        for answer in ANSWERS:
            await student.say(answer)

    asyncio.run(talk())
    (request,) = publisher.of(RoomRequest)
    assert request == RoomRequest(
        student_id=1,
        timestamp=request.timestamp,
        message_id=request.message_id,
        building="garden",
        roommates=["1002"],
        shares=[],
        is_smoker=False,
        quiet_hours={"start": "22:00", "end": "06:00"},
        budget=800_000,
    )
