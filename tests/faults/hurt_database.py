"""Faults of the database."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pymysql

from tests.faults.catalogue import Skipped, fault
from tests.faults.disks import full
from tests.faults.scene import Scene


@fault(("database",), 0, 8)
def database_killed(scene: Scene, seconds: float) -> None:
    scene.database.kill()
    scene.pause(seconds)
    scene.database.start()


@fault(("database",), 0, 5)
def database_restarted(scene: Scene, seconds: float) -> None:
    scene.database.stop()
    scene.pause(seconds)
    scene.database.start()


@fault(("database",), 5, 25)
def database_frozen(scene: Scene, seconds: float) -> None:
    scene.database.pause()
    try:
        scene.pause(seconds)
    finally:
        scene.database.resume()


@fault(("database",), 3, 10)
def database_read_only(scene: Scene, seconds: float) -> None:
    scene.database.execute("SET GLOBAL read_only = 1")
    try:
        scene.pause(seconds)
    finally:
        scene.database.execute("SET GLOBAL read_only = 0")


@fault(("database",), 8, 15)
def database_disk_full(scene: Scene, seconds: float) -> None:
    if not scene.has_small("sql"):
        raise Skipped("a file system of its own needs root")
    with full(scene.disks["sql"]):
        scene.pause(seconds)
    if not scene.database.running:  # a server may end itself over this; its supervisor starts it again
        scene.counts["database ended itself, disk full"] += 1
    scene.database.start()


@fault(("database",), 5, 12)
def rows_locked(scene: Scene, seconds: float) -> None:
    """A transaction of somebody else's holds the end of the table, so that inserts wait in vain."""
    with _connection(scene) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT COUNT(*) FROM chat_message_logs WHERE message_id >= '' FOR UPDATE")
        scene.pause(seconds)
        connection.rollback()


@fault(("database",), 5, 10)
def deadlocks(scene: Scene, seconds: float) -> None:
    """Transactions that hold gaps the workers want, then want what the workers hold."""
    deadline = time.monotonic() + seconds
    with _connection(scene) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS ballast (id INT PRIMARY KEY AUTO_INCREMENT, n INT)")
        cursor.execute("INSERT INTO ballast (n) SELECT seq FROM seq_1_to_2000")
        cursor.execute("SET innodb_lock_wait_timeout = 1")
        before = _deadlocks(cursor)
        while time.monotonic() < deadline and not scene.ended.is_set():
            with contextlib.suppress(pymysql.err.OperationalError):
                _provoke_deadlock(cursor)
            connection.rollback()
        scene.counts["deadlocks"] += _deadlocks(cursor) - before


@contextlib.contextmanager
def _connection(scene: Scene) -> "Iterator[pymysql.Connection[Any]]":
    connection = pymysql.connect(
        host="127.0.0.1", port=scene.database.port, user="root", database="registration", read_timeout=30
    )
    with connection:
        yield connection


def _provoke_deadlock(cursor: pymysql.cursors.Cursor) -> None:
    cursor.execute("BEGIN")
    # The heavier transaction survives, so ours is made heavy and the worker's is the victim.
    cursor.execute("UPDATE ballast SET n = n + 1")
    cursor.execute("SELECT id FROM chat_message_logs WHERE message_id BETWEEN '4' AND '9' FOR UPDATE")
    time.sleep(0.05)  # long enough for a worker's batch to stand at the gap
    cursor.execute("SELECT id FROM chat_message_logs WHERE message_id < '4' FOR UPDATE")


def _deadlocks(cursor: pymysql.cursors.Cursor) -> int:
    cursor.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
    row = cursor.fetchone()
    return int(row[1]) if row else 0
