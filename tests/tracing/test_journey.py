"""One trace id from the chat turn through the spool and AMQP's headers to the row, and its spans."""

import gzip
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from benchmarks.actions import Caller, request
from registration.messaging.messages import ChatMessage, encode
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.messaging.spool_reader import SpoolReader
from registration.messaging.topology import QUEUES
from registration.messaging.trace import current_trace, kept, trace_id
from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from registration.testing.bot import ActionServer
from registration.tracing.publisher import TracedPublisher
from tests.operating.patience import eventually
from tests.worker.running import Broker, Rows, WorkerProcess, chat, environment, preference

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


class Collector:
    """Takes spans by OTLP over HTTP, as a collector does."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                found = ExportTraceServiceRequest.FromString(body)
                for resource in found.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def names(self, trace: str) -> set[str]:
        return {span.name for span in self.spans if span.trace_id.hex() == trace}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


async def test_a_complaint_can_be_followed_from_the_row_to_every_span(
    rabbitmq_settings: RabbitMQSettings,
    redis_settings: RedisSettings,
    spool_settings: SpoolSettings,
    sqlite_url: str,
    tmp_path: Path,
    collector: Collector,
) -> None:
    environ = environment(rabbitmq_settings, sqlite_url) | {
        "SPOOL_DIR": str(spool_settings.folder),
        "REDIS_HOST": redis_settings.host,
        "REDIS_PORT": str(redis_settings.port),
        "REDIS_DB": str(redis_settings.db),
        "TRACING": "on",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "LOG_FORMAT": "json",
    }
    rows = Rows(sqlite_url)
    with ActionServer(environ) as server, WorkerProcess(environ, tmp_path / "worker.log") as worker:
        caller = await Caller(server.port).open()
        head, body = request(server.port).split(b"\r\n", 1)
        await caller.call(head + b"\r\ntraceparent: " + TRACE.encode() + b"\r\n" + body)
        await caller.call(request(server.port))
        caller.close()
        first, second = eventually(lambda: len(found := rows.of(ChatMessage)) == 2 and found)
        rows.close()
        assert first["metadata"]["trace_id"] == TRACE_ID, "that of the caller"
        own = second["metadata"]["trace_id"]
        assert own not in ("", TRACE_ID)
        wanted = {"validate_registration_form", "store chat_messages"}
        for trace in (TRACE_ID, own):
            eventually(lambda trace=trace: collector.names(trace) == wanted, "its spans")
        lines = [json.loads(line) for line in worker.text().splitlines()]
    assert any(line.get("queue") == "chat_messages" and line["level"] == "info" for line in lines)
    assert all("sáng" not in str(line) for line in lines)


def test_without_tracing_nothing_is_marked(spool_settings: SpoolSettings) -> None:
    (entry,) = spooled(spool_settings, "")
    assert entry.trace == ""
    assert b"trace_id" not in entry.body


def test_the_trace_lies_beside_the_message_in_the_spool(spool_settings: SpoolSettings) -> None:
    (entry,) = spooled(spool_settings, TRACE)
    assert entry.trace == TRACE
    assert json.loads(entry.body)["metadata"]["trace_id"] == TRACE_ID


def spooled(settings: SpoolSettings, trace: str) -> list[Any]:
    spool = Spool(settings)
    mark = current_trace.set(trace)
    publisher = TracedPublisher(SpoolPublisher(spool))
    assert publisher.publish(chat(1))
    assert publisher.publish(preference(1)), "which has no metadata"
    current_trace.reset(mark)
    spool.close()
    reader = SpoolReader(settings)
    reader.refresh()
    found = reader.entries("chat_messages", 10)
    reader.close()
    return found


def test_a_file_of_an_older_version_is_read(spool_settings: SpoolSettings) -> None:
    spool_settings.folder.mkdir()
    message = chat(1)
    with closing(sqlite3.connect(spool_settings.folder / "00000000000000000001-1-a.db")) as old, old:
        columns = (
            "message_id TEXT NOT NULL, routing_key TEXT NOT NULL, order_key TEXT NOT NULL, body BLOB NOT NULL"
        )
        old.execute(f"CREATE TABLE chat_messages (number INTEGER PRIMARY KEY, {columns})")
        row = (1, message.message_id, "chat.message.new", "1", encode(message))
        old.execute("INSERT INTO chat_messages VALUES (?, ?, ?, ?, ?)", row)
    reader = SpoolReader(spool_settings)
    reader.refresh()
    (entry,) = reader.entries("chat_messages", 10)
    reader.close()
    assert (entry.message_id, entry.trace, entry.body) == (message.message_id, "", encode(message))


def test_what_fails_keeps_its_trace(
    rabbitmq_settings: RabbitMQSettings, sqlite_url: str, tmp_path: Path
) -> None:
    environ = environment(rabbitmq_settings, sqlite_url)
    with closing(Broker(rabbitmq_settings)) as broker, WorkerProcess(environ, tmp_path / "worker.log"):
        broker.publish_body(QUEUES["notifications"], b"{", headers={"traceparent": TRACE})
        eventually(lambda: broker.count("notifications.dead") == 1)
        ((properties, _),) = broker.read("notifications.dead")
    assert properties.headers["traceparent"] == TRACE
    assert properties.headers["x-attempts"] == 1


@pytest.mark.parametrize(
    "value",
    ["", "x", 7, None, "00-zz-b7ad6b7169203331-01", "a-b-c-d", "00-" + "g" * 32 + "-b7ad6b7169203331-01"],
)
def test_what_is_no_trace_is_not_carried_on(value: Any) -> None:
    assert kept({"traceparent": value}) == {}
    assert trace_id(str(value)) == ""
