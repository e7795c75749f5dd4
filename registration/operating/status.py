"""`status`: everything at a glance."""

import json
import time
from typing import Annotated

import typer
from rich.live import Live

from registration.operating.health import BAD
from registration.operating.report import gather
from registration.operating.status_table import tables
from registration.operating.terminal import FAULT, AsJson, console, settings


def status(
    as_json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks with --watch.")] = 2.0,
) -> None:
    """Health of each part, queues against their limits, dead letters by reason. Exit code 1 if any is BAD."""
    if watch:
        return _watch(every, as_json)
    report = gather(settings())
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        console().print(tables(report))
    raise typer.Exit(FAULT if report.level == BAD else 0)


def _watch(every: float, as_json: bool) -> None:
    known = settings()
    if as_json:  # a line for each look
        while True:
            typer.echo(json.dumps(gather(known).as_json(), ensure_ascii=False))
            time.sleep(every)
    with Live(tables(gather(known)), console=console(), auto_refresh=False) as live:
        while True:
            time.sleep(every)
            live.update(tables(gather(known)), refresh=True)
