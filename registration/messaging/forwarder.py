"""One thread per process that carries messages from the spool to RabbitMQ, and removes what is confirmed."""

import logging
import time
import traceback
from threading import Event, Lock, Thread
from typing import Any

from pika.adapters.select_connection import IOLoop

from registration.errors import SpoolError
from registration.messaging.forking import make_fork_safe
from registration.messaging.lane import Counters, Lane
from registration.messaging.link import Link
from registration.messaging.spool import Spool
from registration.messaging.spool_reader import Entry, SpoolReader
from registration.messaging.topology import QUEUES
from registration.settings import RabbitMQSettings

log = logging.getLogger(__name__)

# A round removes what is confirmed and sends what has come. The first comes at once, those after it no faster
# than this: publishers and rounds share one interpreter and one file, and each round makes them wait.
_PACE = 0.02  # seconds
_TICK = 0.1  # seconds; how soon a queue that rested is tried again
_HOUSEKEEPING = 1.0  # seconds between two looks for spools of processes that died
_GOODBYE = 0.05  # seconds
# A channel that was opened while a quorum queue had no leader may hold on to the dead one, and then refuses
# everything until that node is back (seen on RabbitMQ 3.10); a new channel asks again who leads.
_REFUSALS = 4  # tries in a row


class Forwarder:
    """Runs from `start`, or from the first append to its spool, until `stop`."""

    fork_rank = 0

    def __init__(self, spool: Spool, settings: RabbitMQSettings) -> None:
        self.counters = Counters()
        self.lock = Lock()
        self._spool = spool
        self._settings = settings
        self._run: _Run | None = None
        self._is_stopped = False
        spool.listener = self.wake
        make_fork_safe(self)

    def start(self) -> None:
        """Begin to forward, first what processes that died have left; does nothing if it runs already."""
        with self.lock:
            if self._run is None:
                self._is_stopped = False
                run = _Run(self._spool, self._settings, self.counters)
                run.start()
                self._run = run  # only now: where no thread can be had, the next append tries again

    def wake(self) -> None:
        """There is something in the spool. Cheap: the appending thread calls it."""
        run = self._run
        if run is not None:
            run.wake()
        elif not self._is_stopped:
            self.start()

    def flush(self, timeout: float) -> bool:
        """Wait until the spool is empty; whether it is after `timeout` seconds at most."""
        self.start()
        run = self._run
        return run is not None and run.drained(timeout)

    def stop(self, timeout: float = 5.0) -> bool:
        """End within `timeout` seconds, the spool emptied if the broker answers; whether it is empty."""
        with self.lock:
            run, self._run, self._is_stopped = self._run, None, True
        return run is None or run.stop(timeout)

    def after_fork_in_child(self) -> None:
        self.lock = Lock()
        self.counters = Counters()
        self._run = None


