"""The worker of this project, one process, one queue; only the queue's length differs from the product."""

from queue import SimpleQueue
from threading import Event

from benchmarks.contender import Contender
from benchmarks.drain_queue import QUEUE
from registration.settings import load_settings
from registration.storage.writer import Writer
from worker.amqp import AmqpSource
from worker.monitoring import monitored
from worker.program import lane_of, serve

OURS = Contender("worker (1 process)", ("benchmarks.drain_ours",))


def main() -> None:
    settings = load_settings()
    stop = Event()
    source, writer = AmqpSource(settings.rabbitmq, QUEUE), Writer.to(settings.database_url)
    lane = lane_of(settings, QUEUE, source, writer, stop)
    monitored(settings, [lane])
    serve([lane], stop, SimpleQueue())


if __name__ == "__main__":
    main()
