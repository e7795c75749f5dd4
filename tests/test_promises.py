"""What the whole promises under each fault, one test a promise: real servers, real processes, no mock."""

import json
import os
import random
import re
import statistics
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from registration.messaging.publisher import SpoolPublisher
from registration.messaging.retries import ATTEMPTS, REASON
from registration.messaging.spool import Spool
from registration.messaging.topology import QUEUES, RETRY_DELAYS
from registration.settings import RabbitMQSettings, SpoolSettings
from registration.testing.bot import ActionServer
from registration.testing.mariadb_server import MariaDBServer
from registration.testing.processes import free_port
from registration.testing.rabbitmq_server import RabbitMQServer
from registration.testing.redis_server import RedisServer
from registration.testing.waiting import wait_until
from tests.faults.disks import full, mount, unmount
from tests.messaging.broker import take
from tests.promises.student import ANSWERS, BEGIN, Student, message_of, post
from tests.storage.test_writer import refuse
from tests.worker.running import Broker, Rows, WorkerProcess, chat, environment, ids, locked_table
from tests.worker.test_faults import POISON

CHAT = QUEUES["chat_messages"]
CORRECTIONS = ("đổi sang chiều", "đổi sang sáng")
# Seconds; a busy machine keeps them, and turns that wait for a server do not.
FIRST_TURN, TWENTY_TURNS = 1.5, 3.0
RECOVERY = 40.0  # seconds

StartActions = Callable[..., ActionServer]
StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def start_actions(redis_settings: Any, tmp_path: Path) -> Iterator[StartActions]:
    """Starts an action server on this run's Redis, this test's spool and the broker that it is told."""
    with ExitStack() as servers:

        def start(rabbitmq: RabbitMQSettings, **environ: str) -> ActionServer:
            where = {
                "REDIS_HOST": redis_settings.host,
                "REDIS_PORT": str(redis_settings.port),
                "REDIS_DB": str(redis_settings.db),
                "SPOOL_DIR": str(tmp_path / "spool"),
            }
            whole = {**environment(rabbitmq, f"sqlite:///{tmp_path}/none.db"), **where, **environ}
            return servers.enter_context(ActionServer(whole))

        yield start


@pytest.fixture
def start_worker(rabbitmq_settings: RabbitMQSettings, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts a worker on this test's virtual host and the database that it is told."""
    with ExitStack() as workers:

        def start(url: str, **environ: str) -> WorkerProcess:
            whole = {**environment(rabbitmq_settings, url), **environ}
            return workers.enter_context(WorkerProcess(whole, tmp_path / "worker.log"))

        yield start


@pytest.fixture
def broker(rabbitmq_settings: RabbitMQSettings) -> Iterator[Broker]:
    broker = Broker(rabbitmq_settings)
    yield broker
    broker.close()


@pytest.fixture
def rows(mariadb_url: str) -> Iterator[Rows]:
    rows = Rows(mariadb_url)
    yield rows
    rows.close()


@pytest.fixture(scope="module")
def own_broker(rabbitmq_broker: object) -> Iterator[RabbitMQServer]:
    """A RabbitMQ that may be hurt, started or not."""
    server = RabbitMQServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def hurt_database(mariadb_database: object) -> Iterator[MariaDBServer]:
    server = MariaDBServer()
    yield server
    server.close()


@pytest.fixture
def own_database(hurt_database: MariaDBServer) -> Iterator[MariaDBServer]:
    """A MariaDB that may be hurt, with an empty database `own`."""
    hurt_database.start()
    hurt_database.execute("CREATE OR REPLACE DATABASE own")
    yield hurt_database
    hurt_database.resume()  # also where a test ended before it did


@pytest.fixture
def own_rows(own_database: MariaDBServer) -> Iterator[Rows]:
    rows = Rows(f"{own_database.url}own")
    yield rows
    rows.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, 4)
    if not os.path.ismount(disk):
        pytest.skip("mounting a small disk needs root")
    yield disk
    unmount(disk)


def nobody() -> RabbitMQSettings:
    """A broker that is not there."""
    return RabbitMQSettings(host="127.0.0.1", port=free_port())


def corrections(count: int) -> list[str]:
    """Messages that change the state, any number of them."""
    return [CORRECTIONS[number % len(CORRECTIONS)] for number in range(count)]


def turns_take_no_longer(student: Student, before: float, fault: str) -> None:
    """The first turn under a fault, and those after it."""
    first, *later = student.say_all(*corrections(21))
    print(
        f"{fault}: a turn took {before * 1000:.1f} ms before; "
        f"the first now {first * 1000:.1f}, the 20 after it together {sum(later) * 1000:.0f}"
    )
    assert first - before < FIRST_TURN
    assert sum(later) < TWENTY_TURNS


