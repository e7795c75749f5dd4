"""Days, times of day and the three periods of a day. Days are 0 (Monday) to 6, times minutes after
midnight."""

import re

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PERIODS = ("morning", "afternoon", "evening")
NOON = 12 * 60
EVENING = 17 * 60 + 30  # the last afternoon class ends at 17:30, the first evening class starts after it
EARLY_BEFORE = 8 * 60  # a class that starts before this is an early one (06:45 and 07:30 are)
LATE_AFTER = 17 * 60  # a class that ends after this is a late one

_TIME = re.compile(r"(\d{1,2})\s*(?:[:hg.]\s*(\d{2})?)?")
_COMPACT = re.compile(r"(\d{1,2})(\d{2})")


def parse_time(text: str) -> int:
    """Minutes after midnight from "06:45", "6h45", "0645", "645" or "7h". Raises ValueError."""
    text = text.strip().lower()
    match = _COMPACT.fullmatch(text) or _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time such as 06:45")
    minutes = int(match[1]) * 60 + int(match[2] or 0)
    if int(match[2] or 0) > 59 or minutes > 24 * 60:
        raise ValueError(f"{text!r} is not a time of day")
    return minutes


def format_time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parse_day(text: str) -> int:
    """0 to 6 from an English name, or from the Vietnamese count: 2 (Monday) to 7, 8 or CN (Sunday)."""
    folded = text.strip().casefold()
    for index, name in enumerate(DAYS):
        if folded in (name.casefold(), name[:3].casefold(), str(index + 2), f"t{index + 2}"):
            return index
    if folded in ("cn", "chủ nhật"):
        return 6
    raise ValueError(f"{text!r} is not a day (Monday … Sunday, or 2 … 8, or CN)")


def period_of(start: int) -> str:
    """The period a class belongs to: the one it starts in."""
    if start < NOON:
        return "morning"
    return "afternoon" if start < EVENING else "evening"
