"""`retention --days N`."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from registration.messaging.topology import QUEUES, Queue
from registration.operating.carrier import Carrier, Letter
from registration.operating.carriers import carrier_of
from registration.operating.stores.tracker_store import SqlTrackers, trackers_of
from registration.operating.terminal import AsJson, Yes, ask, settings
from registration.storage.engine import open_engine
from registration.storage.retention import Retention


def retention(
    days: Annotated[int, typer.Option(min=1, max=36_500, help="What is older than so many days goes.")],
    yes: Yes = False,
    as_json: AsJson = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    endpoints: Annotated[Path, typer.Option(help="Rasa's endpoints file.")] = Path("endpoints.yml"),
) -> None:
    """Delete logs, conversations of the review, dead letters and Rasa's events that are older than N days.

    Workers may go on. Counters that name nobody are kept. To be run daily, by cron or the like.
    """
    known = settings()
    before = datetime.now(timezone.utc) - timedelta(days=days)
    engine = open_engine(known.database_url)
    try:
        rows = Retention(engine, before.replace(tzinfo=None))
        letters, trackers = _OldLetters(carrier_of(known), before), trackers_of(endpoints)
        counts = {**rows.counts(), **letters.counts(), "trackers": _old_events(trackers, before)}
        if as_json:
            typer.echo(json.dumps(counts, indent=2))
        else:
            typer.echo("\n".join(f"{count:>10,}  {name}" for name, count in counts.items()))
        if dry_run:
            return
        ask(f"Delete these {sum(counts.values()):,}, older than {before:%Y-%m-%d %H:%M} UTC, for good?", yes)
        rows.delete()
        letters.drop()
        if isinstance(trackers, SqlTrackers):
            trackers.rows.erase_before(before.timestamp())
    finally:
        engine.dispose()


def _old_events(trackers: object, before: datetime) -> int:
    return trackers.rows.count_before(before.timestamp()) if isinstance(trackers, SqlTrackers) else 0


class _OldLetters:
    """Dead letters that failed before a moment."""

    def __init__(self, carrier: Carrier, before: datetime) -> None:
        self._carrier = carrier
        self._before = before

    def counts(self) -> dict[str, int]:
        return {queue.dead: self._walk(queue, drop=False) for queue in QUEUES.values()}

    def drop(self) -> None:
        for queue in QUEUES.values():
            self._walk(queue, drop=True)

    def _walk(self, queue: Queue, drop: bool) -> int:
        count = 0
        with self._carrier.letters(queue) as letters:
            for letter in letters:
                if self._is_old(letter):
                    count += 1
                    if drop:
                        letters.drop([letter])
        return count

    def _is_old(self, letter: Letter) -> bool:
        return letter.failed_at is not None and letter.failed_at < self._before