def is_cached(student: Student, client: redis.Redis) -> bool:
    """Whether one more turn leaves in Redis all that the slots hold."""
    student.say(CORRECTIONS[0])
    state = json.loads(client.get(f"class_preferences:{student.sender}") or "{}")
    return state.get("avoid_days") is not None and state == student.state(set(state))


def test_redis_down_slow_or_restarted(
    start_actions: StartActions, rabbitmq_settings: RabbitMQSettings
) -> None:
    """The slots carry the dialogue over an outage, its first turn alone is slower, and caching comes back."""
    with RedisServer() as server, redis.Redis(port=server.port) as client:
        actions = start_actions(rabbitmq_settings, REDIS_PORT=str(server.port), REDIS_DB="0")
        student = Student(actions.url)
        before = statistics.median(student.say_all(BEGIN, *ANSWERS, *corrections(10)))

        server.pause()
        turns_take_no_longer(student, before, "redis frozen")
        student.say("tránh cả chủ nhật")
        server.resume()
        wait_until(lambda: is_cached(student, client), RECOVERY)
        assert student.slots["avoid_days"] == ["Saturday", "Sunday"]

        server.wipe()
        turns_take_no_longer(student, before, "redis killed")
        server.start()
        wait_until(lambda: is_cached(student, client), RECOVERY)
        assert student.slots["avoid_days"] == ["Saturday", "Sunday"]


def arrived(settings: RabbitMQSettings) -> list[dict[str, Any]]:
    """The chat messages in the queue, taken out of it."""
    return [json.loads(body) for _, body in take(settings, CHAT.name)]


def check_arrived(messages: list[dict[str, Any]], *students: Student) -> None:
    """All turns are there, each once, and each student's in the order in which the server took them."""
    for student in students:
        mine = [message["message"] for message in messages if message["student_id"] == int(student.sender)]
        assert mine == student.said


def test_action_server_killed(
    start_actions: StartActions, own_broker: RabbitMQServer, tmp_path: Path
) -> None:
    """What the finished turns of a killed server said goes out once it starts again: all of it, once."""
    own_broker.wipe()
    actions = start_actions(own_broker.settings)
    students = [Student(actions.url, "1"), Student(actions.url, "2")]
    for text in (BEGIN, *ANSWERS):
        for student in students:
            student.say(text)
    actions.kill()

    own_broker.start()
    actions.start()
    wait_until(lambda: not list((tmp_path / "spool").glob("*.db")), RECOVERY, "an empty spool")

    check_arrived(arrived(own_broker.settings), *students)


def test_rabbitmq_down_restarted_blocked_or_the_queue_full(
    start_actions: StartActions, own_broker: RabbitMQServer
) -> None:
    """Turns are as fast as ever, and all messages go out by themselves, each student's in their order."""
    own_broker.start()
    actions = start_actions(own_broker.settings)
    students = [Student(actions.url, "1"), Student(actions.url, "2")]
    before = statistics.median([took for student in students for took in student.say_all(BEGIN, *ANSWERS)])

    def turns(fault: str) -> None:
        for student in students:
            turns_take_no_longer(student, before, fault)

    own_broker.kill()
    turns("rabbitmq down")
    own_broker.start()
    turns("rabbitmq restarted")
    own_broker.control("set_vm_memory_high_watermark", "absolute", "1")
    turns("rabbitmq blocked")
    own_broker.control("set_vm_memory_high_watermark", "0.4")
    own_broker.control("set_policy", "short", f"^{CHAT.name}$", '{"max-length": 20}', "--apply-to", "queues")
    turns("queue full")

    found: dict[str, dict[str, Any]] = {}  # a copy of a message counts as that message

    def all_have_arrived() -> bool:
        for message in arrived(own_broker.settings):
            found.setdefault(message["message_id"], message)
        return len(found) == sum(len(student.said) for student in students)

    wait_until(all_have_arrived, RECOVERY)
    check_arrived(list(found.values()), *students)


def test_worker_killed_any_number_of_times(
    broker: Broker, rows: Rows, mariadb_url: str, start_worker: StartWorker
) -> None:
    """Every message is stored exactly once."""
    chance = random.Random(8)
    sent = [chat(number) for number in range(4_000)]
    broker.publish(sent)

    for _ in range(2):
        worker = start_worker(mariadb_url)
        aim = min(len(rows.ids()) + chance.randrange(1, 1_000), len(sent))  # it may be nearly done
        wait_until(lambda aim=aim: len(rows.ids()) >= aim, RECOVERY)
        worker.kill()
    start_worker(mariadb_url)

    wait_until(lambda: len(rows.ids()) >= len(sent), RECOVERY)
    wait_until(lambda: broker.count(CHAT.name) == 0)
    assert sorted(rows.ids()) == sorted(ids(sent))
    assert broker.count(CHAT.dead) == 0


