"""Room preferences in a dormitory: the questions, and the message that confirmed answers become."""

from pathlib import Path

from registration import Bot, Message, Queue, register
from registration.forms import (
    FreeText,
    FromCatalogue,
    Is,
    Number,
    SeveralChoices,
    SingleChoice,
    TimeRange,
    YesNoAny,
    ask,
)

HERE = Path(__file__).parent
MONEY = {"k": 1_000, "nghin": 1_000, "tr": 1_000_000, "trieu": 1_000_000, "million": 1_000_000}


def students() -> dict[str, str]:
    """Name by code, as the file is now."""
    lines = (HERE / "students.csv").read_text("utf-8").splitlines()
    return dict(line.split(",", 1) for line in lines)


def room_number(text: str) -> str | None:
    """A room such as B-204; None where the text names none, and it is asked again."""
    letters = text.strip().upper().replace(" ", "")
    return letters if letters[:1] in ("A", "B", "C") and letters[1:].strip("-").isdigit() else None


QUESTIONS = (
    ask("building", SingleChoice(("north", "south", "garden"))),
    ask("floor", Number(1, 9), Is("building", "north", "south")),
    ask("roommates", FromCatalogue(students, at_most=3)),
    ask("shares", SeveralChoices(("kitchen", "desk", "fridge"))),
    ask("is_smoker", YesNoAny()),
    ask("quiet_hours", TimeRange(is_overnight=True)),
    ask("budget", Number(300_000, 5_000_000, units=MONEY)),
    ask("room", FreeText(room_number)),
)


class RoomRequest(Message, frozen=True, kw_only=True, tag="room_request"):
    building: str
    roommates: list[str]
    shares: list[str]
    floor: int | None = None
    is_smoker: bool | None = None
    quiet_hours: dict[str, str | None] | None = None
    budget: int | None = None
    room: str | None = None


register(
    Queue(
        name="room_requests",
        message=RoomRequest,
        exchange="dormitory_exchange",
        exchange_type="topic",
        routing_key="room.request.new",
        binding_key="room.request.*",
        ttl=7 * 24 * 3_600_000,
        max_length=10_000,
        table="room_requests",
        worker_type="room",
    )
)

BOT = Bot("dormitory", QUESTIONS, HERE / "wording", message=RoomRequest)
