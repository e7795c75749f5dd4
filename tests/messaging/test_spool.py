"""The spool: what append took is there, whatever happens to the process, the file or the disk."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import msgspec
import pytest

from registration.errors import BrokerError, InvalidMessage, SpoolError, SpoolFull
from registration.messaging.messages import ChatMessage, decode
from registration.messaging.publisher import SpoolPublisher, order_key
from registration.messaging.spool import Spool
from registration.messaging.spool_file import SpoolFile
from registration.messaging.spool_reader import Entry, SpoolReader
from registration.settings import SpoolSettings
from registration.testing.waiting import wait_until
from tests.messaging.building import chat, preference
from tests.messaging.descriptors import no_descriptors
from tests.messaging.disk import fill

QUEUE = "chat_messages"


@pytest.fixture
def reader(spool_settings: SpoolSettings) -> Iterator[SpoolReader]:
    """Reads every file, as the worker of embedded mode does."""
    reader = SpoolReader(spool_settings)
    yield reader
    reader.close()


def append(spool: Spool, *bodies: bytes, queue: str = QUEUE) -> None:
    for body in bodies:
        spool.append(queue, "id", "chat.message.new", "1", body)


def read(reader: SpoolReader, queue: str = QUEUE, limit: int = 1000) -> list[Entry]:
    reader.refresh()
    return reader.entries(queue, limit)


def bodies(reader: SpoolReader, queue: str = QUEUE) -> list[bytes]:
    return [entry.body for entry in read(reader, queue)]


def files(settings: SpoolSettings) -> list[str]:
    return sorted(path.name for path in settings.folder.iterdir())


def run_child(code: str, settings: SpoolSettings) -> "subprocess.Popen[bytes]":
    """A process with a `spool`, which says "ready" when `code` is through, and then waits."""
    prelude = f"""
import os, sys
from pathlib import Path
from registration.messaging.spool import Spool
from registration.settings import SpoolSettings
spool = Spool(SpoolSettings(folder=Path({str(settings.folder)!r})))
def append(body): spool.append("chat_messages", "id", "chat.message.new", "1", body)
"""
    ending = "\nprint('ready', flush=True)\nsys.stdin.read()\nspool.close()\n"
    child = subprocess.Popen(
        [sys.executable, "-c", prelude + code + ending], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def end(child: "subprocess.Popen[bytes]", *, kill: bool) -> None:
    if kill:
        child.send_signal(signal.SIGKILL)
    child.communicate()


def test_nothing_is_made_before_the_first_append(spool_settings: SpoolSettings) -> None:
    spool = Spool(spool_settings)
    spool.close()

    assert not spool_settings.folder.exists()


def test_what_was_appended_is_read_in_its_order(spool: Spool, reader: SpoolReader) -> None:
    append(spool, b"1", b"2", b"3")
    append(spool, b"other", queue="notifications")

    assert bodies(reader) == [b"1", b"2", b"3"]
    assert bodies(reader, "notifications") == [b"other"]
    assert bodies(reader, "class_preferences") == []


def test_reading_goes_on_after_a_position_and_stops_at_a_limit(spool: Spool, reader: SpoolReader) -> None:
    append(spool, *(str(number).encode() for number in range(10)))

    first = read(reader, limit=4)
    rest = reader.entries(QUEUE, 1000, {first[-1].path: first[-1].number})

    assert [entry.body for entry in first] == [b"0", b"1", b"2", b"3"]
    assert [entry.body for entry in rest] == [b"4", b"5", b"6", b"7", b"8", b"9"]


def test_an_answer_is_bounded_in_bytes_and_never_empty(spool: Spool, reader: SpoolReader) -> None:
    append(spool, b"a" * 1000, b"b" * 1000, b"c" * 1000)
    reader.refresh()

    assert len(reader.entries(QUEUE, 10, max_bytes=10)) == 1
    assert len(reader.entries(QUEUE, 10, max_bytes=1500)) == 2


def test_only_what_is_removed_is_gone(spool: Spool, reader: SpoolReader) -> None:
    append(spool, b"1", b"2", b"3")
    entries = read(reader)

    reader.remove([entries[1]])

    assert bodies(reader) == [b"1", b"3"]
    assert not reader.is_empty()


def test_a_closed_spool_leaves_no_file_when_it_is_empty(
    spool: Spool, reader: SpoolReader, spool_settings: SpoolSettings
) -> None:
    append(spool, b"1")
    reader.remove(read(reader))
    reader.close()
    spool.close()

    assert files(spool_settings) == []


def test_a_closed_spool_keeps_what_waits(spool: Spool, reader: SpoolReader) -> None:
    append(spool, b"1")
    spool.close()

    assert bodies(reader) == [b"1"]


def test_many_threads_append_and_nothing_is_missing(spool: Spool, reader: SpoolReader) -> None:
    def work(name: int) -> None:
        append(spool, *(f"{name}-{number}".encode() for number in range(100)))

    threads = [Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = bodies(reader)
    assert len(set(found)) == len(found) == 800
    for name in range(8):
        mine = [body for body in found if body.startswith(f"{name}-".encode())]
        assert mine == [f"{name}-{number}".encode() for number in range(100)]


def test_a_killed_process_loses_nothing_and_its_file_is_adopted_and_deleted(
    spool: Spool, spool_settings: SpoolSettings
) -> None:
    forwarders = SpoolReader(spool_settings, spool)
    child = run_child("append(b'1'); append(b'2')", spool_settings)
    assert bodies(forwarders) == []  # its writer lives, and would forward them itself

    end(child, kill=True)

    entries = read(forwarders)
    assert [entry.body for entry in entries] == [b"1", b"2"]
    forwarders.remove(entries)
    forwarders.refresh()
    assert files(spool_settings) == []
    forwarders.close()


def test_a_worker_reads_and_removes_from_a_living_process(
    reader: SpoolReader, spool_settings: SpoolSettings
) -> None:
    child = run_child("append(b'1'); append(b'2')", spool_settings)

    reader.remove(read(reader)[:1])

    assert bodies(reader) == [b"2"]
    end(child, kill=False)
    reader.remove(read(reader))
    reader.refresh()
    assert files(spool_settings) == []


def test_two_readers_never_hold_the_same_file(
    spool: Spool, reader: SpoolReader, spool_settings: SpoolSettings
) -> None:
    append(spool, b"1")
    assert bodies(reader) == [b"1"]
    second = SpoolReader(spool_settings)

    assert bodies(second) == []

    reader.close()
    assert bodies(second) == [b"1"]
    second.close()


def test_appends_do_not_wait_for_a_reader_in_another_process(
    spool: Spool, spool_settings: SpoolSettings
) -> None:
    code = """