def nothing_was_moved(broker: Broker) -> bool:
    """Whether no message waits for a retry or lies among the dead letters."""
    return not any(map(broker.count, (CHAT.dead, CHAT.retry, *map(CHAT.delay, RETRY_DELAYS))))


def test_database_down_or_slow(
    broker: Broker, own_database: MariaDBServer, own_rows: Rows, start_worker: StartWorker
) -> None:
    """The worker takes no more, counts no retry, and stores all afterwards, what has expired too."""
    sent = [chat(number) for number in range(3_100)]
    own_database.kill()
    broker.publish(sent[:50], expiration="1")
    wait_until(lambda: broker.count(CHAT.dead) == 50)
    broker.publish(sent[50:100])
    worker = start_worker(f"{own_database.url}own")
    wait_until(lambda: "StorageUnavailable" in worker.text(), RECOVERY)
    assert broker.count(CHAT.name) == 50, "nothing is taken"

    own_database.start()
    wait_until(lambda: len(own_rows.ids()) == 100, RECOVERY)
    assert nothing_was_moved(broker)

    own_database.pause()
    failures = worker.text().count("StorageUnavailable")
    broker.publish(sent[100:])
    wait_until(lambda: worker.text().count("StorageUnavailable") > failures, RECOVERY)
    assert broker.count(CHAT.name) >= 1_000, "two batches are in hand, and no more is taken"
    assert nothing_was_moved(broker)
    own_database.resume()

    wait_until(lambda: len(own_rows.ids()) >= len(sent), RECOVERY)
    assert sorted(own_rows.ids()) == sorted(ids(sent))
    assert nothing_was_moved(broker)


def test_a_message_that_cannot_be_stored(
    broker: Broker, rows: Rows, mariadb_url: str, start_worker: StartWorker
) -> None:
    """It alone goes to the dead letters, with its reason; those around it are stored."""
    poison = {name: POISON[name] for name in ("no-json", "wrong-type", "message-long", "student-large")}
    good = [chat(number) for number in range(len(poison))]
    for message, (name, body) in zip(good, poison.items(), strict=True):
        broker.publish([message])
        broker.publish_body(CHAT, body, message_id=name)

    start_worker(mariadb_url)

    wait_until(lambda: broker.count(CHAT.dead) == len(poison) and len(rows.ids()) == len(good), RECOVERY)
    assert rows.ids() == ids(good)
    dead = broker.read(CHAT.dead)
    assert {properties.message_id: body for properties, body in dead} == poison
    reasons = [properties.headers[REASON] for properties, _ in dead]
    assert all(reasons)
    assert not any("xxx" in reason for reason in reasons), "a reason quotes nothing of the message"


def test_a_message_whose_handling_fails(
    broker: Broker, rows: Rows, mariadb_url: str, start_worker: StartWorker
) -> None:
    """Three retries, each after a longer delay, then the dead letters."""
    start_worker(mariadb_url)
    broker.publish([chat()])
    wait_until(rows.ids, RECOVERY)
    refuse(mariadb_url, "refuse me")
    broker.publish([chat(message="refuse me")])

    assert len(RETRY_DELAYS) == 3
    assert list(RETRY_DELAYS) == sorted(set(RETRY_DELAYS))
    for attempts, delay in enumerate(RETRY_DELAYS, start=1):
        wait_until(lambda delay=delay: broker.count(CHAT.delay(delay)) == 1, RECOVERY)
        [(properties, body)] = broker.read(CHAT.delay(delay))
        assert properties.headers[ATTEMPTS] == attempts
        broker.channel.basic_publish("", CHAT.retry, body, properties)  # where the delay leads
    wait_until(lambda: broker.count(CHAT.dead) == 1, RECOVERY)
    [(properties, _)] = broker.read(CHAT.dead)
    assert properties.headers[ATTEMPTS] == 4
    assert properties.headers[REASON]


