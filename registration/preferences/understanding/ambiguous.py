"""Words of two meanings: 'toi' (evening, I), 'sang' (morning, over to), 'ban' (busy, you), 'work'."""

from . import codes
from .marks import Kind, Mark
from .tokens import Message

_BEFORE_EVENING = {
    "buoi",
    "hoc",
    "ca",
    "lop",
    "va",
    "hoac",
    "hay",
    "tranh",
    "ne",
    "chieu",
    "sang",
    "moi",
    "cac",
    "hang",
    "vao",
    "luc",
    "ban",
    ",",
    "/",
    "-",
    "+",
    "den",
    "nhat",
    "cn",
    "bo",
    "tru",
    "chon",
    "chi",
    "them",
    "thich",
    "trua",
    "khong",
    "qua",
    "thanh",
    "sunday",
    "monday",
}
_BEFORE_ME = {"cho", "cua", "giup", "gium", "voi", "dum", "ho"}
_AFTER_ME = {
    "muon",
    "thich",
    "can",
    "chon",
    "se",
    "da",
    "dang",
    "co",
    "uu",
    "xin",
    "ngai",
    "ghet",
    "tranh",
    "ten",
    "la",
    "doi",
    "so",
    "nghi",
    "vua",
    "dinh",
    "luon",
    "thuong",
    "mong",
    "chi",
    "lo",
    "nham",
    "dong",
    "hay",
}
_AFTER_EITHER = {
    "khong",
    "hoc",
    "ranh",
    "duoc",
    "di",
    "ban",
    "lam",
    "phai",
    "ve",
    "bi",
    "ket",
    "cung",
    "chua",
    "dang",
}
_BEFORE_KNOWING = {"khong", "chua", "cung", "chang", "van"}
_KNOWING = {"biet", "hieu", "ro", "nho", "quyet", "noi", "tra"}  # what only somebody does, and no time of day
_PARTICLES = {"", "a", "nhe", "nha", "ma", "roi", "thoi", "day", ".", "!", ","}
_OTHER_CONTENT = {
    "sang",
    "chieu",
    "thu",
    "cn",
    "som",
    "lien",
    "ngay",
    "tuan",
    "thay",
    "t",
    "nhat",
    "monday",
    "saturday",
    "sunday",
    "buoi",
}
_CHANGES = {"doi", "chuyen", "thay", "sua", "dich", "nhay", "change", "switch", "move", "swap"}
_PERIOD_OR_DAY = {"sang", "chieu", "toi", "thu", "buoi", "t", "cn", "ngay", "chu", "cuoi"}
_ENGLISH_TIMES = {
    "morning",
    "mornings",
    "afternoon",
    "afternoons",
    "evening",
    "evenings",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
}
_SUITING = {"best", "well", "fine", "great", "too", "for", "out", "perfectly", "better", "ok", "okay"}
_THAT_SUITS = frozenset(
    """
    would will does do not can could might should it that this these those both all either any anything
    everything day days
    time times mon tue wed thu fri sat sun weekend weekends weekday weekdays one ones also definitely really
    always them which whichever whatever classes class sessions they
    """.split()  # noqa: SIM905
)
_DENIED_VERBS = frozenset(["ngai", "so", "ghet", "thich", "muon", "can", "ky", "met", "quan"])
_AFTER_LATE = frozenset(
    ["", "cung", "qua", "thi", "k", "khong", "duoc", "chut", "ti", "xiu", "mot", "la", "hon", "may"]
)
_LETTERS = {"s": "morning", "c": "afternoon", "t": "evening"}


def scan(message: Message, index: int) -> Mark | None:
    word = message.word_at(index)
    if word == "toi":
        return (
            _mark(Kind.PERIOD, "evening", index)
            if _is_evening(message, index)
            else _mark(Kind.FILLER, None, index)
        )
    if word == "sang" and _is_over_to(message, index):
        return _mark(Kind.INTO, None, index)
    if word == "ban" and _is_you(message, index):
        return _mark(Kind.FILLER, None, index)
    if word in {"hơn", "hon", "than", "over"} and _compares(message, index):
        return _mark(Kind.DENY, None, index)
    if word == "to" and _is_changed_to(message, index):
        return _mark(Kind.INTO, None, index)
    if word in {"work", "works"} and message.language == "en":
        return (
            _mark(Kind.CAN if _suits(message, index) else Kind.BUSY, None, index)
            if message.folded_at(index + 1) not in _SUITING
            else None
        )
    if word in {"đâu", "dau"} and message.folded_at(index + 1) in _DENIED_VERBS:
        return _mark(Kind.NO, None, index)
    if word == "muon" and _is_late(message, index):
        return _mark(Kind.LATE, True, index)
    if word in _LETTERS and _is_letter_answer(message):
        return _mark(Kind.PERIOD, _LETTERS[word], index)
    return None


