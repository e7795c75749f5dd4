"""Answers without content of their own: yes, no, any, the number of an option."""

from collections.abc import Sequence

from registration.dialogue.changes import ANY, Change, Operation

from ..rules import CHOICES, skip
from .day_names import UNITS
from .marks import CONTENT, OPERATORS, Kind, Mark
from .signs import AVERSIONS, Sign, sign_of
from .tokens import Message

OPTIONS: dict[str, tuple[object, ...]] = {
    "time_period": ("morning", "afternoon", "evening", ANY),
    **dict.fromkeys(CHOICES, (True, False, ANY)),
    "confirm": (True, False),
}
_SILENT = frozenset({Kind.FILLER, Kind.COMMA, Kind.BREAK, Kind.AND, Kind.TOPIC, Kind.STANDING, Kind.CONTRAST})
_AROUND_NUMBER = frozenset({Kind.WANT, Kind.JUST, Kind.YES, Kind.STUDY, Kind.CAN})
_AGREEMENT = frozenset({Kind.YES, Kind.NO, Kind.FILLER})
_UNCLEAR = frozenset({Kind.UNKNOWN, Kind.UNSURE, Kind.ASK, Kind.ONE_OFF, Kind.REJECTED, Kind.QUESTION_MARK})
CLEAR = "clear"  # the value of a yes or no that is nothing else
_UNTOLD = frozenset({Kind.UNKNOWN, Kind.STUDY, Kind.NEED, Kind.AND})
WRONG = "wrong"  # the value of "sai rồi", "that's wrong"
ENOUGH = "enough"  # the value of "hết rồi", "that's all": nothing more to say
_NO_MATTER = (
    "khong sao",
    "no problem",
    "khong van de",
    "khong thanh",
    "not a problem",
    "no issue",
    "no issues",
)
_MIND_NOT = ("do not mind", "would not mind", "not mind")


def bare(message: Message, marks: Sequence[Mark]) -> tuple[Change, ...]:
    """The answer to the pending question, if the message is no more than an answer."""
    question = message.question
    if question is None:
        return ()
    numbered = option(message, marks)
    if numbered is not None:
        return _option_changes(question, numbered)
    for stretch in (list(marks), *_stretches(marks)):
        answer = _answer(message, stretch, question)
        if answer is not None:
            return _changes(question, answer)
    return ()


def opening(message: Message, marks: Sequence[Mark]) -> tuple[Change, ...]:
    """The yes or no in front of the first comma, at a question that asks for one."""
    at = next((i for i, mark in enumerate(marks) if mark.kind in (Kind.COMMA, Kind.BREAK)), None)
    if at is None or message.question not in CHOICES:
        return ()
    answer = _answer(message, list(marks[:at]), message.question)
    return _changes(message.question, answer) if isinstance(answer, bool) else ()


def option(message: Message, marks: Sequence[Mark]) -> int | None:
    """The number of the option chosen, if the message is a number and little else."""
    spoken = [mark for mark in marks if mark.kind not in _SILENT and mark.kind not in _AROUND_NUMBER]
    if len(spoken) != 1:
        return None
    if spoken[0].kind is Kind.OPTION:
        return int(spoken[0].value)
    text = message.folded_at(spoken[0].start)
    if message.folded_at(spoken[0].start + 1) in UNITS:
        return None  # "3 ngày"
    return int(text) if spoken[0].kind is Kind.UNKNOWN and text.isdigit() and len(text) < 4 else None


def _option_changes(question: str, number: int) -> tuple[Change, ...]:
    options = OPTIONS.get(question, ())
    if not 1 <= number <= len(options):
        return ()
    return (Change(Operation.SET, question, options[number - 1]),)


