"""Timetables: the catalogue, the search for the best weeks, and how they are shown. Pure: files are only
read."""

from registration.timetable.builder import Reading
from registration.timetable.describe import describe, explain, proof, what_if, wish_text
from registration.timetable.drawing import draw_week
from registration.timetable.faults import BadCatalogue, Fault
from registration.timetable.ical import to_icalendar
from registration.timetable.loading import load_catalogue, read_catalogue
from registration.timetable.model import Catalogue, ClassCatalogue, Meeting, Section, Subject, Term
from registration.timetable.problem import Problem, make_problem
from registration.timetable.relaxing import Relaxation, relax
from registration.timetable.result import Choice, Result, Status, Timetable
from registration.timetable.scoring import Part, Weights
from registration.timetable.search import search
from registration.timetable.subjects import (
    Ambiguous,
    Named,
    SubjectIndex,
    SubjectMatches,
    Unknown,
    find_subjects,
)
from registration.timetable.wishes import Wish, Wishes, list_wishes, read_wishes, without

__all__ = [
    "Ambiguous",
    "BadCatalogue",
    "Catalogue",
    "Choice",
    "ClassCatalogue",
    "Fault",
    "Meeting",
    "Named",
    "Part",
    "Problem",
    "Reading",
    "Relaxation",
    "Result",
    "Section",
    "Status",
    "Subject",
    "SubjectIndex",
    "SubjectMatches",
    "Term",
    "Timetable",
    "Unknown",
    "Weights",
    "Wish",
    "Wishes",
    "describe",
    "draw_week",
    "explain",
    "find_subjects",
    "list_wishes",
    "load_catalogue",
    "make_problem",
    "proof",
    "read_catalogue",
    "read_wishes",
    "relax",
    "search",
    "to_icalendar",
    "what_if",
    "wish_text",
    "without",
]
