"""Many students on the socket.io channel at once, each reply checked.

The server is Rasa's registering of the channels before an echo (tests/channels/stub.py), so the figures are
those of the channel; Rasa's own work for a turn comes on top and is the same on every channel.
"""

import asyncio
import random
import statistics
import time
from dataclasses import asdict, dataclass, field

from tests.channels.serving import StubServer, token
from tests.channels.window import Item, Window

FIRST_STUDENT = 100_000
LINES = 2  # the echo's replies to a turn


@dataclass
class Count:
    """What happened, all students together."""

    students: int
    turns: int = 0
    reconnects: int = 0
    lost: int = 0
    doubled: int = 0
    misdelivered: int = 0
    seconds: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        counts = {name: value for name, value in asdict(self).items() if name != "seconds"}
        waits = statistics.quantiles(self.seconds, n=100)
        replies = {"reply_ms_p50": round(1000 * waits[49], 1), "reply_ms_p99": round(1000 * waits[98], 1)}
        return {**counts, **replies}


def measure(students: int, minutes: float, pause: float) -> dict[str, object]:
    """Figures of `students` who say something every `pause` seconds, and lose their connection at times."""
    with StubServer(CHAT_MESSAGES_PER_MINUTE="1000") as server:
        count = asyncio.run(_all(server.url, students, 60 * minutes, pause))
    return {"server": "stub (Rasa's channels before an echo)", "minutes": minutes, **count.figures()}


async def _all(url: str, students: int, seconds: float, pause: float) -> Count:
    count = Count(students)
    end = time.monotonic() + seconds
    await asyncio.gather(*(_one(url, FIRST_STUDENT + place, end, pause, count) for place in range(students)))
    return count


async def _one(url: str, student: int, end: float, pause: float, count: Count) -> None:
    dice = random.Random(student)
    window = Window(url, token(student))
    await asyncio.sleep(dice.uniform(0, pause))
    await window.connect()
    said: list[str] = []
    while time.monotonic() < end:
        said.append(f"{student} at {len(said)}")
        await _turn(window, said[-1], dice, count)
        await asyncio.sleep(dice.uniform(0.5, 1.5) * pause)
    await window.disconnect()
    _check(window.items, student, said, count)
    count.doubled += window.doubles


async def _turn(window: Window, text: str, dice: random.Random, count: Count) -> None:
    """One turn; every tenth time the connection breaks while the reply is on its way."""
    began = time.monotonic()
    await window.send(text, id=text)
    if dice.random() < 0.1:
        await window.disconnect()
        await window.connect()
        count.reconnects += 1
    await window.until(
        lambda items: any(item["turn"] == text and item["kind"] == "done" for item in items[-9:])
    )
    count.turns += 1
    count.seconds.append(time.monotonic() - began)


def _check(items: list[Item], student: int, said: list[str], count: Count) -> None:
    for text in said:
        replies = [
            item["message"]["text"] for item in items if item["turn"] == text and item["kind"] == "bot"
        ]
        count.lost += LINES - len(replies) if len(replies) < LINES else 0
        count.misdelivered += sum(
            not reply.startswith((f"{student} said {text},", "and that")) for reply in replies
        )
    count.misdelivered += sum(item["turn"] not in said for item in items)