from registration.messaging.spool_reader import SpoolReader
from threading import Thread
reader = SpoolReader(spool.settings)
def work():
    while True:
        reader.refresh()
        reader.remove(reader.entries("chat_messages", 100))
        reader.checkpoint()
Thread(target=work, daemon=True).start()
"""
    child = run_child(code, spool_settings)
    slowest = 0.0
    for number in range(2000):
        begun = time.perf_counter()
        append(spool, str(number).encode())
        slowest = max(slowest, time.perf_counter() - begun)

    end(child, kill=True)
    print(f"slowest append beside a busy reader: {slowest * 1000:.1f} ms")
    assert slowest < 5  # SQLite's patience would have ended long before


def test_a_file_locked_for_long_is_left_and_another_begun(
    spool: Spool, reader: SpoolReader, spool_settings: SpoolSettings
) -> None:
    append(spool, b"1")
    assert spool.path is not None
    blocker = sqlite3.connect(spool.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    append(spool, b"2")

    blocker.rollback()
    blocker.close()
    assert bodies(reader) == [b"1", b"2"]
    assert len({entry.path for entry in read(reader)}) == 2


def test_a_forked_child_writes_a_file_of_its_own(
    spool: Spool, reader: SpoolReader, spool_settings: SpoolSettings
) -> None:
    append(spool, b"parent 1")
    child = os.fork()
    if child == 0:
        append(spool, b"child")
        os._exit(0)
    os.waitpid(child, 0)
    append(spool, b"parent 2")

    entries = read(reader)
    by_body = {entry.body: entry.path for entry in entries}
    assert set(by_body) == {b"parent 1", b"parent 2", b"child"}
    assert by_body[b"parent 1"] == by_body[b"parent 2"] == spool.path
    assert by_body[b"child"] != spool.path


def test_a_parents_lock_does_not_live_on_in_its_child(spool: Spool, spool_settings: SpoolSettings) -> None:
    code = """
append(b"parent")
if os.fork() == 0:
    os.read(0, 1)  # until the test is over
    os._exit(0)