def _mark(kind: Kind, value: str | bool | None, index: int) -> Mark:
    return Mark(kind, value, index, index + 1)


def _is_evening(message: Message, index: int) -> bool:
    before, after = message.folded_at(index - 1), message.folded_at(index + 1)
    if before in _BEFORE_ME or after in _AFTER_ME or _knows_or_goes(message, index):
        return False
    if before in _BEFORE_EVENING or before.isdigit():
        return True
    if after in _AFTER_EITHER:
        return not any(token.folded in _OTHER_CONTENT for i, token in enumerate(message.tokens) if i != index)
    return True


def _knows_or_goes(message: Message, index: int) -> bool:
    """'toi khong biet', 'toi di hoc': what is said of 'toi' says nothing of an evening."""
    at = index + 1
    while message.folded_at(at) in _BEFORE_KNOWING:
        at += 1
    if message.folded_at(at) == "chac":  # "toi chua chac ranh" is about the evening
        return message.folded_at(at + 1) in _PARTICLES
    goes = [message.folded_at(index + 1), message.folded_at(index + 2)] == ["di", "hoc"]
    return message.folded_at(at) in _KNOWING or (goes and message.folded_at(index + 3) in _PARTICLES)


def _is_over_to(message: Message, index: int) -> bool:
    earlier = {token.folded for token in message.tokens[:index]}
    if earlier & _CHANGES and (
        message.folded_at(index + 1) in {"thay", "co", "gv", "lop", "mon"} or _is_code(message, index + 1)
    ):
        return True
    return (message.accented or bool(earlier & _CHANGES)) and message.folded_at(
        index + 1
    ) in _PERIOD_OR_DAY - {"thu", "t"} | ({"thu", "t"} if earlier & _CHANGES else set())


def _is_code(message: Message, index: int) -> bool:
    if index >= len(message.tokens):
        return False
    named = codes.scan(message, index)
    return bool(message.tokens[index].subjects) or (named is not None and named.kind is Kind.SUBJECT)


def _is_you(message: Message, index: int) -> bool:
    before, after = message.folded_at(index - 1), message.folded_at(index + 1)
    return (
        after in {"oi", "be", "cho", "giup", "chon", "nao", "bot", "xep", "a"}
        or before
        in {
            "chao",
            "cua",
            "on",
            "cac",
            "tuy",
            "y",
            "voi",
            "nho",
            "nha",
            "nhe",
            "di",
            "roi",
            "luon",
            "vay",
            "the",
        }
        or (before == "khong" and message.folded_at(index - 2) in {"duoc", "ok"})
    )


def _compares(message: Message, index: int) -> bool:
    """'thích chiều hơn sáng', 'mornings over evenings': the second is not wanted."""
    following = [message.folded_at(i) for i in range(index + 1, index + 4)]
    return (
        index > 1
        and any(word in _PERIOD_OR_DAY or word in _ENGLISH_TIMES for word in following[:2])
        and not following[0].isdigit()
    )


def _is_changed_to(message: Message, index: int) -> bool:
    earlier = {token.folded for token in message.tokens[:index]}
    return bool(earlier & _CHANGES) and message.folded_at(index + 1) not in {"be", "do", "the", "my"}


def _suits(message: Message, index: int) -> bool:
    """'Saturdays work', 'any day would work', not 'I work', 'after work'."""
    before = message.folded_at(index - 1)
    return before in _ENGLISH_TIMES or before in _THAT_SUITS or before.isdigit() or before in {"am", "pm"}


def _is_late(message: Message, index: int) -> bool:
    """'muon cung dc' where late hours are asked for: 'muộn', not 'muốn'."""
    asked = message.question in ("avoid_early_start", "avoid_late_end")
    return asked and message.folded_at(index + 1) in _AFTER_LATE


def _is_letter_answer(message: Message) -> bool:
    """'s', 'c', 's/c' as the answer to the question about the period."""
    return message.question == "time_period" and all(
        t.folded in {*_LETTERS, "va", "hoac", "hay", "/", ",", "-"} for t in message.tokens
    )
