"""What is visible in the table while a contender fills it."""

from types import TracebackType

import pymysql
from sqlalchemy.engine import make_url


class Rows:
    """The rows of `chat_message_logs` whose id is above `after`, on a connection of its own."""

    def __init__(self, database_url: str, after: int = 0) -> None:
        url = make_url(database_url)
        self._after = after
        self._connection = pymysql.connect(
            host=str(url.host),
            port=int(url.port or 3306),
            user="root",
            database=url.database,
            autocommit=True,
            read_timeout=60,
        )

    def __enter__(self) -> "Rows":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def highest(self) -> int:
        """How many there are at most; it costs nothing to ask, where counting would slow down the inserts."""
        return max(self._ask("SELECT max(id) FROM chat_message_logs")[0] - self._after, 0)

    def count(self) -> tuple[int, int]:
        """How many there are, and how many different messages."""
        query = "SELECT count(*), count(DISTINCT message_id) FROM chat_message_logs WHERE id > %s"
        total, different = self._ask(query, self._after)
        return total, different

    def total(self) -> int:
        """How many there are, counted."""
        return self._ask("SELECT count(*) FROM chat_message_logs WHERE id > %s", self._after)[0]

    def run(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)

    def _ask(self, query: str, *arguments: int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute(query, arguments)
            return [value or 0 for value in cursor.fetchone() or ()]
