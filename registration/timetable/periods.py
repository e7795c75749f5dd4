"""The numbered periods (tiết) of a day, for timetables that give no clock times."""

from registration.folding import fold

LENGTH = 45
STARTS = {
    1: 6 * 60 + 45,
    2: 7 * 60 + 30,
    3: 8 * 60 + 25,
    4: 9 * 60 + 20,
    5: 10 * 60 + 15,
    6: 11 * 60,
    7: 12 * 60 + 30,
    8: 13 * 60 + 15,
    9: 14 * 60 + 10,
    10: 15 * 60 + 5,
    11: 16 * 60,
    12: 16 * 60 + 45,
    13: 18 * 60,
    14: 18 * 60 + 45,
    15: 19 * 60 + 40,
}
HALF_DAY = 6  # in timetables with a session (Kíp), the afternoon counts from 1 again
SESSIONS = {
    "": 0,
    "sang": 0,
    "morning": 0,
    "chieu": HALF_DAY,
    "afternoon": HALF_DAY,
    "toi": 12,
    "evening": 12,
}


def period_times(first: int, last: int, session: str = "") -> tuple[int, int]:
    """Start of the first and end of the last period, in minutes. Raises ValueError.

    Within a session numbers up to 6 count from its beginning; higher ones count from the morning anyway.
    """
    if fold(session) not in SESSIONS:
        raise ValueError(f"{session!r} is not a session (Sáng, Chiều, Tối)")
    shift = SESSIONS[fold(session)] if max(first, last) <= HALF_DAY else 0
    first, last = first + shift, last + shift
    if first not in STARTS or last not in STARTS:
        raise ValueError(f"periods {first}-{last} are not within 1-{max(STARTS)}")
    return STARTS[first], STARTS[last] + LENGTH