class _Run:
    """One life of the forwarder's thread; `wake`, `drained` and `stop` are for other threads."""

    def __init__(self, spool: Spool, settings: RabbitMQSettings, counters: Counters) -> None:
        self._counters = counters
        self._settings = settings
        self._loop = IOLoop()
        self._reader = SpoolReader(spool.settings, spool)
        self._link = Link(self._loop, settings, self)
        self._lanes = {name: Lane(name, self._reader, self._send) for name in QUEUES}
        self._thread = Thread(target=self._work, name="forwarder", daemon=True)
        self._is_awake = False
        self._is_due = False
        self._next_round = 0.0
        self._next_tick: Any = None
        self._is_stopping = False
        self._is_finishing = False
        self._missing: set[tuple[str, str]] = set()  # queues and routing keys that led nowhere
        self._waiting: list[Event] = []
        self._was_empty = False
        self._next_housekeeping = 0.0

    def start(self) -> None:
        try:
            self._thread.start()
        except BaseException:
            self._loop.close()
            raise

    def wake(self) -> None:
        if not self._is_awake:
            self._is_awake = True
            self._loop.add_callback_threadsafe(self._soon)

    def drained(self, timeout: float) -> bool:
        event = Event()
        self._loop.add_callback_threadsafe(lambda: self._wait_for_empty(event))
        return event.wait(timeout)

    def stop(self, timeout: float) -> bool:
        self._loop.add_callback_threadsafe(lambda: self._begin_to_stop(timeout))
        self._thread.join(timeout + 1)
        return self._was_empty and not self._thread.is_alive()

    # Everything below runs on the forwarder's thread.

    def _work(self) -> None:
        try:
            while not self._loop_ended():
                log.info("the forwarder begins anew")
        finally:
            self._counters.connected = False
            self._reader.close()
            self._loop.close()

    def _loop_ended(self) -> bool:
        """Runs the loop; False if an error of our own broke it, which must not end the forwarding."""
        try:
            self._tick()
            self._link.open()
            self._loop.start()
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "the forwarder stumbled, messages wait in the spool: %s at %s:%s",
                type(error).__name__,
                where.filename,
                where.lineno,
            )
            time.sleep(_HOUSEKEEPING)
            self._clear_away()
            return self._is_stopping
        return True

    def _clear_away(self) -> None:
        """An error takes along whatever timers were due with it, ours and those of pika's connection.

        So none is counted on, and no connection that may wait for one.
        """
        self._link.abandon()
        self._link = Link(self._loop, self._settings, self)
        self.on_lost()
        self._is_due = self._is_awake = False
        if self._next_tick is not None:
            self._loop.remove_timeout(self._next_tick)
        # Where it got no descriptor to poll with, the loop takes itself for running; pika has no public way.
        self._loop.deactivate_poller()
        self._loop._poller._running = False

    def on_ready(self) -> None:
        self._counters.connected = True
        self._pump()

    def on_lost(self) -> None:
        self._counters.connected = False
        for lane in self._lanes.values():
            lane.begin_anew()
        if self._is_stopping:
            self._finish()

    def on_confirmed(self, entry: Entry) -> None:
        self._counters.confirmed += 1
        self._lanes[entry.queue].on_confirmed(entry)
        self._soon()

    def on_refused(self, entry: Entry) -> None:
        self._counters.refused += 1
        lane = self._lanes[entry.queue]
        lane.on_refused(entry)
        if self._settings.queue_type == "quorum" and lane.rests >= _REFUSALS:
            self._link.renew(f"{entry.queue} has refused {lane.rests} times in a row")

    def on_returned(self, entry: Entry) -> None:
        self._counters.returned += 1
        self._missing.add((entry.queue, entry.routing_key))
        self._lanes[entry.queue].on_refused(entry)

    def _send(self, entry: Entry) -> None:
        self._counters.published += 1
        self._link.publish(entry)

    def _soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._loop.call_later(max(0.0, self._next_round - time.monotonic()), self._due)

    def _due(self) -> None:
        self._is_due = self._is_awake = False
        self._next_round = time.monotonic() + _PACE
        self._round()

    def _round(self) -> None:
        for lane in self._lanes.values():
            if lane.confirmed:
                self._remove_confirmed(lane)
        self._pump()
        self._tell_if_empty()

    def _pump(self) -> None:
        if not self._link.is_ready or self._link.is_blocked:
            return
        for lane in self._lanes.values():
            self._pump_one(lane)

    def _pump_one(self, lane: Lane) -> None:
        try:
            lane.pump()
        except SpoolError as error:
            log.error("the spool cannot be read queue=%s: %s", lane.queue, error)

    def _remove_confirmed(self, lane: Lane) -> None:
        try:
            self._reader.remove(lane.confirmed)
        except SpoolError as error:
            log.warning("confirmed messages stay in the spool for now queue=%s: %s", lane.queue, error)
        else:
            lane.removed()

    def _tick(self) -> None:
        self._next_tick = self._loop.call_later(_TICK, self._tick)
        try:
            self._look_after_spool()
        except SpoolError as error:
            log.error("the spool cannot be looked after: %s", error)
        if self._missing:
            self._declare_missing()
        self._round()

    def _look_after_spool(self) -> None:
        self._reader.checkpoint()
        now = time.monotonic()
        if now >= self._next_housekeeping:
            self._next_housekeeping = now + _HOUSEKEEPING
            self._reader.refresh()
            self._counters.depth = self._reader.depth()

    def _declare_missing(self) -> None:
        log.warning("declaring again, nothing was bound for (queue, routing key): %s", sorted(self._missing))
        self._missing = set()
        self._link.declare()

    def _wait_for_empty(self, event: Event) -> None:
        self._waiting.append(event)
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        if (self._waiting or self._is_stopping) and self._is_empty():
            for event in self._waiting:
                event.set()
            self._waiting = []
            if self._is_stopping:
                self._finish()

    def _is_empty(self) -> bool:
        try:
            return all(lane.is_idle for lane in self._lanes.values()) and self._reader.is_empty()
        except SpoolError:
            return False

    def _begin_to_stop(self, timeout: float) -> None:
        self._is_stopping = True
        self._loop.call_later(timeout, self._finish)
        if self._link.is_retrying:
            self._finish()  # the broker does not answer, and the next start will carry on
        else:
            self._round()

    def _finish(self) -> None:
        self._was_empty = self._is_empty()
        if not self._is_finishing:
            self._is_finishing = True
            self._link.close()
            # A moment for the connection to say goodbye, and one to hang up if nobody answers.
            self._loop.call_later(_GOODBYE, self._link.hang_up)
            self._loop.call_later(2 * _GOODBYE, self._loop.stop)
