"""`python -m registration erase` and `export`: nothing finds the student, and nobody else lost anything."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import create_engine, func, insert, select

from registration.messaging.messages import ChatMessage, ClassPreference, Notification
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.settings import RedisSettings, SpoolSettings
from registration.storage.conversation_tables import (
    conversation_progress,
    conversation_summaries,
    conversation_terms,
    conversation_turns,
    review_marks,
    review_notes,
    review_tags,
)
from registration.storage.engine import open_engine
from registration.storage.following import Follower
from registration.storage.trackers import events
from registration.storage.writer import Writer
from tests.operating.conftest import Place, Served
from tests.operating.patience import eventually
from tests.worker.running import chat, ids, notification, preference

Capture = pytest.CaptureFixture[str]
SECRET = "bí mật của em số mười hai"
REVIEW = (
    conversation_summaries,
    conversation_turns,
    conversation_terms,
    review_marks,
    review_notes,
    review_tags,
)


class Life:
    """Student 12 and student 21 leave something in every store."""

    def __init__(self, place: Place, redis_settings: RedisSettings, spool: SpoolSettings, url: str) -> None:
        self.place = place
        self.redis = redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db)
        self.spool = Spool(spool)
        self.folder = spool.folder
        self.database = Path(url.removeprefix("sqlite:///"))
        self.trackers = self.database.with_name("rasa.db")
        self.engine = open_engine(url)
        self.tracker_engine = create_engine(f"sqlite:///{self.trackers}")
        self.kept: list[str] = []

    def close(self) -> None:
        self.spool.close()
        self.redis.close()
        self.engine.dispose()
        self.tracker_engine.dispose()

    def live(self, student: int, secret: str) -> None:
        for key in ("class_preferences", "conversation"):
            self.redis.set(f"{key}:{student}", json.dumps({"said": secret}))
        stored = [chat(student, message=secret, metadata=_metadata(student)), preference(student)]
        writer = Writer(self.engine)
        writer.store(stored)
        Follower(self.engine).step()
        self._review(student, secret)
        self._track(student, secret)
        waiting = [chat(student, message=secret), notification(student, content=secret)]
        self.place.publish(*waiting)
        self.place.bury(dead := chat(student, message=secret), "storing fails with KeyError")
        publisher = SpoolPublisher(self.spool)
        publisher.publish(spooled := chat(student, message=secret))
        self.kept += ids([*stored, *waiting, dead, spooled])

    def _review(self, student: int, secret: str) -> None:
        mine = conversation_summaries.c.student_id == student
        with self.engine.begin() as connection:
            key = connection.execute(select(conversation_summaries.c.conversation_key).where(mine)).scalar()
            at = connection.execute(select(conversation_summaries.c.started_at).where(mine)).scalar()
            log = connection.execute(select(func.max(conversation_turns.c.log_id))).scalar()
            noted = {"student_id": student, "note": secret}
            mark = {**noted, "log_id": log, "verdict": "wrong", "marked_at": at}
            connection.execute(insert(review_marks), mark)
            connection.execute(insert(review_notes), {**noted, "conversation_key": key, "written_at": at})
            tag = {"tag": "odd", "conversation_key": key, "student_id": student}
            connection.execute(insert(review_tags), tag)

    def _track(self, student: int, secret: str) -> None:
        with self.tracker_engine.begin() as connection:
            events.create(connection, checkfirst=True)
            event = {"sender_id": str(student), "type_name": "user", "timestamp": 1.0, "data": secret}
            connection.execute(insert(events), event)

    def bytes(self) -> bytes:
        """All that lies in the files of SQLite."""
        folders = (self.folder, self.database.parent)
        return b"".join(
            path.read_bytes() for folder in folders for path in folder.glob("*") if path.is_file()
        )

    def counts(self, student: int) -> dict[str, int]:
        """What each store's own interface finds of a student."""
        tables = [table for table in REVIEW if "student_id" in table.c]
        with self.engine.connect() as connection:
            found = {
                table.name: len(connection.execute(select(table).where(table.c.student_id == student)).all())
                for table in tables
            }
            for table in (conversation_turns, conversation_terms):
                found[table.name] = len(connection.execute(select(table)).all())
        with self.tracker_engine.connect() as connection:
            mine = select(events).where(events.c.sender_id == str(student))
            found["events"] = len(connection.execute(mine).all())
        rows = self.place.rows
        for kind in (ChatMessage, ClassPreference, Notification):
            found[kind.__name__] = sum(row["student_id"] == student for row in rows.of(kind))
        found["redis"] = len(self.redis.keys(f"*:{student}"))
        return found


