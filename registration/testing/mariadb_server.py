"""A MariaDB server of the test's own."""

import os
import shutil
import subprocess

import pymysql

from registration.testing.processes import Server, ServerFailed

_TIMEOUT = 5  # seconds

# Small, and quick to start; what a commit survives stays MariaDB's default.
_OPTIONS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
)


def mariadb_program() -> str | None:
    """The server's path, where `mariadb-install-db` is there too."""
    installed = shutil.which("mariadb-install-db")
    return installed and (shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin"))


class MariaDBServer(Server):
    """MariaDB with a root that has no password. `options` are further arguments of mariadbd."""

    name = "mariadb"

    def __init__(self, *args: object, options: tuple[str, ...] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.options = options

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the server, without a database."""
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/"

    def prepare(self) -> None:
        if (self.data / "mysql").exists():
            return
        made = subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={self.data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-log-file-size=16M",
                *_as_user(),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise ServerFailed(f"mariadb-install-db: {made.stderr.decode(errors='replace')[-1000:]}")

    def command(self) -> list[str]:
        return [
            mariadb_program() or "mariadbd",
            "--no-defaults",
            f"--datadir={self.data}",
            f"--port={self.port}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            *_OPTIONS,
            *_as_user(),
            *self.options,
        ]

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except pymysql.Error:
            return False
        return True

    def execute(self, *statements: str) -> None:
        """Run the statements as root, each committed by itself. Raises pymysql.Error."""
        execute(self.port, *statements)


def execute(port: int, *statements: str) -> None:
    """Run the statements as a root without a password on 127.0.0.1."""
    connection = pymysql.connect(
        host="127.0.0.1",
        port=port,
        user="root",
        password="",
        connect_timeout=_TIMEOUT,
        read_timeout=_TIMEOUT,  # for the greeting too, which a paused server never sends
        autocommit=True,
    )
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _as_user() -> list[str]:
    # mariadbd refuses to run as root unless told so.
    return ["--user=root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