def _stretches(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The first stretch up to a comma, what stands before a reason, and 'so yes' behind one."""
    found: list[list[Mark]] = []
    for breaks in ((Kind.BREAK, Kind.CONTRAST), (Kind.COMMA, Kind.BREAK, Kind.CONTRAST)):
        at = next((i for i, mark in enumerate(marks) if mark.kind in breaks and i > 0), None)
        if at is not None:
            found.append(list(marks[:at]))
    last = max((i for i, mark in enumerate(marks) if mark.kind is Kind.BREAK), default=0)
    if last and all(mark.kind in _AGREEMENT for mark in marks[last + 1 :]):
        found.append(list(marks[last + 1 :]))
    return [*found, *_opening(marks)]


def _opening(marks: Sequence[Mark]) -> list[list[Mark]]:
    """'yes cram it': a clear yes or no in front of words that say nothing known."""
    spoken = [mark for mark in marks if mark.kind is not Kind.FILLER]
    if len(spoken) < 2 or spoken[0].value != CLEAR:
        return []
    return [spoken[:1]] if {mark.kind for mark in spoken[1:]} <= _UNTOLD else []


def _answer(message: Message, marks: list[Mark], question: str) -> object | None:
    """True, False or "any"; None if the marks are not clearly an answer."""
    spoken = [mark for mark in marks if mark.kind not in _SILENT]
    kinds = {mark.kind for mark in spoken}
    if question == "confirm" and Kind.CORRECT in kinds and Kind.UNSURE in kinds and Kind.YES not in kinds:
        return False  # "khoan để em xem lại"
    if not kinds or kinds & _UNCLEAR or kinds & CONTENT:
        return None
    if question == "confirm" and (answer := _closing(message, spoken)) is not None:
        return answer
    if Kind.ANY in kinds or any(_written(message, mark) in _MIND_NOT for mark in spoken):
        return ANY
    if Kind.WHETHER in kinds and Kind.CAN in kinds:
        return ANY
    if question in CHOICES:
        return _choice(message, spoken, question)
    return _yes_or_no(_without_later(marks, spoken), question)


def _closing(message: Message, spoken: list[Mark]) -> bool | None:
    """'ok hết', 'that's it': nothing is left to change."""
    done = [
        m
        for m in spoken
        if m.value == ENOUGH or _written(message, m).endswith((" het", " tat ca", "all good"))
    ]
    others = {mark.kind for mark in spoken if mark not in done}
    return True if done and others <= {Kind.YES, Kind.CAN, Kind.JUST} else None


def _without_later(marks: list[Mark], spoken: list[Mark]) -> list[Mark]:
    """'chưa, để em sửa': a no in front of a comma is an answer of its own."""
    comma = next((i for i, mark in enumerate(marks) if mark.kind in (Kind.COMMA, Kind.BREAK)), len(marks))
    first = [mark for mark in marks[:comma] if mark in spoken]
    return first if first and all(mark.kind is Kind.NO for mark in first) else spoken


def _choice(message: Message, spoken: list[Mark], question: str) -> object | None:
    if any(mark.value == ENOUGH for mark in spoken):
        return None
    avoiding = question.startswith("avoid")
    if any(_written(message, mark).startswith(_NO_MATTER) for mark in spoken):
        return False if avoiding else ANY
    operators = [mark for mark in spoken if mark.kind in OPERATORS]
    if any(mark.kind in AVERSIONS for mark in operators):
        averse = sign_of(operators) is Sign.AVOIDED
        return averse if avoiding else not averse
    return _yes_or_no(spoken, question)


def _yes_or_no(spoken: list[Mark], question: str) -> bool | None:
    kinds = {mark.kind for mark in spoken}
    changes = kinds & {Kind.CHANGE, Kind.CORRECT, Kind.REMOVE, Kind.ADD}
    negations = sum(mark.kind in (Kind.NO, Kind.DENY) for mark in spoken)
    if question == "confirm" and (Kind.EXCEPT in kinds or any(mark.value == WRONG for mark in spoken)):
        return False
    if changes:  # "không cần sửa gì" agrees, "em muốn sửa" does not
        return bool(negations) if question == "confirm" else None
    if negations:
        return negations == 2 and spoken[-1].kind not in (Kind.NO, Kind.DENY)
    if Kind.JUST in kinds and kinds <= {Kind.JUST, Kind.YES} and spoken[-1].kind is Kind.JUST:
        return False  # "dạ thôi"
    agreed = kinds & {Kind.YES, Kind.CAN, Kind.WANT, Kind.NEED}
    return True if agreed or any(mark.kind is Kind.STUDY and mark.value != "for" for mark in spoken) else None


def _written(message: Message, mark: Mark) -> str:
    return " ".join(token.folded for token in message.tokens[mark.start : mark.end])


def _changes(question: str, answer: object) -> tuple[Change, ...]:
    if question == "confirm":
        return (Change(Operation.SET, "confirm", answer),) if isinstance(answer, bool) else ()
    if answer == ANY or (answer is False and question in ("days", "specific", "subjects")):
        return skip(question)
    return (Change(Operation.SET, question, answer),) if question in CHOICES else ()
