"""Finds the subjects that a student names: by code, by name in either language, by initials ("csdl"), with or
without accents, with typos, several at once."""

from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from registration.folding import fold
from registration.timetable.model import ClassCatalogue, Subject
from registration.timetable.naming import (
    NUMBER,
    Word,
    initials,
    is_code,
    key_of,
    name_key,
    parts_at_joints,
    parts_at_sayings,
    pieces_of,
    text_of,
    without_filler,
    without_sayings,
)

SURE = 86  # similarity (0 to 100) from which a name with typos is taken
CLOSE = 4  # names this close to the best one are offered beside it
NEAREST = 3
FAR = 55  # similarity below which a name is not even offered
SHORTEST_PART = 3  # letters of a part of a name
SHORTEST_TYPO = 5  # letters below which a typo cannot be told from another word


@dataclass(frozen=True)
class Named:
    """A stretch of the text (`start` up to `end`, in its NFC form) and the subjects that it may name."""

    text: str
    start: int
    end: int
    subjects: tuple[Subject, ...]
    is_whole: bool  # a code, a name or its initials; else a part of names, or a name with typos


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

    named: tuple[Named, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def found(self) -> tuple[Subject, ...]:
        """The subjects that are meant for sure, each once."""
        return tuple(dict.fromkeys(one.subjects[0] for one in self.named if len(one.subjects) == 1))

    @property
    def ambiguous(self) -> tuple[Ambiguous, ...]:
        return tuple(Ambiguous(one.text, one.subjects) for one in self.named if len(one.subjects) > 1)


def find_subjects(text: str, catalogue: ClassCatalogue) -> SubjectMatches:
    """The subjects named in a message. Nothing is guessed: what could be two subjects is ambiguous."""
    return SubjectIndex(catalogue).find(text)


@dataclass
class _Finding:
    named: list[Named] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def take(self, words: list[Word], subjects: list[Subject], is_whole: bool) -> None:
        start, end = words[0].start, words[-1].end
        self.named.append(Named(text_of(words), start, end, tuple(subjects), is_whole))


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
        for words in pieces_of(text):
            self._read_piece(words, finding)
        return SubjectMatches(tuple(finding.named), tuple(finding.unknown))

    def __contains__(self, code: str) -> bool:
        """Whether the catalogue holds a subject of this code."""
        subject = self._codes.get(fold(code).replace(" ", ""))
        return subject is not None and subject.code == code

    def _read_piece(self, words: list[Word], finding: _Finding) -> None:
        """Codes and whole names first, wherever they stand; what lies between is looked at for typos."""
        rest: list[Word] = []
        start = 0
        while start < len(words):
            length, subjects = self._longest_at(words, start)
            if length:
                self._read_rest(rest, finding)
                rest = []
                finding.take(words[start : start + length], subjects, is_whole=True)
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
            bare = without_sayings(core)
            if not bare or self._read_part(part, finding) or self._read_part(core, finding):
                continue
            if bare == core and (self._read_typo(part, finding) or self._read_typo(core, finding)):
                continue
            if not self._read_said(core, bare, finding):
                self._leave(bare if is_code(bare) else core, finding)

    def _read_said(self, core: list[Word], bare: list[Word], finding: _Finding) -> bool:
        """'bỏ …', '… but not …': names without what is said of them, which is no part of them."""
        if bare != core and self._read_name(bare, finding):
            return True
        parts = parts_at_sayings(bare)
        if len(parts) < 2:
            return False
        unread = [part for part in parts if not self._read_name(part, finding)]
        if len(unread) == len(parts):
            return False
        for part in unread:
            self._leave(part, finding)
        return True

    def _leave(self, words: list[Word], finding: _Finding) -> None:
        nearest = tuple(subject for subject, _ in self._ranked(words)[:NEAREST])
        finding.unknown.append(Unknown(text_of(words), nearest))

    def _read_name(self, words: list[Word], finding: _Finding) -> bool:
        if len(words) == 1 and len(words[0].folded) < SHORTEST_TYPO:
            return False  # "không đúng": a short word left over is no name for standing in one
        return self._read_part(words, finding) or self._read_typo(words, finding)

    def _read_part(self, words: list[Word], finding: _Finding) -> bool:
        """A part of names; False if it is none."""
        key = key_of(words)
        subjects = self._containing(key) if len(key.replace(" ", "")) >= SHORTEST_PART else []
        if subjects:
            finding.take(words, subjects, is_whole=False)
        return bool(subjects)

    def _read_typo(self, words: list[Word], finding: _Finding) -> bool:
        """A name with typos; False if it is none."""
        if len(key_of(words).replace(" ", "")) < SHORTEST_TYPO or is_code(words):
            return False
        ranked = self._ranked(words)
        best = ranked[0][1] if ranked else 0.0
        subjects = [subject for subject, score in ranked if score >= max(SURE, best - CLOSE)]
        if subjects:
            finding.take(without_filler(words) or words, subjects, is_whole=False)
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
