"""A timetable as an iCalendar file (RFC 5545) that phones and mail programs import."""

from datetime import date, datetime, time, timedelta, timezone
from functools import reduce
from math import gcd
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from registration.errors import CatalogueError
from registration.timetable.describe import subject_name
from registration.timetable.model import Meeting, Section, Subject, Term
from registration.timetable.result import Timetable
from registration.timetable.weeks import list_weeks
from registration.timetable.wording import Language, phrase

ZONE = "Asia/Ho_Chi_Minh"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def to_icalendar(
    timetable: Timetable, term: Term, language: Language = "vi", *, zone: str = ZONE, made: datetime = EPOCH
) -> bytes:
    """The timetable's meetings, each as one event that recurs in its weeks.

    `made` is the time stamp of the events; with the default the same timetable gives the same bytes. Raises
    CatalogueError where the term does not say when its first week begins.
    """
    if term.first_monday is None:
        raise CatalogueError("the catalogue does not say on which Monday week 1 begins (first_monday)")
    calendar = Calendar()
    calendar.add("prodid", "-//class registration//timetable//")
    calendar.add("version", "2.0")
    for choice in timetable.choices:
        for section in choice.sections:
            for meeting in section.meetings:
                event = _event(meeting, section, choice.subject, term.first_monday, ZoneInfo(zone), language)
                event.add("dtstamp", made)
                calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(
    meeting: Meeting, section: Section, subject: Subject, monday: date, zone: ZoneInfo, language: Language
) -> Event:
    weeks = list_weeks(meeting.weeks)
    event = Event()
    event.add("uid", f"{section.class_id}-{meeting.day}-{meeting.start}-{meeting.weeks:x}@timetable")
    event.add("summary", f"{subject.code} {subject_name(subject, language)}")
    event.add("dtstart", _moment(monday, weeks[0], meeting.day, meeting.start, zone))
    event.add("dtend", _moment(monday, weeks[0], meeting.day, meeting.end, zone))
    if meeting.room:
        event.add("location", meeting.room)
    event.add("description", _description(section, language))
    if len(weeks) > 1:
        _add_recurrence(event, meeting, weeks, monday, zone)
    return event


def _add_recurrence(event: Event, meeting: Meeting, weeks: list[int], monday: date, zone: ZoneInfo) -> None:
    """Every n-th week from the first to the last, the ones in between without a class left out."""
    interval = reduce(gcd, (week - weeks[0] for week in weeks[1:]))
    every = range(weeks[0], weeks[-1] + 1, interval)
    event.add("rrule", {"freq": "weekly", "interval": interval, "count": len(every)})
    for week in every:
        if week not in weeks:
            event.add("exdate", _moment(monday, week, meeting.day, meeting.start, zone))


def _moment(monday: date, week: int, day: int, minutes: int, zone: ZoneInfo) -> datetime:
    begin = datetime.combine(monday + timedelta(weeks=week - 1, days=day), time(), zone)
    return begin + timedelta(minutes=minutes)


def _description(section: Section, language: Language) -> str:
    parts = [f"{phrase('class', language)} {section.class_id}", section.kind, section.teacher]
    return ", ".join(part for part in parts if part)
