"""What is read in a body that may be broken in any way."""

from datetime import datetime, timezone
from typing import Any

import pytest

from registration.messaging.glance import moment


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-01-02T10:04:05+07:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),
        ("0001-01-01T00:00:00+14:00", None),  # in UTC it lies before the first day of the calendar
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        (1_767_323_045, None),
    ],
)
def test_a_moment_is_in_utc_or_none(text: Any, found: datetime | None) -> None:
    assert moment(text) == found
