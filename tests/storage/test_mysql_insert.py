"""How rows become the text of an INSERT; what a server makes of it, test_writer asks."""

from datetime import datetime

import pytest

from registration.storage.mysql_insert import inserts
from registration.storage.tables import as_row, chat_message_logs
from tests.worker.running import chat

NOW = datetime(2026, 11, 25, 8, 30)


def rows(*messages: str) -> list[dict[str, object]]:
    return [as_row(chat(message=message), NOW) for message in messages]


@pytest.mark.parametrize("max_chars", [1, 1_000, 3_000, 1_000_000])
def test_a_statement_is_no_longer_than_was_asked_for_unless_one_row_is(max_chars: int) -> None:
    given = rows(*("x" * length for length in (0, 10, 500, 40, 900, 900, 3)))
    statements = list(inserts(chat_message_logs, given, max_chars))

    assert [statement.count("),(") + 1 for statement in statements] == [
        len(part) for part in _parts(statements, given)
    ]
    for statement in statements:
        assert len(statement) <= max_chars or "),(" not in statement


def _parts(statements: list[str], given: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Which rows each statement holds, found by their message ids, in order."""
    ids = [str(row["message_id"]).encode().hex() for row in given]
    found = [
        [row for row, name in zip(given, ids, strict=True) if name in statement] for statement in statements
    ]
    assert [row for part in found for row in part] == given  # each once, in order
    return found


def test_no_text_can_end_its_literal() -> None:
    (statement,) = inserts(chat_message_logs, rows("'); DROP TABLE x; -- \\ %s \0 đ"), 1_000_000)
    beginning, _, ending = statement.partition(" VALUES ")
    assert "DROP" not in ending
    assert statement.isascii()
    assert beginning.startswith("INSERT INTO chat_message_logs (student_id, message, response, intent,")


def test_nothing_is_no_statement() -> None:
    assert list(inserts(chat_message_logs, [], 1_000)) == []
