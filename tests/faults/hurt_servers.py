"""Faults of the broker and of Redis."""

import contextlib
from collections.abc import Iterator

from tests.faults.catalogue import EXPERIMENTS, fault, frozen
from tests.faults.scene import Scene

_UNTIL_PUT_BACK = 20.0  # seconds; the worker looks every fifteen
_MAIN_QUEUES = "^(chat_messages|class_preferences|notifications)$"


@fault(("broker",), 0, 8)
def broker_killed(scene: Scene, seconds: float) -> None:
    scene.broker.kill()
    scene.pause(seconds)
    scene.broker.start()


@fault(("broker",), 0, 5)
def broker_restarted(scene: Scene, seconds: float) -> None:
    scene.broker.stop()
    scene.pause(seconds)
    scene.broker.start()


@fault(("broker",), 30, 70)
def broker_frozen(scene: Scene, seconds: float) -> None:
    """Longer than a heartbeat, and sometimes than the two after which a peer counts as dead."""
    scene.broker.pause()
    try:
        scene.pause(seconds)
    finally:
        scene.broker.resume()


@fault(("broker",), 3, 12)
def broker_short_of_memory(scene: Scene, seconds: float) -> None:
    scene.broker.control("set_vm_memory_high_watermark", "0.00001")
    try:
        scene.pause(seconds)
    finally:
        scene.broker.control("set_vm_memory_high_watermark", "0.4")


@fault(("broker", "worker"), 5, 12)
def queue_full(scene: Scene, seconds: float) -> None:
    """The workers sleep and the queues take no more than fifty messages."""
    with _policy(scene, "short-queues", '{"max-length": 50}'), frozen(*scene.workers):
        scene.pause(seconds)


@fault(("broker", "worker"), 6, 12)
def messages_expire(scene: Scene, seconds: float) -> None:
    """The workers sleep for longer than a message lives."""
    with _policy(scene, "short-lives", '{"message-ttl": 1500}'), frozen(*scene.workers):
        scene.pause(seconds)
    # A classic queue takes the broker's own dead letters without waiting for the disk: a kill right now
    # would lose them (see the experiment below), and no client could help it. So the worker comes first.
    scene.pause(_UNTIL_PUT_BACK)


@fault(("broker", "worker"), 6, 8, EXPERIMENTS)
def broker_killed_while_messages_expire(scene: Scene, seconds: float) -> None:
    """What the broker itself moves to the dead letters is on its way when the broker dies, three times."""
    with _policy(scene, "short-lives", '{"message-ttl": 1000}'), frozen(*scene.workers):
        for _ in range(3):
            scene.pause(seconds / 3)
            scene.broker.kill()
            scene.broker.start()


@fault(("redis",), 1, 8)
def redis_killed(scene: Scene, seconds: float) -> None:
    scene.redis.kill()
    scene.pause(seconds)
    scene.redis.start()


@fault(("redis",), 0, 3)
def redis_wiped(scene: Scene, seconds: float) -> None:
    scene.redis.wipe()
    scene.pause(seconds)
    scene.redis.start()


@fault(("redis",), 2, 8)
def redis_frozen(scene: Scene, seconds: float) -> None:
    scene.redis.pause()
    try:
        scene.pause(seconds)
    finally:
        scene.redis.resume()


@contextlib.contextmanager
def _policy(scene: Scene, name: str, definition: str) -> Iterator[None]:
    scene.served.policy(name, _MAIN_QUEUES, definition)
    try:
        yield
    finally:
        scene.served.clear_policy(name)
