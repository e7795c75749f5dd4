"""The list of conversations: filters, and pages that cost the same wherever they begin.

Each filter but student, time, tag and verdict is a term of the index, and what shares a term lies in the
order of the list. So the query walks the rarest term's entries from the newest on, asks the index whether the
other terms hold too, and stops when the page is full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection, Engine

from registration.storage.conversation_tables import (
    conversation_summaries,
    conversation_terms,
    conversation_turns,
    review_marks,
    review_tags,
)
from registration.storage.faults import storage_errors
from registration.storage.listing import LISTED, Filters, Listed, Page, Place
from registration.storage.tables import chat_message_logs

PAGE = 50
_RARE = 5_000  # a term with more entries than this is common, and how common does not matter

_summaries = conversation_summaries.c
_turns = conversation_turns.c


class Conversations:
    """Finds conversations in one database. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, filters: Filters, after: Place | None = None, size: int = PAGE) -> Page:
        """The conversations that fit `filters`, from the place behind `after` on.

        Raises InvalidMessage for more words than MAX_WORDS.
        """
        with storage_errors(), self._engine.connect() as connection:
            walk = _walk(connection, filters)
            rows = [] if walk is None else _rows(connection, walk.cut(filters, after, size + 1))
        listed = tuple(Listed(**row) for row in rows[:size])
        return Page(listed, listed[-1].place if len(rows) > size else None)

    def last_messages(self, ids: Sequence[int]) -> dict[int, str]:
        """What the student wrote last in each of these conversations."""
        latest = (
            select(_turns.conversation_id, func.max(_turns.log_id).label("log_id"))
            .where(_turns.conversation_id.in_(ids))
            .group_by(_turns.conversation_id)
            .subquery()
        )
        joined = latest.join(chat_message_logs, chat_message_logs.c.id == latest.c.log_id)
        wanted = select(latest.c.conversation_id, chat_message_logs.c.message).select_from(joined)
        with storage_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class _Walk:
    """A query, and the two columns of the list's order in the table that it walks along."""

    query: Any  # a Select, whose class differs between SQLAlchemy 1.4 and 2
    began: Any
    number: Any

    def cut(self, filters: Filters, after: Place | None, size: int) -> Any:
        query, began, number = self.query, self.began, self.number
        if filters.since:
            query = query.where(began >= datetime.combine(filters.since, time.min))
        if filters.until:
            query = query.where(began < datetime.combine(filters.until + timedelta(days=1), time.min))
        if after:
            earlier = or_(began < after.started_at, and_(began == after.started_at, number < after.id))
            query = query.where(began <= after.started_at, earlier)
        return query.order_by(began.desc(), number.desc()).limit(size)


# STRAIGHT_JOIN: the server must begin with the first table, and not sort all conversations.
_BEGUN = select(*LISTED).prefix_with("STRAIGHT_JOIN", dialect="mysql")


def _walk(connection: Connection, filters: Filters) -> _Walk | None:
    """Along the few conversations that student or reviewer name, else along the rarest term, else along all.

    None where nothing can fit.
    """
    names = _by_rarity(connection, filters.terms())
    if names is None:
        return None
    reviewed = _reviewed(connection, filters)
    if filters.student_id is None and reviewed is None and names:
        return _along_term(names[0], names[1:])
    return _along_summaries(names, filters.student_id, reviewed)


def _along_term(name: str, others: list[str]) -> _Walk:
    first = conversation_terms.alias("first")
    joined: Any = first
    for place, other in enumerate(others):
        joined = _joined_term(joined, other, f"term_{place}", first.c.started_at, first.c.conversation_id)
    joined = joined.join(conversation_summaries, _summaries.id == first.c.conversation_id)
    query = _BEGUN.select_from(joined).where(first.c.term == name)
    return _Walk(query, first.c.started_at, first.c.conversation_id)


def _along_summaries(names: list[str], student_id: int | None, ids: set[int] | None) -> _Walk:
    joined: Any = conversation_summaries
    for place, name in enumerate(names):
        joined = _joined_term(joined, name, f"term_{place}", _summaries.started_at, _summaries.id)
    query = _BEGUN.select_from(joined)
    if student_id is not None:
        query = query.where(_summaries.student_id == student_id)
    if ids is not None:
        query = query.where(_summaries.id.in_(sorted(ids)))
    return _Walk(query, _summaries.started_at, _summaries.id)


def _joined_term(joined: Any, name: str, alias: str, began: Any, number: Any) -> Any:
    other = conversation_terms.alias(alias)
    same = and_(other.c.term == name, other.c.started_at == began, other.c.conversation_id == number)
    return joined.join(other, same)


def _by_rarity(connection: Connection, names: list[str]) -> list[str] | None:
    """The rarest first; None where one does not occur at all."""
    frequency = {}
    for name in names:
        some = select(conversation_terms.c.term).where(conversation_terms.c.term == name).limit(_RARE)
        frequency[name] = connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
    return None if 0 in frequency.values() else sorted(frequency, key=lambda name: frequency[name])


def _reviewed(connection: Connection, filters: Filters) -> set[int] | None:
    """The conversations with a tag or a verdict, which a person gave and are therefore few; None: any."""
    if "\0" in f"{filters.tag}{filters.verdict}":
        return set()  # nobody gave it, and PostgreSQL cannot be asked for it
    found: set[int] | None = None
    if filters.tag:
        tagged = conversation_summaries.join(
            review_tags, review_tags.c.conversation_key == _summaries.conversation_key
        )
        wanted = select(_summaries.id).select_from(tagged).where(review_tags.c.tag == filters.tag)
        found = set(connection.execute(wanted).scalars())
    if filters.verdict:
        marked = conversation_turns.join(review_marks, review_marks.c.log_id == _turns.log_id)
        judged = select(_turns.conversation_id).select_from(marked)
        ids = set(connection.execute(judged.where(review_marks.c.verdict == filters.verdict)).scalars())
        found = ids if found is None else found & ids
    return found


def _rows(connection: Connection, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
