"""Timetables for a running bot: searched and drawn in processes of their own, never on the event loop."""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from registration.dialogue.changes import Suggestion
from registration.errors import CatalogueError
from registration.timetable import (
    Catalogue,
    Choice,
    SubjectIndex,
    Timetable,
    describe,
    draw_week,
    list_wishes,
    load_catalogue,
    make_problem,
    proof,
    relax,
    search,
    to_icalendar,
    what_if,
    wish_text,
    without,
)
from registration.timetable.describe import subject_name
from registration.timetable.options import Option

T = TypeVar("T")
_log = logging.getLogger(__name__)
_TIMEOUT = 10.0  # seconds; the search itself stops after a fifth of one


@dataclass(frozen=True)
class Offered:
    """One timetable in words, and the classes that it is made of."""

    text: str
    class_ids: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """The best timetables, best first, with what is proven of them; or what could be given up to have one."""

    timetables: tuple[Offered, ...]
    proof: str
    ways: tuple[Suggestion, ...]
    comparison: str = ""  # what the one wish that was given up had cost


class CurrentCatalogue:
    """A catalogue file as it is now; a file that has become unreadable leaves the last good one in place."""

    def __init__(self, path: Path) -> None:
        """Raises CatalogueError where the file cannot be used from the start."""
        self._path = path
        self._modified = _modified(path)
        self._take(load_catalogue(path))

    def get(self) -> Catalogue:
        self._look()
        return self._catalogue

    def subjects(self) -> SubjectIndex:
        self._look()
        return self._index

    def titles(self, language: str) -> Mapping[str, str]:
        """What each subject is called, by its code: "IT3090 Cơ sở dữ liệu"."""
        self._look()
        if language not in self._titles:
            self._titles[language] = {
                subject.code: f"{subject.code} {subject_name(subject, language)}"
                for subject in self._catalogue.subjects()
            }
        return self._titles[language]

    def _take(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._index = SubjectIndex(catalogue)
        self._titles: dict[str, dict[str, str]] = {}

    def _look(self) -> None:
        modified = _modified(self._path)
        if modified in (self._modified, None):
            return
        self._modified = modified
        try:
            self._take(load_catalogue(self._path))
        except CatalogueError as error:
            _log.error("the catalogue stays as it was: %s", error)


class Planner:
    """Finds, draws and writes timetables of one catalogue. The processes start with the first request."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool: ProcessPoolExecutor | None = None

    async def offer(self, preferences: Mapping[str, Any], language: str) -> Offer:
        """The best timetables for confirmed preferences. Raises TimeoutError."""
        return await self._run(_offer, dict(preferences), language)

    async def suppose(
        self, preferences: Mapping[str, Any], supposed: Mapping[str, Any], language: str
    ) -> Offer:
        """The best timetables for other preferences beside those that hold. Raises TimeoutError."""
        return await self._run(_suppose, dict(preferences), dict(supposed), language)

    async def picture(self, class_ids: tuple[str, ...], language: str) -> bytes:
        """A PNG of these classes' week. Raises CatalogueError where a class is not in the catalogue."""
        return await self._run(_picture, class_ids, language)

    async def calendar(self, class_ids: tuple[str, ...], language: str) -> bytes:
        """An iCalendar file of these classes. Raises CatalogueError as `picture`."""
        return await self._run(_calendar, class_ids, language)

    def warm_up(self) -> None:
        """Start a process ahead of the first request."""
        self._started().submit(_ready)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        pool = self._started()
        try:
            return await asyncio.wait_for(loop.run_in_executor(pool, work, *arguments), _TIMEOUT)
        except BrokenProcessPool:  # somebody killed a process: the next one is new
            if self._pool is pool:  # else another who waited has opened the next one already
                self.close()
            return await asyncio.wait_for(loop.run_in_executor(self._started(), work, *arguments), _TIMEOUT)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Not forked: this process has threads and an event loop, which a fork would tear apart.
            context = multiprocessing.get_context("spawn")
            # Sanic's worker processes are daemons, which multiprocessing grants no children.
            multiprocessing.current_process().daemon = False
            self._pool = ProcessPoolExecutor(2, context, _open_catalogue, (self._path,))
        return self._pool


# What runs in the pool's processes.

_current: CurrentCatalogue


def _open_catalogue(path: Path) -> None:
    global _current
    _current = CurrentCatalogue(path)


def _ready() -> bool:
    return True


def _offer(preferences: dict[str, Any], language: str) -> Offer:
    problem = make_problem(_current.get(), preferences)
    result = search(problem)
    found = tuple(
        Offered(describe(timetable, preferences, language), timetable.class_ids)
        for timetable in result.timetables
    )
    ways = () if found else relax(problem).ways
    suggestions = tuple(
        Suggestion(
            ", ".join(wish_text(wish, preferences, language) for wish in way),
            {wish.key: without(preferences, *way)[wish.key] for wish in way},
        )
        for way in ways
    )
    return Offer(found, proof(result, language), suggestions)


def _suppose(preferences: dict[str, Any], supposed: dict[str, Any], language: str) -> Offer:
    offer = _offer(supposed, language)
    before, after = set(list_wishes(preferences)), set(list_wishes(supposed))
    if len(before - after) != 1 or after - before:
        return offer
    (given_up,) = before - after
    problem = make_problem(_current.get(), supposed)
    now = search(make_problem(_current.get(), preferences))
    text = what_if(given_up, preferences, problem, now, search(problem), language)
    return replace(offer, comparison=text)


def _picture(class_ids: tuple[str, ...], language: str) -> bytes:
    return draw_week(_timetable(class_ids), language)


def _calendar(class_ids: tuple[str, ...], language: str) -> bytes:
    return to_icalendar(_timetable(class_ids), _current.get().term, language)


def _timetable(class_ids: tuple[str, ...]) -> Timetable:
    wanted = set(class_ids)
    choices = []
    for subject in _current.get().subjects():
        sections = tuple(section for section in subject.sections if section.class_id in wanted)
        if sections:
            choices.append(Choice(subject, Option(sections)))
            wanted -= {section.class_id for section in sections}
    if wanted:
        raise CatalogueError(f"{len(wanted)} of the classes are not in the catalogue any more")
    return Timetable(tuple(choices), (), 0.0)


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None
