"""One turn through Rasa's REST channel, ours against the same turn with an empty action, in turns.

`python -m benchmarks.turn [CONVERSATIONS]` in Rasa's environment. Both sides have a Rasa server of their own
with the same model; only the action server behind it differs.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Sample, print_table, save
from deploy.local.processes import Processes
from deploy.local.training import is_trained, model_path, train
from registration.testing.bot import ActionServer, RasaServer
from registration.testing.redis_server import RedisServer
from registration.testing.rest import RestChat

MESSAGES = ("đăng ký lớp", "sáng", "có", "tránh thứ 7", "không", "có", "không", "đổi sang chiều", "sáng")


def main(conversations: int) -> None:
    with tempfile.TemporaryDirectory() as folder, RedisServer() as redis:
        if not is_trained():
            with Processes(Path(folder)) as processes:
                train({}, processes)
        environ = {
            "MODE": "embedded",
            "SPOOL_DIR": f"{folder}/spool",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
        }
        actions = {"ours": ActionServer(environ), "empty": ActionServer({}, "benchmarks.empty_actions")}
        servers = {name: RasaServer(model_path(), server.url) for name, server in actions.items()}
        everything = [*actions.values(), *servers.values()]
        try:
            for server in everything:
                server.start()
            report(measure(servers, conversations))
        finally:
            for server in reversed(everything):
                server.close()


def measure(servers: dict[str, RasaServer], conversations: int) -> dict[str, list[float]]:
    """Milliseconds of each turn, by side; the first conversation warms up and is not counted."""
    times: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(conversations + 1):
        chats = {name: server.chat(str(1000 + number)) for name, server in servers.items()}
        for message in MESSAGES:
            for name, chat in chats.items():
                took = _timed(chat, message)
                if number:
                    times[name].append(took)
    return times


def _timed(chat: RestChat, message: str) -> float:
    began = time.perf_counter()
    chat.say(message)
    return (time.perf_counter() - began) * 1000


def report(times: dict[str, list[float]]) -> None:
    samples = [Sample(name, values, "ms") for name, values in times.items()]
    ratio = samples[0].median / samples[1].median
    rows = [sample.row() for sample in samples]
    print_table("One turn through Rasa's REST channel", rows)
    print(f"\nratio of the medians, ours to an empty action: {ratio:.2f}")
    print(f"written to {save('turn', {'rows': rows, 'ratio': round(ratio, 3)})}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