"""
    child = run_child(code, spool_settings)
    child.send_signal(signal.SIGKILL)
    child.wait()
    forwarders = SpoolReader(spool_settings, spool)

    assert wait_until(lambda: bodies(forwarders)) == [b"parent"]

    forwarders.close()
    child.communicate()


def test_forking_amid_appends_and_reads_never_hangs(spool: Spool, spool_settings: SpoolSettings) -> None:
    forwarders = SpoolReader(spool_settings, spool)
    append(spool, b"first")
    stop = False

    def work() -> None:
        while not stop:
            append(spool, b"x")
            forwarders.remove(read(forwarders))

    thread = Thread(target=work)
    thread.start()
    for _ in range(20):
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            append(spool, b"child")
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    stop = True
    thread.join()
    forwarders.close()


def test_a_corrupt_file_of_a_dead_process_is_set_aside(
    reader: SpoolReader, spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    spool_settings.folder.mkdir()
    (spool_settings.folder / "00000000000000000001-1-abc.db").write_bytes(b"no database at all" * 500)

    assert bodies(reader) == []

    assert "00000000000000000001-1-abc.db.corrupt" in files(spool_settings)
    assert "set aside" in caplog.text


def test_a_corrupt_file_of_our_own_is_set_aside_and_another_begun(
    spool: Spool, spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    forwarders = SpoolReader(spool_settings, spool)
    append(spool, *(b"x" * 3000 for _ in range(50)))
    assert spool.path is not None
    first = spool.path
    damage(first)

    append(spool, *(b"y" for _ in range(50)))

    found = bodies(forwarders)
    assert found.count(b"y") == 50
    assert spool.path != first
    assert f"{first.name}.corrupt" in files(spool_settings)
    assert "set aside" in caplog.text
    forwarders.close()


def damage(path: Path) -> None:
    """Overwrites the whole file with rubbish behind SQLite's back, its write-ahead log, too."""
    with SpoolFile(path)._connection as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (size - 100))


def test_a_deleted_file_is_noticed_and_another_begun(spool: Spool, spool_settings: SpoolSettings) -> None:
    append(spool, b"1")
    first = spool.path
    shutil.rmtree(spool_settings.folder)

    append(spool, *(b"x" for _ in range(100)))

    assert spool.path is not None
    assert spool.path != first
    assert spool.path.exists()


