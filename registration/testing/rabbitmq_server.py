"""A RabbitMQ broker of the test's own, beside any other on the machine."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError

from registration.settings import RabbitMQSettings
from registration.testing.process_group import Group
from registration.testing.processes import Server, ServerFailed, free_port, port_answers
from registration.testing.waiting import wait_until

# A broker that accepts and then says nothing raises pika's own time-out, which is no AMQPError.
PIKA_ERRORS = (AMQPError, AMQPConnectorException, OSError)

# Debian's commands on the path change the user and the folder; the scripts behind them do not.
_SCRIPTS = "/usr/lib/rabbitmq/bin"


def rabbitmq_program(name: str = "rabbitmq-server") -> str | None:
    """The path of one of RabbitMQ's scripts."""
    return shutil.which(name, path=_SCRIPTS) or shutil.which(name)


class RabbitMQServer(Server):
    """A broker with its own node name, port mapper, cookie and data.

    `config` is further lines of rabbitmq.conf; `plugins` names those to be enabled.
    """

    name = "rabbitmq"
    start_timeout = 90.0

    def __init__(
        self, folder: Path | None = None, config: tuple[str, ...] = (), plugins: tuple[str, ...] = ()
    ) -> None:
        super().__init__(folder)
        self.config = config
        self.plugins = plugins
        self.node = f"test{self.port}@localhost"
        self._epmd_port = free_port()
        self._epmd: Group | None = None

    @property
    def settings(self) -> RabbitMQSettings:
        return RabbitMQSettings(host="127.0.0.1", port=self.port)

    def prepare(self) -> None:
        (self.folder / "plugins").write_text(f"[{', '.join(self.plugins)}].\n")
        (self.folder / "empty.conf").write_text("")
        lines = (f"listeners.tcp.local = 127.0.0.1:{self.port}", *self.config)
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        self._start_port_mapper()

    def command(self) -> list[str]:
        return [rabbitmq_program() or "rabbitmq-server"]

    def environ(self) -> dict[str, str]:
        folder = self.folder
        return {
            "HOME": str(folder),  # where Erlang keeps its cookie
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "empty.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        }

    def answers(self) -> bool:
        return port_answers(self.port) and broker_answers(self.settings)

    def control(self, *arguments: str, timeout: float = 60) -> str:
        """What `rabbitmqctl` prints for these arguments. Raises ServerFailed."""
        return rabbitmqctl("-q", "-n", self.node, *arguments, environ=self.environ(), timeout=timeout)

    def stop(self) -> None:
        # The leader is a script that passes the signal on, and would wait for a broker that is paused.
        if self.running:
            self._running_group().signal(signal.SIGCONT)
        super().stop()

    def close(self) -> None:
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd = None
        super().close()

    def _start_port_mapper(self) -> None:
        """Erlang's own would stay behind as a daemon; ours is a child, and ends with the server."""
        self._dist_port = free_port()
        if self._epmd is not None and self._epmd.running:
            return
        command = ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"]
        self._epmd = Group(command, self.log)
        wait_until(lambda: port_answers(self._epmd_port), 10, "epmd")


def broker_answers(settings: RabbitMQSettings) -> bool:
    """Whether the broker lets this user into its virtual host."""
    parameters = pika.ConnectionParameters(
        host=settings.host,
        port=settings.port,
        virtual_host=settings.vhost,
        credentials=pika.PlainCredentials(settings.user, settings.password),
        blocked_connection_timeout=2,
        socket_timeout=2,
        stack_timeout=5,
    )
    try:
        pika.BlockingConnection(parameters).close()
    except PIKA_ERRORS:
        return False
    return True


def rabbitmqctl(*arguments: str, environ: dict[str, str] | None = None, timeout: float = 60) -> str:
    """What `rabbitmqctl` prints. Raises ServerFailed when it is missing, fails or takes too long."""
    # With variables of ours the script behind Debian's wrapper is the one that keeps them.
    program = rabbitmq_program("rabbitmqctl") if environ else shutil.which("rabbitmqctl")
    if program is None:
        raise ServerFailed("rabbitmqctl is not installed")
    try:
        done = subprocess.run(
            [program, *arguments],
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ServerFailed(f"rabbitmqctl {arguments} took over {timeout:g} s") from error
    if done.returncode:
        raise ServerFailed(f"rabbitmqctl {arguments}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout.decode()
