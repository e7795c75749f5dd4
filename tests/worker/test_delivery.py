"""From the queues to the rows: every message once, whatever happens to the worker."""

import random
import signal

import pytest

from registration.messaging.messages import ChatMessage, ClassPreference, Notification
from registration.testing.waiting import wait_until
from tests.worker.conftest import StartWorker
from tests.worker.running import Broker, Rows, chat, ids, notification, preference


def test_every_kind_of_message_reaches_its_table(
    broker: Broker, rows: Rows, start_worker: StartWorker
) -> None:
    sent = [chat(1), preference(2), notification(3)]
    start_worker()

    broker.publish(sent)

    kinds = (ChatMessage, ClassPreference, Notification)
    stored = wait_until(
        lambda: [row for kind in kinds for row in rows.of(kind)] if all(map(rows.ids, kinds)) else []
    )
    assert [row["message_id"] for row in stored] == ids(sent)
    assert stored[0]["metadata"] == {"step": 1, "channel": "rest"}
    assert stored[1]["preferences"] == {"time_period": "morning", "avoid_days": ["Saturday"]}
    assert stored[2]["metadata"] is None


def test_a_type_serves_its_own_queue_only(broker: Broker, rows: Rows, start_worker: StartWorker) -> None:
    start_worker("preference")

    broker.publish([chat(), preference()])

    assert wait_until(lambda: rows.ids(ClassPreference))
    assert rows.ids(ChatMessage) == []
    assert broker.count("chat_messages") == 1


def test_kill_9_at_any_point_stores_each_message_once(
    broker: Broker, rows: Rows, start_worker: StartWorker
) -> None:
    chance = random.Random(20)
    sent = [chat(number) for number in range(8_000)]
    broker.publish(sent)

    for _ in range(4):
        worker = start_worker("chat")
        aim = min(len(rows.ids()) + chance.randrange(1, 2_000), len(sent))
        wait_until(lambda aim=aim: len(rows.ids()) >= aim, 20)
        worker.kill()
    start_worker("chat")

    wait_until(lambda: len(rows.ids()) >= len(sent), 30)
    wait_until(lambda: broker.count("chat_messages") == 0)
    assert sorted(rows.ids()) == sorted(ids(sent))
    assert broker.count("chat_messages.dead") == 0


def test_two_workers_at_once_share_the_work_and_double_nothing(
    broker: Broker, rows: Rows, start_worker: StartWorker
) -> None:
    sent = [chat(number) for number in range(6_000)]
    workers = [start_worker("chat"), start_worker("chat")]

    broker.publish(sent)
    broker.publish(sent[:500])

    wait_until(lambda: len(rows.ids()) >= len(sent), 30)
    assert [worker.stop() for worker in workers] == [0, 0]
    assert sorted(rows.ids()) == sorted(ids(sent))
    assert broker.count("chat_messages") == broker.count("chat_messages.dead") == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_finishes_the_batch_and_hands_back_the_rest(
    number: signal.Signals, broker: Broker, rows: Rows, start_worker: StartWorker
) -> None:
    sent = [chat(each) for each in range(5_000)]
    broker.publish(sent)
    worker = start_worker("chat")
    wait_until(rows.ids, 20)

    assert worker.stop(number) == 0

    stored = len(rows.ids())
    left = wait_until(
        lambda: broker.count("chat_messages") + stored == len(sent) and {"left": len(sent) - stored}
    )
    assert broker.count("chat_messages") == left["left"], (
        "what was stored was acknowledged, the rest handed back"
    )
    start_worker("chat")
    wait_until(lambda: len(rows.ids()) >= len(sent), 20)
    assert sorted(rows.ids()) == sorted(ids(sent))


def test_the_memory_of_an_idle_worker_is_small(
    broker: Broker, rows: Rows, start_worker: StartWorker, record_property: pytest.Function
) -> None:
    worker = start_worker()
    broker.publish([chat(), preference(), notification()])
    wait_until(lambda: all(map(rows.ids, (ChatMessage, ClassPreference, Notification))))

    record_property("worker_bytes", worker.memory())
    print(f"a worker's own memory: {worker.memory() / 1e6:.1f} MB")
    assert worker.memory() < 200e6
