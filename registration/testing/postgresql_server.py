"""A PostgreSQL server of the test's own."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from registration.testing.processes import Server, ServerFailed

_TIMEOUT = 5  # seconds
_DEBIAN = Path("/usr/lib/postgresql")  # where the newest version's programs lie beside the path

# Small, and quick to start; what a commit survives stays PostgreSQL's default.
_OPTIONS = ("listen_addresses=127.0.0.1", "shared_buffers=16MB", "max_connections=50")


def postgresql_program(name: str = "postgres") -> str | None:
    """The path of one of the server's programs."""
    installed = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


class PostgreSQLServer(Server):
    """PostgreSQL with a superuser `postgres` that needs no password."""

    name = "postgresql"

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the server, without a database."""
        return f"postgresql+psycopg2://postgres@127.0.0.1:{self.port}/"

    def prepare(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        for folder in (self.folder, self.data):
            _give_away(folder)
        options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        command = [*_as_user(), postgresql_program("initdb") or "initdb", "-D", str(self.data), *options]
        made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, cwd="/")
        if made.returncode:
            raise ServerFailed(f"initdb: {made.stderr.decode(errors='replace')[-1000:]}")

    def command(self) -> list[str]:
        where = ["-D", str(self.data), "-p", str(self.port), "-k", str(self.folder)]
        options = [part for option in _OPTIONS for part in ("-c", option)]
        return [*_as_user(), postgresql_program() or "postgres", *where, *options]

    def answers(self) -> bool:
        import psycopg2

        try:
            self.execute("SELECT 1")
        except psycopg2.Error:
            return False
        return True

    def kill(self) -> None:
        self._signal_children(signal.SIGKILL)
        super().kill()

    def pause(self) -> None:
        super().pause()
        self._signal_children(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_children(signal.SIGCONT)
        super().resume()

    def _signal_children(self, number: int) -> None:
        # Each backend leads a process group of its own, so that a signal to the server's does not reach it.
        if self.running:
            for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), number)

    def execute(self, *statements: str) -> None:
        """Run the statements as superuser, each committed by itself. Raises psycopg2.Error."""
        execute(self.port, *statements)


def execute(port: int, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
    """Run the statements as `postgres` on 127.0.0.1; the rows of the last one. Raises psycopg2.Error."""
    import psycopg2

    connection = psycopg2.connect(
        host="127.0.0.1", port=port, user="postgres", dbname=database, connect_timeout=_TIMEOUT
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def _as_user() -> list[str]:
    # PostgreSQL refuses to run as root.
    user = _user()
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []


def _give_away(folder: Path) -> None:
    if user := _user():
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)


def _user() -> str | None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
