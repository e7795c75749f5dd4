"""Whose message it is and when it was written, read from bodies that may be broken in any way."""

import re
from datetime import datetime, timezone
from typing import Any, NamedTuple

import msgspec

_STUDENT = re.compile(rb'"student_id"\s*:\s*"?([0-9]{1,10})(?![0-9])')


class Glance(NamedTuple):
    """What can be told of a body; None and "" where it cannot."""

    student_id: int | None = None
    sender: str = ""  # of an anonymous conversation
    written_at: datetime | None = None  # UTC

    def belongs_to(self, student_id: int, sender: str) -> bool:
        """Whether it is this student's; 0 stands for an anonymous sender, who is told by name."""
        if student_id:
            return self.student_id == student_id
        return not self.student_id and self.sender == sender


def glance(body: bytes) -> Glance:
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return Glance(_student_in(body))
    metadata = fields.get("metadata")
    sender = metadata.get("sender_id") if isinstance(metadata, dict) else ""
    return Glance(_number(fields.get("student_id")), str(sender or ""), moment(fields.get("timestamp")))


def moment(text: Any) -> datetime | None:
    """An ISO 8601 text as a time in UTC; None where it is none, or one that no calendar holds in UTC."""
    if not isinstance(text, str):
        return None
    try:
        parsed = msgspec.convert(text, datetime)
        return parsed.astimezone(timezone.utc) if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
    except (msgspec.ValidationError, OverflowError):
        return None


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _student_in(body: bytes) -> int | None:
    found = _STUDENT.search(body)
    return int(found[1]) if found else None
