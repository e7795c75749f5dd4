"""Numbers and times of day in a message."""

import re
from collections.abc import Iterable, Mapping

from registration.folding import fold

_NUMBER = r"(?<![\w.,])(\d[\d.,]*)\s*([^\W\d_]+)?"
_CLOCK = r"(\d{1,2})\s*(?::|h|g|giờ|gio)?\s*([0-5]\d)?\s*(am|pm|sáng|sang|chiều|chieu|tối|toi)?"
_RANGE = re.compile(rf"(?<!\d){_CLOCK}\s*(?:-|–|—|to|till|until|and|đến|den|tới|toi)\s*{_CLOCK}(?!\d)", re.I)
_AFTERNOON = ("pm", "chieu", "toi")


def numbers(text: str, units: Mapping[str, float], topics: Iterable[str] | None = None) -> list[float]:
    """The numbers of a text; with `topics`, only those beside one of them: "floor 3", else "3 beds"."""
    # "1tr5" is more than these patterns read.
    found = [one for one in re.finditer(_NUMBER, text) if not text[one.end() : one.end() + 1].isdigit()]
    if topics is not None:
        behind = [one for one in found if _ends_with(fold(text[: one.start()]), topics)]
        found = behind or [one for one in found if _begins_with(fold(text[one.end(1) :]), topics)]
    return [_value(one[1]) * units.get(fold(one[2] or ""), 1) for one in found]


def time_range(text: str) -> dict[str, str | None] | None:
    """ "22:00-6:00", "8h đến 12h30", "from 8 to 11 am" as start and end; None where there is none."""
    match = _RANGE.search(text)
    if match is None:
        return None
    start, end = _clock(*match.group(1, 2, 3)), _clock(*match.group(4, 5, 6))
    return {"start": start, "end": end} if start and end else None


def _value(written: str) -> float:
    """1.500.000 and 1,500,000 are groups of three; another point or comma is a decimal one."""
    plain = written.rstrip(".,")
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", plain):
        return float(re.sub(r"[.,]", "", plain))
    parts = re.split(r"[.,]", plain)
    return float(f"{parts[0]}.{''.join(parts[1:]) or 0}")


def _ends_with(folded: str, topics: Iterable[str]) -> bool:
    return any(f" {folded}".endswith(f" {topic}") for topic in topics)


def _begins_with(folded: str, topics: Iterable[str]) -> bool:
    return any(f"{folded} ".startswith(f"{topic} ") for topic in topics)


def _clock(hour: str, minute: str | None, half: str | None) -> str | None:
    number = int(hour)
    if half and fold(half) in _AFTERNOON and number < 12:
        number += 12
    if half and fold(half) == "am" and number == 12:
        number = 0
    return f"{number:02}:{minute or '00'}" if number < 24 else None
