"""The metrics and the health of the real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from benchmarks.actions import Caller, request
from registration.messaging.spool import Spool
from registration.messaging.topology import QUEUES
from registration.operating.processes import process_parts
from registration.settings import MetricsSettings, RabbitMQSettings, RedisSettings, SpoolSettings
from registration.testing.bot import ActionServer
from registration.testing.processes import free_port
from tests.metrics.scraping import answers, get, metric, ready
from tests.operating.patience import eventually
from tests.worker.running import Broker, WorkerProcess, chat, embedded_environment, environment


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def broker(rabbitmq_settings: RabbitMQSettings) -> Iterator[Broker]:
    broker = Broker(rabbitmq_settings)
    yield broker
    broker.close()


def test_the_worker_counts_what_becomes_of_each_message(
    rabbitmq_settings: RabbitMQSettings, broker: Broker, sqlite_url: str, tmp_path: Path, port: int
) -> None:
    environ = environment(rabbitmq_settings, sqlite_url) | {"METRICS_PORT": str(port)}
    broker.publish(chat(number) for number in range(20))
    broker.publish_body(QUEUES["chat_messages"], b"{", message_id="broken")
    with WorkerProcess(environ, tmp_path / "worker.log", "chat"):
        eventually(lambda: answers(port))
        eventually(lambda: metric(port, "registration_consumed_total", queue="chat_messages") == 21)
        assert metric(port, "registration_stored_total") == 20
        assert metric(port, "registration_dead_lettered_total") == 1
        assert metric(port, "registration_retried_total") == 0
        assert metric(port, "registration_batch_messages_sum") == 21
        assert metric(port, "registration_store_seconds_count") >= 1
        assert metric(port, "registration_last_store_timestamp_seconds") > 0
        assert metric(port, "registration_process_info", part="worker") == 1
        assert ready(port) == (True, {"part": "worker", "ready": True, "parts": {"chat_messages": "ok"}})


def test_the_worker_is_not_ready_while_its_database_is_away(
    spool_settings: SpoolSettings, tmp_path: Path, port: int
) -> None:
    folder = tmp_path / "data"
    environ = embedded_environment(spool_settings.folder, f"sqlite:///{folder / 'no' / 'r.db'}")
    folder.write_text("where a folder should be")
    with WorkerProcess({**environ, "METRICS_PORT": str(port)}, tmp_path / "worker.log", "chat"):
        eventually(lambda: answers(port))
        eventually(lambda: "Storage" in str(ready(port)[1]["parts"]))
        assert ready(port)[0] is False
        (part,) = process_parts(MetricsSettings(port=port))
        assert (part.name, part.level) == (f"worker :{port}", "bad")
        assert "chat_messages: Storage" in part.detail
        assert metric(port, "registration_lane_healthy", queue="chat_messages") == 0
        folder.unlink()
        eventually(lambda: ready(port)[0])
        assert metric(port, "registration_lane_healthy", queue="chat_messages") == 1


async def test_the_action_server_counts_turns_and_stays_ready_without_redis(
    redis_settings: RedisSettings, spool_settings: SpoolSettings, tmp_path: Path, port: int
) -> None:
    client = redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db)
    environ = {
        "MODE": "embedded",
        "SPOOL_DIR": str(spool_settings.folder),
        "REDIS_HOST": redis_settings.host,
        "REDIS_PORT": str(redis_settings.port),
        "REDIS_DB": str(redis_settings.db),
        "CATALOGUE_PATH": "registration/timetable/sample/sample.json",
        "METRICS_PORT": str(port),
    }
    with ActionServer(environ) as server:
        eventually(lambda: answers(port))
        caller = await Caller(server.port).open()
        for _ in range(3):
            await caller.call(request(server.port))
        await caller.call(request(server.port, "xyzzy"))
        caller.close()
        understood = {"question": "time_period", "language": "vi", "understood": "yes"}
        assert metric(port, "registration_turns_total", **understood) == 3
        assert metric(port, "registration_turns_total", question="time_period", understood="no") == 1
        called = {"action": "validate_registration_form", "result": "ok"}
        assert metric(port, "registration_action_seconds_count", **called) == 4
        assert metric(port, "registration_cache_operations_total", operation="update", result="ok") == 4
        assert metric(port, "registration_spooled_total", queue="chat_messages") == 4
        eventually(lambda: metric(port, "registration_spool_messages", queue="chat_messages") == 4)
        assert metric(port, "registration_spool_oldest_seconds", queue="chat_messages") > 0
        assert "sáng" not in get(port, "/metrics")[1].decode()
        client.config_set("maxmemory", 1)
        try:
            caller = await Caller(server.port).open()
            await caller.call(request(server.port))
            caller.close()
        finally:
            client.config_set("maxmemory", 0)
        client.close()
        eventually(lambda: metric(port, "registration_cache_operations_total", result="failed") == 1)
        assert ready(port)[0] is True, "the dialogue goes on from the slots"


def test_what_a_full_spool_refuses_is_counted(spool_settings: SpoolSettings) -> None:
    from registration.messaging.publisher import SpoolPublisher
    from registration.metrics.names.publishing import SPOOL_REFUSED
    from registration.metrics.publisher import MeteredPublisher

    blocked = SpoolSettings(folder=spool_settings.folder / "file" / "spool")
    spool_settings.folder.mkdir()
    (spool_settings.folder / "file").write_text("where a folder should be")
    refused = SPOOL_REFUSED.labels("chat_messages")
    before = refused._value.get()
    publisher = MeteredPublisher(SpoolPublisher(Spool(blocked)))
    assert publisher.publish(chat(1, metadata={"asked": {"odd": 1}, "language": "vi\n" * 9})) is False
    assert refused._value.get() == before + 1
