"""Processes that publish and forward are killed in the middle of it; what publish took arrives, in order."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

from registration.messaging.forwarder import Forwarder
from registration.messaging.spool import Spool
from registration.messaging.topology import QUEUE_CHAT_MESSAGES
from registration.settings import RabbitMQSettings, SpoolSettings
from registration.testing.waiting import wait_until
from tests.messaging.broker import take

PROCESSES = 3
LIVES = 3  # of each process; a life ends by kill -9

# A few hundred a second: the queue holds 10,000.
_PUBLISH = """
import sys
import time
from pathlib import Path
from registration.messaging.forwarder import Forwarder
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.settings import RabbitMQSettings, SpoolSettings
from tests.messaging.building import chat

folder, port, vhost, ledger, first = sys.argv[1:]
spool = Spool(SpoolSettings(folder=Path(folder)))
Forwarder(spool, RabbitMQSettings(host="127.0.0.1", port=int(port), vhost=vhost)).start()
publisher = SpoolPublisher(spool)
with open(ledger, "a", buffering=1) as taken:
    for number in range(int(first), int(first) + 100_000):
        if publisher.publish(chat(number, number % 11 + 1)):
            taken.write(f"{number}\\n")
        if number % 10 == 0:
            time.sleep(0.01)
"""


def start(
    settings: RabbitMQSettings, spool: SpoolSettings, ledger: Path, first: int
) -> "subprocess.Popen[bytes]":
    arguments = [str(spool.folder), str(settings.port), settings.vhost, str(ledger), str(first)]
    return subprocess.Popen([sys.executable, "-c", _PUBLISH, *arguments])


def kill_after(child: "subprocess.Popen[bytes]", ledger: Path, enough: int) -> None:
    wait_until(lambda: len(numbers(ledger)) >= enough, 60)
    child.send_signal(signal.SIGKILL)
    child.wait()


def numbers(ledger: Path) -> list[int]:
    """What publish said it took; a last line that was cut short does not count."""
    text = ledger.read_text() if ledger.exists() else ""
    return [int(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def test_what_was_taken_arrives_in_order_however_often_publishers_are_killed(
    rabbitmq_settings: RabbitMQSettings, spool_settings: SpoolSettings, tmp_path: Path
) -> None:
    whim = random.Random(4)
    ledgers = [tmp_path / f"{name}.ledger" for name in range(PROCESSES)]
    found: list[int] = []
    for life in range(LIVES):
        enough = [len(numbers(ledger)) + whim.randint(100, 500) for ledger in ledgers]
        children = [
            start(rabbitmq_settings, spool_settings, ledger, (name * LIVES + life) * 1_000_000)
            for name, ledger in enumerate(ledgers)
        ]
        for child, ledger, count in zip(children, ledgers, enough, strict=True):
            kill_after(child, ledger, count)
        found += arrived(rabbitmq_settings)

    spool = Spool(spool_settings)
    heir = Forwarder(spool, rabbitmq_settings)
    assert heir.flush(30)
    assert heir.stop()
    found += arrived(rabbitmq_settings)

    once = list(dict.fromkeys(found))
    for ledger in ledgers:
        assert set(numbers(ledger)) <= set(once)
        check_order(numbers(ledger), once)
    assert list(spool_settings.folder.glob("*.db")) == []


def arrived(settings: RabbitMQSettings) -> list[int]:
    return [int(json.loads(body)["message"]) for _, body in take(settings, QUEUE_CHAT_MESSAGES)]


def check_order(taken: list[int], once: list[int]) -> None:
    """Within one life of one process each student's messages came in the order of publishing."""
    mine = set(taken)
    lives = {number // 1_000_000 for number in taken}
    for life in lives:
        for student in range(11):
            came = [n for n in once if n in mine and n // 1_000_000 == life and n % 11 == student]
            assert came == sorted(came)
