"""Finds the subjects that a student names: by code, by name in either language, by initials ("csdl"), with or
without accents, with typos, several at once."""

from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from registration.folding import fold
from registration.timetable.model import ClassCatalogue, Subject
from registration.timetable.naming import (
    NUMBER,
    SEPARATOR,
    Word,
    initials,
    is_code,
    key_of,
    name_key,
    parts_at_joints,
    text_of,
    without_filler,
    words_of,
)

SURE = 86  # similarity (0 to 100) from which a name with typos is taken
CLOSE = 4  # names this close to the best one are offered beside it
NEAREST = 3
FAR = 55  # similarity below which a name is not even offered
SHORTEST_PART = 3  # letters of a part of a name
SHORTEST_TYPO = 5  # letters below which a typo cannot be told from another word


@dataclass(frozen=True)
class Ambiguous:
    """What the student wrote, and the subjects it may be."""

    text: str
    candidates: tuple[Subject, ...]


@dataclass(frozen=True)
class Unknown:
    """What the student wrote, and the subjects nearest to it (perhaps none)."""

    text: str
    nearest: tuple[Subject, ...]


@dataclass(frozen=True)
class SubjectMatches:
    """The outcome of one message, each list in the order of the message."""

    found: tuple[Subject, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def find_subjects(text: str, catalogue: ClassCatalogue) -> SubjectMatches:
    """The subjects named in a message. Nothing is guessed: what could be two subjects is ambiguous."""
    return SubjectIndex(catalogue).find(text)


@dataclass
class _Finding:
    found: dict[str, Subject] = field(default_factory=dict)
    ambiguous: list[Ambiguous] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def take(self, text: str, subjects: list[Subject]) -> None:
        if len(subjects) == 1:
            self.found.setdefault(subjects[0].code, subjects[0])
        else:
            self.ambiguous.append(Ambiguous(text, tuple(subjects)))


class SubjectIndex:
    """The names of a catalogue, prepared once where many messages are read."""

    def __init__(self, catalogue: ClassCatalogue) -> None:
        self._codes: dict[str, Subject] = {}
        self._names: dict[str, list[Subject]] = {}
        self._initials: dict[str, list[Subject]] = {}
        for subject in catalogue.subjects():
            self._codes[fold(subject.code).replace(" ", "")] = subject
            for name in {name_key(subject.name), name_key(subject.name_en)} - {""}:
                self._names.setdefault(name, []).append(subject)
            self._initials.setdefault(initials(name_key(subject.name)), []).append(subject)
        self._longest = max((len(name.split()) for name in self._names), default=0)

    def find(self, text: str) -> SubjectMatches:
        """As `find_subjects`."""
        finding = _Finding()
        for piece in SEPARATOR.split(text):
            self._read_piece(piece.strip(), finding)
        return SubjectMatches(tuple(finding.found.values()), tuple(finding.ambiguous), tuple(finding.unknown))

    def _read_piece(self, piece: str, finding: _Finding) -> None:
        """Codes and whole names first, wherever they stand; what lies between is looked at for typos."""
        words = words_of(piece)
        rest: list[Word] = []
        start = 0
        while start < len(words):
            length, subjects = self._longest_at(words, start)
            if length:
                self._read_rest(rest, finding)
                rest = []
                finding.take(text_of(words[start : start + length]), subjects)
            else:
                rest.append(words[start])
            start += length or 1
        self._read_rest(rest, finding)

    def _longest_at(self, words: list[Word], start: int) -> tuple[int, list[Subject]]:
        for length in range(min(self._longest, len(words) - start), 0, -1):
            subjects = self._exact([word.folded for word in words[start : start + length]])
            if subjects:
                return length, subjects
        return 0, []

    def _exact(self, words: list[str]) -> list[Subject]:
        if len(words) <= 3 and "".join(words) in self._codes:
            return [self._codes["".join(words)]]
        key = name_key(" ".join(words))
        if key in self._names:
            return self._names[key]
        short = "".join(words)
        return self._initials.get(short, []) if len(words) == 1 and len(short) >= SHORTEST_PART else []

    def _read_rest(self, words: list[Word], finding: _Finding) -> None:
        for part in parts_at_joints(words):
            core = without_filler(part)
            if core and not self._read_name(part, finding) and not self._read_name(core, finding):
                nearest = tuple(subject for subject, _ in self._ranked(core)[:NEAREST])
                finding.unknown.append(Unknown(text_of(core), nearest))

    def _read_name(self, words: list[Word], finding: _Finding) -> bool:
        """A part of names, or a name with typos; False if it is neither."""
        key = key_of(words)
        if len(key.replace(" ", "")) < SHORTEST_PART:
            return False
        subjects = self._containing(key)
        if not subjects and len(key.replace(" ", "")) >= SHORTEST_TYPO and not is_code(words):
            ranked = self._ranked(words)
            best = ranked[0][1] if ranked else 0.0
            subjects = [subject for subject, score in ranked if score >= max(SURE, best - CLOSE)]
        if subjects:
            finding.take(text_of(words), subjects)
        return bool(subjects)

    def _containing(self, key: str) -> list[Subject]:
        """Subjects in whose name these words stand side by side ("giai tich": Giải tích I and II)."""
        hits = [
            subject for name, some in self._names.items() if f" {key} " in f" {name} " for subject in some
        ]
        return list({subject.code: subject for subject in hits}.values())

    def _ranked(self, words: list[Word]) -> list[tuple[Subject, float]]:
        """Subjects by likeness of their name or, for a code, of their code."""
        scores = self._like_code(words) if is_code(words) else self._like_name(key_of(words))
        by_code = {subject.code: subject for subject in self._codes.values()}
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
        return [(by_code[code], score) for code, score in ranked if score >= FAR]

    def _like_name(self, key: str) -> dict[str, float]:
        scores: dict[str, float] = {}
        names = list(self._names)
        whole = process.extract(key, names, scorer=fuzz.ratio, limit=8)
        loose = [(name, min(score, SURE - 1), 0) for name, score, _ in _loosely(key, names)]
        for name, score, _ in [*whole, *loose]:
            if NUMBER.findall(name) != NUMBER.findall(key):
                score = min(score, SURE - 1)  # Giải tích III is no typo of Giải tích II
            for subject in self._names[name]:
                scores[subject.code] = max(scores.get(subject.code, 0), score)
        return scores

    def _like_code(self, words: list[Word]) -> dict[str, float]:
        typed = "".join(word.folded for word in words)
        close = process.extract(typed, list(self._codes), scorer=fuzz.ratio, limit=NEAREST)
        return {self._codes[code].code: min(score, SURE - 1) for code, score, _ in close}


def _loosely(key: str, names: list[str]) -> list[tuple[str, float, int]]:
    """Names that share words with the text in any order; good enough to be offered, not to be taken."""
    return process.extract(key, names, scorer=fuzz.token_set_ratio, limit=8)
