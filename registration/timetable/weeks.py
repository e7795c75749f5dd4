"""Weeks of a term as a bitmask: bit w is set when something happens in week w (1 … 60)."""

import re

LAST_WEEK = 60
_RANGE = re.compile(r"(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?")


def parse_weeks(text: str) -> int:
    """The mask of "2-9,11-18", "3", or "1,3,5". Raises ValueError."""
    mask = 0
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a list of weeks such as 2-9,11-18")
        mask |= _span(int(match[1]), int(match[2] or match[1]))
    return mask


def _span(first: int, last: int) -> int:
    if not 1 <= first <= last <= LAST_WEEK:
        raise ValueError(f"weeks {first}-{last} are not within 1-{LAST_WEEK}, from lower to higher")
    return (1 << (last + 1)) - (1 << first)


def list_weeks(mask: int) -> list[int]:
    return [week for week in range(mask.bit_length()) if mask >> week & 1]


def format_weeks(mask: int) -> str:
    """The shortest text that `parse_weeks` reads back: "2-9,11-18"."""
    runs: list[list[int]] = []
    for week in list_weeks(mask):
        if runs and runs[-1][-1] == week - 1:
            runs[-1].append(week)
        else:
            runs.append([week])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
