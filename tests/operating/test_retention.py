"""`python -m registration retention`."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select

from registration.storage.trackers import events
from registration.storage.writer import Writer
from tests.operating.conftest import Place
from tests.worker.running import chat


def test_what_is_too_old_is_counted_then_deleted(
    place: Place, sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(timezone.utc)
    old = now - timedelta(days=40)
    writer = Writer.to(sqlite_url)
    writer.store([chat(1, timestamp=old), kept := chat(2, timestamp=now)])
    writer.close()
    place.bury(chat(3), "broken", old.isoformat())
    place.bury(chat(4), "broken", now.isoformat())
    trackers = create_engine(f"sqlite:///{tmp_path / 'rasa.db'}")
    with trackers.begin() as connection:
        events.create(connection)
        moments = (old.timestamp(), now.timestamp())
        connection.execute(insert(events), [{"sender_id": "1", "timestamp": moment} for moment in moments])
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"tracker_store:\n  type: sql\n  db: {tmp_path / 'rasa.db'}\n")
    command = ["retention", "--days", "30", "--json", "--endpoints", str(endpoints)]

    def counted(*more: str) -> dict[str, int]:
        capsys.readouterr()
        assert place.run(*command, *more) == 0
        found: dict[str, int] = json.loads(capsys.readouterr().out)
        return {name: count for name, count in found.items() if count}

    expected = {"chat_message_logs": 1, "chat_messages.dead": 1, "trackers": 1}
    assert counted("--dry-run") == expected
    assert place.run(*command) == 1, "nobody is there to say yes"
    assert counted("--yes") == expected
    assert counted("--dry-run") == {}
    assert place.rows.ids() == [kept.message_id]
    with trackers.connect() as connection:
        assert connection.execute(select(events.c.timestamp)).scalars().all() == [now.timestamp()]
    trackers.dispose()


@pytest.mark.parametrize("days", ["0", "-1", "x"])
def test_a_wrong_number_of_days_is_refused(place: Place, days: str) -> None:
    assert place.run("retention", "--days", days, "--yes") == 2