def _metadata(student: int) -> dict[str, Any]:
    return {"sender_id": str(student), "session": str(uuid.uuid4()), "understood": True, "step": None}


@pytest.fixture
def endpoints(tmp_path: Path) -> Path:
    path = tmp_path / "endpoints.yml"
    path.write_text(f"tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: {tmp_path / 'rasa.db'}\n")
    return path


@pytest.fixture
def life(
    place: Place, redis_settings: RedisSettings, spool_settings: SpoolSettings, sqlite_url: str
) -> Iterator[Life]:
    life = Life(place, redis_settings, spool_settings, sqlite_url)
    yield life
    life.close()


def erase(place: Place, endpoints: Path, student: str, capsys: Capture) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = place.run("erase", student, "--yes", "--json", "--endpoints", str(endpoints))
    return code, json.loads(capsys.readouterr().out)


def test_nothing_finds_an_erased_student_and_the_other_lost_nothing(
    life: Life, endpoints: Path, capsys: Capture
) -> None:
    life.live(12, SECRET)
    mine = list(life.kept)
    life.live(21, "của người khác")
    before = life.counts(21)
    assert SECRET.encode() in life.bytes(), "or the search afterwards would prove nothing"

    code, report = erase(life.place, endpoints, "12", capsys)

    assert (code, report["complete"]) == (0, True)
    assert report["erased"]["redis"] == 2
    assert report["erased"]["trackers"] == 1
    assert report["erased"]["spool"] >= 1
    assert report["searched"]["message_ids"] == len(mine)
    assert report["searched"]["found_in"] == []
    assert any("ackups" in remark for remark in report["by_hand"])
    left = {name: count for name, count in life.counts(12).items() if count}
    assert left.keys() <= {"conversation_turns", "conversation_terms"}, "which are the other's"
    after = life.counts(21)
    assert {**before, "conversation_turns": 1, "conversation_terms": 0} == {**after, "conversation_terms": 0}
    assert after["conversation_terms"] < before["conversation_terms"]
    content = life.bytes()
    assert SECRET.encode() not in content
    assert not any(message_id.encode() in content for message_id in mine)
    assert "của người khác".encode() in content
    _check_queues(life)


