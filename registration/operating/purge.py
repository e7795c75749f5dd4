"""`purge QUEUE`."""

from typing import Annotated

import typer

from registration.errors import BrokerError
from registration.messaging.topology import queue_beside
from registration.operating.carriers import carrier_of
from registration.operating.terminal import Yes, ask, settings


def purge(
    queue: Annotated[str, typer.Argument(help="A queue, or its .retry or .dead.")], yes: Yes = False
) -> None:
    """Delete all messages of a queue that no worker holds.

    What the spool still has for it stays and comes later; in embedded mode the spool is the queue.
    """
    try:
        known = queue_beside(queue)
    except BrokerError as error:
        raise typer.BadParameter(str(error)) from None
    carrier = carrier_of(settings())
    state = next(state for state in carrier.states() if state.name == known.name)
    count = {known.dead: state.dead, known.retry: state.retrying}.get(queue, state.waiting)
    ask(f"Delete about {count:,} messages of {queue} for good?", yes)
    typer.echo(f"{carrier.purge(queue):,} messages deleted from {queue}")
