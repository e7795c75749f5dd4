"""The report as tables with colours, for a terminal."""

from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from registration.operating.carrier import QueueState
from registration.operating.health import BAD, OK, WARNING
from registration.operating.report import Report, level_of

_COLOURS = {OK: "green", WARNING: "yellow", BAD: "red"}
_MARKS = {OK: "ok", WARNING: "look", BAD: "BAD"}  # colour alone is not for everybody


def tables(report: Report) -> RenderableType:
    shown: list[RenderableType] = [_parts(report)]
    if report.queues:
        shown.append(_queues(report))
    if report.dead_letters:
        shown.append(_letters(report))
    return Group(*shown)


def coloured(level: str, text: str | None = None) -> str:
    return f"[{_COLOURS[level]}]{text or _MARKS[level]}[/]"


def ago(moment: datetime | None, now: datetime) -> str:
    return "" if moment is None else str(timedelta(seconds=max(0, int((now - moment).total_seconds()))))


def _parts(report: Report) -> Table:
    table = _table(f"{report.at:%Y-%m-%d %H:%M:%S} UTC", "Part", "", "")
    for part in report.parts:
        table.add_row(part.name, coloured(part.level), escape(part.detail))
    return table


def _queues(report: Report) -> Table:
    table = _table("Queues", "Queue", "")
    for name in ("Waiting", "Limit", "Oldest", "Retrying", "Dead", "Workers"):
        table.add_column(name, justify="right")
    for queue in report.queues:
        table.add_row(*_queue(queue, report.at))
    return table


def _queue(queue: QueueState, now: datetime) -> list[str]:
    level = level_of(queue)
    limit = "" if queue.limit is None else f"{queue.limit:,} ({queue.fill:.0%})"
    dead = coloured(WARNING, f"{queue.dead:,}") if queue.dead else "0"
    workers = str(queue.consumers) if queue.consumers else coloured(BAD, "0")
    return [
        queue.name,
        coloured(level),
        f"{queue.waiting:,}",
        limit,
        ago(queue.oldest, now),
        f"{queue.retrying:,}",
        dead,
        workers,
    ]


def _letters(report: Report) -> Table:
    table = _table("Dead letters by reason", "Queue", "Reason")
    table.add_column("Letters", justify="right")
    for queue, reasons in report.dead_letters.items():
        for reason, count in reasons.items():
            table.add_row(queue, escape(reason), f"{count:,}")
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