def _check_queues(life: Life) -> None:
    """What waits is the other's alone, all of it, and is still stored."""
    others = life.kept[len(life.kept) // 2 :]
    life.spool.close()  # so that its file is another process's to forward or store
    life.place.run("dead-letters", "replay", "chat_messages", "--yes")
    with life.place.worker():
        # With servers, what lies in the spool is for the action server to send.
        wanted = 5 if isinstance(life.place, Served) else 6
        eventually(lambda: _stored(life) >= wanted)
    rows = [row for kind in (ChatMessage, Notification) for row in life.place.rows.of(kind)]
    assert {row["student_id"] for row in rows} == {21}
    assert {row["message_id"] for row in rows} <= set(others)


def _stored(life: Life) -> int:
    return sum(len(life.place.rows.ids(kind)) for kind in (ChatMessage, ClassPreference, Notification))


def test_erasing_asks_first(life: Life, endpoints: Path) -> None:
    life.live(12, SECRET)
    assert life.place.run("erase", "12", "--endpoints", str(endpoints)) == 1
    assert life.counts(12)["redis"] == 2


def test_with_a_running_worker_everything_is_found(life: Life, endpoints: Path, capsys: Capture) -> None:
    with life.place.worker() as worker:
        life.live(12, SECRET)
        life.place.publish(*(chat(12, message=SECRET) for _ in range(200)), other := chat(21))
        code, report = erase(life.place, endpoints, "12", capsys)
        assert (code, report["complete"]) == (0, True)
        eventually(lambda: other.message_id in life.place.rows.ids(), "the worker goes on afterwards")
        assert worker.process.poll() is None
    assert not life.counts(12)["ChatMessage"]
    assert SECRET.encode() not in life.bytes()


def test_where_slots_are_out_of_reach_a_dated_mark_keeps_them_from_coming_back(
    life: Life, tmp_path: Path, capsys: Capture
) -> None:
    empty = tmp_path / "none.yml"
    empty.write_text("action_endpoint:\n  url: http://127.0.0.1:5055/webhook\n")
    life.live(12, SECRET)

    code, report = erase(life.place, empty, "12", capsys)

    assert code == 0
    assert life.redis.keys("*:12") == [b"cleared:12"]
    assert 0 < life.redis.ttl("cleared:12") <= 3600
    assert any("cleared:" in remark for remark in report["by_hand"])
    assert any("restart Rasa" in remark for remark in report["by_hand"])


def test_nothing_is_erased_unless_every_store_answers(
    life: Life, endpoints: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.live(12, SECRET)
    monkeypatch.setenv("REDIS_PORT", "1")
    assert life.place.run("erase", "12", "--yes", "--endpoints", str(endpoints)) == 3
    assert "redis does not answer" in capsys.readouterr().err
    assert life.counts(12)["ChatMessage"] == 1


def test_a_stranger_who_takes_messages_stops_it(
    life: Life, endpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(life.place, Served):
        pytest.skip("nobody but a worker can take from the spool")
    monkeypatch.setattr("registration.operating.people._PATIENCE", 0.1)
    life.live(12, SECRET)
    channel = life.place.broker.channel
    tag = channel.basic_consume("notifications", lambda *_: None)
    assert life.place.run("erase", "12", "--yes", "--endpoints", str(endpoints)) == 3
    channel.basic_cancel(tag)
    assert life.counts(12)["redis"] == 2


def test_an_anonymous_sender_is_erased_by_name(
    place: Place, endpoints: Path, sqlite_url: str, capsys: Capture
) -> None:
    anonymous, other = ({"sender_id": name} for name in ("web-5", "web-6"))
    with closing(Writer.to(sqlite_url)) as writer:
        writer.store(
            [chat(0, metadata=anonymous), chat(0, metadata=other), notification(0, metadata=anonymous)]
        )
    place.publish(chat(0, metadata=anonymous), chat(0, metadata=other))

    code, report = erase(place, endpoints, "web-5", capsys)

    assert code == 0
    assert report["erased"]["tables"] == 2
    assert [row["metadata"] for row in place.rows.of(ChatMessage)] == [other]
    capsys.readouterr()
    assert place.run("export", "web-6", "--endpoints", str(endpoints)) == 0
    assert sum(len(items) for items in _stores(capsys)) == 2


def test_rows_that_follow_an_erasure_are_followed_by_the_review(
    life: Life, endpoints: Path, capsys: Capture
) -> None:
    life.live(12, SECRET)
    assert erase(life.place, endpoints, "12", capsys)[0] == 0
    Writer(life.engine).store([chat(21, metadata=_metadata(21))])  # SQLite gives it the erased row's id
    assert Follower(life.engine).step() == 1
    with life.engine.connect() as connection:
        assert connection.execute(select(conversation_progress.c.log_id)).scalar() == 1


def test_an_export_holds_everything_and_changes_nothing(
    life: Life, endpoints: Path, tmp_path: Path, capsys: Capture
) -> None:
    life.live(12, SECRET)
    life.live(21, "của người khác")
    output = tmp_path / "student.json"
    command = ["export", "12", "--output", str(output), "--endpoints", str(endpoints)]

    assert life.place.run(*command) == 0

    text = output.read_text()
    assert oct(output.stat().st_mode)[-3:] == "600"
    assert all(message_id in text for message_id in life.kept[: len(life.kept) // 2])
    assert "của người khác" not in text
    assert life.place.run(*command) == 2, "it never writes over a file"
    assert life.counts(12)["redis"] == 2
    assert life.place.run("dead-letters", "show", "chat_messages", life.kept[4]) == 0


@pytest.mark.parametrize("text", ["", ": [", "- 1", "tracker_store: {type: SQL, dialect: nonsense}"])
def test_an_endpoints_file_that_is_none_is_told(
    place: Place, tmp_path: Path, text: str, capsys: Capture
) -> None:
    file = tmp_path / "endpoints.yml"
    file.write_text(text)
    code = place.run("erase", "12", "--yes", "--endpoints", str(file))
    assert code == (2 if text else 0)
    assert place.run("erase", "12", "--yes", "--endpoints", str(tmp_path / "none.yml")) == 2


def _stores(capsys: Capture) -> list[list[Any]]:
    found = json.loads(capsys.readouterr().out)
    return [items for items in found.values() if isinstance(items, list)]
