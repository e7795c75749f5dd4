"""Three brokers on this machine that form a cluster of their own."""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from registration.settings import RabbitMQSettings
from registration.testing.process_group import Group
from registration.testing.processes import free_port, port_answers
from registration.testing.rabbitmq_server import RabbitMQServer
from registration.testing.waiting import wait_until


class Node(RabbitMQServer):
    """One of the nodes; the port mapper and the cookie are the cluster's."""

    home: Path

    def environ(self) -> dict[str, str]:
        return {**super().environ(), "HOME": str(self.home)}

    def use(self, home: Path, epmd_port: int) -> None:
        self.home = home
        self._epmd_port = epmd_port

    def _start_port_mapper(self) -> None:
        self._dist_port = free_port()


class Cluster:
    """`with Cluster() as cluster`: three nodes that answer; ends with all of them gone."""

    def __enter__(self) -> "Cluster":
        self._home = Path(tempfile.mkdtemp(prefix="cluster-"))
        cookie = self._home / ".erlang.cookie"
        cookie.write_text("ONLYFORTHISTEST")
        cookie.chmod(0o400)
        epmd_port = free_port()
        self._epmd = Group(
            ["epmd", "-port", str(epmd_port), "-address", "127.0.0.1"], self._home / "epmd.log"
        )
        self.nodes = [Node() for _ in range(3)]
        try:
            wait_until(lambda: port_answers(epmd_port), 10, "epmd")
            self._start(epmd_port)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def settings(self) -> RabbitMQSettings:
        addresses = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return RabbitMQSettings(host=addresses, queue_type="quorum")

    def close(self) -> None:
        for node in self.nodes:
            node.close()
        self._epmd.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def _start(self, epmd_port: int) -> None:
        for node in self.nodes:
            node.use(self._home, epmd_port)
        first, *others = self.nodes
        first.start()
        for node in others:
            node.config = (
                "cluster_formation.peer_discovery_backend = classic_config",
                f"cluster_formation.classic_config.nodes.1 = {first.node}",
                f"cluster_formation.classic_config.nodes.2 = {node.node}",
            )
            node.launch()
        for node in others:
            node.wait_until_it_answers()
        wait_until(self._is_whole, 60, "the cluster")

    def _is_whole(self) -> bool:
        status = self.nodes[0].control("cluster_status", "--formatter", "json")
        return all(node.node in status.partition("running_nodes")[2] for node in self.nodes)