def test_sigterm(
    broker: Broker, own_database: MariaDBServer, own_rows: Rows, start_worker: StartWorker
) -> None:
    """Exit 0 within ten seconds, with the batch stored, or handed back where the database is frozen."""
    sent = [chat(number) for number in range(9_000)]  # more than are stored before the signal comes
    broker.publish(sent)
    worker = start_worker(f"{own_database.url}own")
    wait_until(own_rows.ids, RECOVERY)
    assert worker.stop(timeout=10) == 0
    stored = own_rows.ids()
    wait_until(lambda: broker.count(CHAT.name) == len(sent) - len(stored), what="all else handed back")

    worker = start_worker(f"{own_database.url}own")
    wait_until(lambda: len(own_rows.ids()) == len(sent), RECOVERY)
    late = [chat(number) for number in range(10)]
    with locked_table(f"{own_database.url}own"):  # so that it is in hand when the database freezes
        broker.publish(late)
        wait_until(lambda: broker.count(CHAT.name) == 0, what="a batch in hand")
        own_database.pause()
    assert worker.stop(timeout=10) == 0
    wait_until(lambda: broker.count(CHAT.name) == len(late), what="the batch handed back")
    own_database.resume()

    assert sorted(own_rows.ids()) == sorted(ids(sent))
    assert nothing_was_moved(broker)


def errors_of_spool(actions: ActionServer) -> int:
    return actions.log.read_text().count("not published queue=chat_messages")


def test_spool_full_or_its_disk_full(start_actions: StartActions, small_disk: Path) -> None:
    """False, an error in the log and a metric; the dialogue goes on, and is kept again once there is room."""
    room = SpoolSettings(folder=small_disk / "spool", max_bytes=1 << 20)
    actions = start_actions(nobody(), SPOOL_DIR=str(room.folder), SPOOL_MAX_BYTES=str(room.max_bytes))
    student = Student(actions.url)
    publisher = SpoolPublisher(Spool(SpoolSettings(folder=small_disk / "other")))
    with full(small_disk):
        student.say_all(BEGIN, *ANSWERS[:3])
        assert errors_of_spool(actions) == 4
        assert not publisher.publish(chat())
        assert publisher.refused == 1
    student.say_all(*ANSWERS[3:])
    assert errors_of_spool(actions) == 4
    assert student.slots["avoid_days"] == ["Saturday"]

    while errors_of_spool(actions) == 4:
        student.say("x" * 20_000)
    assert len(student.said) > 10
    assert student.say("tránh cả chủ nhật")
    assert student.slots["avoid_days"] == ["Saturday", "Sunday"]


PASSWORDS = {"REDIS_PASSWORD": "word-for-redis", "RABBITMQ_PASS": "word-for-rabbitmq"}
DATABASE = "mysql+pymysql://root:word-for-mariadb@127.0.0.1:1/none"
TOLD = "tranh thu 7 vi em hay om"  # ASCII, so that no encoding hides it


def answer_to(url: str, body: bytes) -> str:
    """What comes back, also with an error's status."""
    try:
        return post(url, body).decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()


def broken_calls(student: Student) -> list[bytes]:
    """Calls of the webhook that nobody can answer: no JSON, no tracker, no such action, an odd slot."""
    call = student.call(message_of(TOLD))
    odd = {**call["tracker"], "slots": {**student.slots, "missed": TOLD}}
    changed = ({"tracker": {"sender_id": TOLD}}, {"next_action": "action_none"}, {"tracker": odd})
    return [
        b'{"tracker": "' + TOLD.encode(),
        *(json.dumps({**call, **change}).encode() for change in changed),
    ]


def has_stack_trace(text: str) -> bool:
    return bool(re.search(r'Traceback|^\s*File ".*", line \d+', text, re.MULTILINE))


def test_no_error_tells_data_a_password_or_a_stack_trace(
    start_actions: StartActions, start_worker: StartWorker, rabbitmq_settings: RabbitMQSettings
) -> None:
    """Neither answers nor logs of programs whose servers refuse them and whose callers are wrong."""
    with RedisServer() as server, redis.Redis(port=server.port) as client:
        client.config_set("requirepass", "another")
        actions = start_actions(rabbitmq_settings, REDIS_PORT=str(server.port), **PASSWORDS)
        student = Student(actions.url)
        student.say_all(BEGIN, *ANSWERS[:2], TOLD)
        answers = [answer_to(actions.url, body) for body in broken_calls(student)]
    worker = start_worker(DATABASE)
    wait_until(lambda: "StorageUnavailable" in worker.text(), RECOVERY)
    wait_until(lambda: "messages wait in the spool" in actions.log.read_text(), RECOVERY)

    logs = actions.log.read_text() + worker.text()
    assert "redis does not answer" in logs
    assert student.slots["avoid_days"] == ["Saturday"]
    for text in (*answers, logs):
        assert TOLD not in text
        assert "word-for-" not in text
    assert not any(map(has_stack_trace, answers))
    assert not has_stack_trace(logs)
