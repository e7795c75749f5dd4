"""The tables of the review: made by the worker's first run, on both databases."""

from sqlalchemy import inspect

from registration.storage.conversation_tables import conversation_summaries
from registration.storage.engine import open_engine
from registration.storage.tables import TABLES_METADATA
from registration.storage.writer import Writer

OURS = {name for name in TABLES_METADATA.tables if name.startswith(("conversation_", "review_"))}


def test_the_first_run_makes_the_tables_and_the_second_finds_them(database_url: str) -> None:
    for _ in range(2):
        writer = Writer.to(database_url)
        writer.prepare()
        writer.close()

    engine = open_engine(database_url)
    there = inspect(engine)
    indexed = {tuple(index["column_names"]) for index in there.get_indexes(conversation_summaries.name)}
    names = set(there.get_table_names())
    engine.dispose()
    assert names >= OURS
    assert {("student_id", "started_at", "id"), ("started_at", "id")} <= indexed
