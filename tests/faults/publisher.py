"""A publisher process: hands in messages through the SDK and keeps its ledger, until it is killed.

`python -m tests.faults.publisher NAME RATE`; the settings come from the environment, as for every program.
A file `NAME.quiet` beside its ledger ends the messages but not the process, whose spool may not be empty yet.
"""

import asyncio
import logging
import os
import random
import sys
import time
from pathlib import Path

from registration.messaging.messages import ChatMessage, Message
from registration.service import MessageQueueService
from registration.settings import load_settings
from tests.faults import traffic
from tests.faults.ledger import LedgerFile, read_ledger
from tests.faults.wiring import start_service

_TICK = 0.05  # seconds
# As students come: mostly a few at a time, now and then many at once.
_SHARES = (0, 1, 1, 1, 1, 1, 1, 1, 1, 11)
_MEAN = sum(_SHARES) / len(_SHARES)


async def work(name: str, rate: int) -> None:
    """Never returns: a publisher ends when it is killed."""
    folder = Path(os.environ["FAULTS_LEDGERS"])
    service = start_service(load_settings())
    path = folder / f"{name}.ledger"
    number = read_ledger(path).next_number
    due = time.monotonic()
    with LedgerFile(path) as ledger:
        while not (folder / f"{name}.quiet").exists():
            for _ in range(_burst(rate)):
                await _hand_in(service, ledger, name, number)
                number += 1
            due = max(due + _TICK, time.monotonic())  # what handing in takes does not slow it down
            await asyncio.sleep(due - time.monotonic())
    await asyncio.Event().wait()


def _burst(rate: int) -> int:
    """How many now, so that they are `rate` a second in the mean."""
    return int(random.choice(_SHARES) / _MEAN * rate * _TICK + random.random())


async def _hand_in(service: MessageQueueService, ledger: LedgerFile, name: str, number: int) -> None:
    message = traffic.message(name, number)
    ledger.tries(number)
    begun = time.perf_counter_ns()
    taken = await _turn(service, message)
    ledger.ends(number, taken, (time.perf_counter_ns() - begun) // 1000)


async def _turn(service: MessageQueueService, message: Message) -> bool:
    """What an action does with a message: a turn also becomes the conversation's last one, in Redis."""
    if isinstance(message, ChatMessage):
        return await service.keep(str(message.student_id), message, None)
    return await service.publish(message)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level="INFO")
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