def test_a_reader_without_descriptors_takes_its_own_file_as_soon_as_it_can(
    spool: Spool, spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    forwarders = SpoolReader(spool_settings, spool)
    append(spool, b"1")

    with no_descriptors():
        for _ in range(3):
            assert forwarders.entries(QUEUE, 10) == []
            assert not forwarders.is_empty()

    assert [entry.body for entry in forwarders.entries(QUEUE, 10)] == [b"1"]
    assert len([record for record in caplog.records if "left for now" in record.getMessage()]) == 1
    forwarders.close()


def test_a_folder_that_cannot_be_listed_raises_no_error_but_ours(
    spool: Spool, reader: SpoolReader, spool_settings: SpoolSettings
) -> None:
    append(spool, b"1")

    with no_descriptors(), suppress(SpoolError):  # from Python 3.13 on, it only looks empty
        reader.refresh()

    assert bodies(reader) == [b"1"]


def test_a_file_that_is_locked_for_a_while_is_taken_later(
    reader: SpoolReader, spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    end(run_child("append(b'1')", spool_settings), kill=True)
    (path,) = spool_settings.folder.glob("*.db")
    looker = sqlite3.connect(path, isolation_level=None)
    looker.execute("PRAGMA locking_mode = EXCLUSIVE")
    looker.execute("BEGIN IMMEDIATE")

    assert bodies(reader) == bodies(reader) == []
    looker.close()

    assert bodies(reader) == [b"1"]
    assert caplog.text.count("locked by another process") == 1


def test_a_file_that_cannot_be_deleted_does_not_hold_up_the_others(
    spool: Spool, reader: SpoolReader, spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    child = run_child("append(b'1')", spool_settings)
    reader.remove(read(reader))
    end(child, kill=True)
    append(spool, b"2")
    (path,) = (path for path in spool_settings.folder.glob("*.db") if path != spool.path)
    in_the_way = path.with_name(path.name + "-shm")
    in_the_way.unlink()
    in_the_way.mkdir()

    assert bodies(reader) == bodies(reader) == [b"2"]

    assert "Is a directory" in caplog.text
    assert not path.exists()


def test_a_full_spool_refuses_and_takes_again_once_it_is_read(
    spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(replace(spool_settings, max_bytes=1 << 20))
    reader = SpoolReader(spool.settings, spool)

    with pytest.raises(SpoolFull):
        append(spool, *(b"x" * 1000 for _ in range(3000)))
    taken = len(read(reader, limit=10_000))
    assert taken > 50
    reader.remove(read(reader, limit=10_000))
    reader.checkpoint()
    append(spool, b"again")

    assert bodies(reader) == [b"again"]
    reader.close()
    spool.close()


def test_a_full_spool_is_false_an_error_in_the_log_and_a_count(
    spool_settings: SpoolSettings, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(replace(spool_settings, max_bytes=1 << 20))
    publisher = SpoolPublisher(spool)

    answers = [publisher.publish(chat(number)) for number in range(3000)]

    assert answers[0]
    assert not answers[-1]
    assert publisher.taken == answers.count(True)
    assert publisher.refused == answers.count(False)
    assert chat(2999).message_id in caplog.text
    spool.close()


def test_a_full_disk_refuses_and_takes_again(small_disk: Path) -> None:
    settings, ballast = SpoolSettings(folder=small_disk / "spool"), small_disk / "ballast"
    spool = Spool(settings)
    append(spool, b"1")
    fill(ballast)
    with pytest.raises(SpoolFull):
        append(spool, *(b"x" * 1000 for _ in range(1000)))

    ballast.unlink()
    append(spool, b"again")

    reader = SpoolReader(settings, spool)
    found = bodies(reader)
    assert found[0] == b"1"
    assert found[-1] == b"again"
    reader.close()
    spool.close()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    spool = Spool(SpoolSettings(folder=tmp_path / "file" / "spool"))

    with pytest.raises(SpoolError, match="folder"):
        append(spool, b"1")


def test_full_synchronous_survives_the_same(spool_settings: SpoolSettings, reader: SpoolReader) -> None:
    spool = Spool(replace(spool_settings, synchronous="full"))
    append(spool, b"1")

    assert bodies(reader) == [b"1"]
    spool.close()


def test_the_write_ahead_log_is_kept_short(spool: Spool, spool_settings: SpoolSettings) -> None:
    reader = SpoolReader(spool_settings, spool)
    for _ in range(60):
        append(spool, *(b"x" * 4000 for _ in range(100)))
        reader.remove(read(reader))
        reader.checkpoint()

    assert spool.path is not None
    assert spool.path.with_name(spool.path.name + "-wal").stat().st_size < 16 << 20
    reader.close()


def test_the_publisher_keeps_a_whole_message(spool: Spool, reader: SpoolReader) -> None:
    assert SpoolPublisher(spool).publish(chat(7, student_id=42))

    (entry,) = read(reader)
    assert decode(ChatMessage, entry.body) == chat(7, student_id=42)
    assert entry.message_id == chat(7).message_id
    assert entry.order_key == "42"
    assert entry.routing_key == "chat.message.new"


def test_the_publisher_gives_an_id_and_fits_a_foreign_one(spool: Spool, reader: SpoolReader) -> None:
    publisher = SpoolPublisher(spool)
    publisher.publish(replace_id(""))
    publisher.publish(replace_id("x" * 1000))

    assert [len(entry.message_id) for entry in read(reader)] == [36, 36]


def replace_id(message_id: str) -> ChatMessage:
    return msgspec.structs.replace(chat(1), message_id=message_id)


def test_the_publisher_refuses_a_bad_message_and_a_key_that_leads_nowhere(spool: Spool) -> None:
    publisher = SpoolPublisher(spool)

    with pytest.raises(InvalidMessage):
        publisher.publish(chat(1, student_id=-1))
    with pytest.raises(BrokerError, match=r"chat\.message\.\*"):
        publisher.publish(chat(1), routing_key="chat.massage.new")
    with pytest.raises(BrokerError):
        publisher.publish(chat(1), routing_key="chat.message." + "x" * 300)
    assert publisher.publish(chat(1), routing_key="chat.message.edited")


def test_anonymous_senders_have_orders_of_their_own() -> None:
    one = msgspec.structs.replace(chat(1, student_id=0), metadata={"sender_id": "a"})
    two = msgspec.structs.replace(chat(1, student_id=0), metadata={"sender_id": "b"})

    assert order_key(one) != order_key(two)
    assert order_key(preference(1, student_id=0)) == order_key(chat(1, student_id=0))
