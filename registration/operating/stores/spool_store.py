"""The spool's files, and the shelf of retries and dead letters beside them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from registration.messaging.glance import glance
from registration.messaging.shelf import NAME, DeadLetter, Shelf, Shelved
from registration.messaging.spool_file import NumberedRow, SpoolFile
from registration.messaging.spool_survey import spool_files
from registration.operating.stores.store import Item, order_key_of
from registration.sender import Sender
from registration.settings import SpoolSettings

_PATIENCE = 10.0  # seconds; an action server may be writing


class SpoolStore:
    """A Store."""

    name = "spool"

    def __init__(self, settings: SpoolSettings) -> None:
        self._folder = settings.folder.absolute()
        damaged = sorted(path.name for path in self._folder.glob("*.corrupt"))
        self.remarks = (
            (f"Spool: {', '.join(damaged)} cannot be searched; delete what you need no more.",)
            if damaged
            else ()
        )

    def find(self, who: Sender) -> list[Item]:
        return [item for file in self._files() for item in _items(file.of(order_key_of(who)))]

    def erase(self, who: Sender) -> list[Item]:
        items = []
        for file in self._files():
            found = file.of(order_key_of(who))
            file.erase({queue: [row[0] for row in rows] for queue, rows in found.items()})
            items += _items(found)
        return items

    def _files(self) -> Iterator[SpoolFile]:
        for path in spool_files(self._folder):
            with closing(SpoolFile(path, must_exist=True, patience=_PATIENCE)) as file:
                yield file


class ShelfStore:
    """A Store: embedded mode's retries and dead letters."""

    name = "shelf"
    remarks = ()

    def __init__(self, settings: SpoolSettings) -> None:
        self._folder = settings.folder.absolute()

    def find(self, who: Sender) -> list[Item]:
        with closing(Shelf(self._folder)) as shelf:
            return [
                _shelved(item)
                for item in shelf.chosen(lambda body: glance(body).belongs_to(who.student_id, who.key))
            ]

    def erase(self, who: Sender) -> list[Item]:
        with closing(Shelf(self._folder)) as shelf:
            chosen = shelf.chosen(lambda body: glance(body).belongs_to(who.student_id, who.key))
            shelf.erase(chosen)
            return [_shelved(item) for item in chosen]


def files_of(settings: SpoolSettings) -> list[Path]:
    """Everything that SQLite keeps there."""
    folder = settings.folder.absolute()
    return [path for pattern in ("*.db*", f"{NAME}*") for path in sorted(folder.glob(pattern))]


def _items(found: dict[str, list[NumberedRow]]) -> list[Item]:
    return [
        {"queue": queue, "message_id": row[1], "body": text_of(row[-1])}
        for queue, rows in found.items()
        for row in rows
    ]


def _shelved(item: DeadLetter | Shelved) -> Item:
    kind: dict[str, Any] = {"reason": item.reason} if isinstance(item, DeadLetter) else {}
    return {"message_id": item.message_id, **kind, "body": text_of(item.body)}


def text_of(body: bytes) -> str:
    return body.decode(errors="replace")
