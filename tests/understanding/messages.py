"""Random messages for the fuzz: words of the trade, digits, signs and noise, from a seed."""

import random
from collections.abc import Iterator

QUESTIONS = (
    None, "subjects", "time_period", "avoid_early_start", "avoid_late_end", "days", "prefer_continuous",
    "prefer_free_days", "specific", "confirm",
)  # fmt: skip
_WORDS = """
em mình không ko k muốn thích học sáng chiều tối thứ t2 t7 cn 2 3 4 246 bảy chủ nhật trừ tránh né
bận nghỉ chỉ thôi thêm bỏ đổi sang thành nhầm à mà là nhưng vì nên và hoặc hay , . ? ! - / sau trước
từ đến 9h 17h30 4 giờ 25h lớp 153284 IT3080 thầy cô Nam Thu Ba sao cũng được tùy có dạ vâng ok liền
tiết ít ngày trải đều sớm muộn trễ về tan cuối tuần này sau not no don't avoid morning evening
Monday Fri except only any day before after 9am back to back skip cancel undo help khong muon hoc
toi thu hai ban sang nay mai 20/11 Mon-Wed MWF thứ 9 option 7 { } /inform "a":1 \u0000 \u200b \ud800
😀 'OR 1=1--
""".split()  # noqa: SIM905
_ALPHABET = (
    "aáàảãạăâbcdđeêghiklmnoôơpqrstuưvxyz0123456789 \t\n.,;:?!-/'\"{}()<>&@#%"
    "\u0301\u0323\u200d\u202e\ud83d🎓漢"
)


def messages(seed: int, count: int) -> Iterator[tuple[str, str | None]]:
    """Messages with a question each."""
    source = random.Random(seed)
    for _ in range(count):
        yield _message(source), source.choice(QUESTIONS)


def _message(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.75:
        return " ".join(source.choices(_WORDS, k=source.randint(1, 25)))
    if kind < 0.98:
        return "".join(source.choices(_ALPHABET, k=source.randint(0, 200)))
    return source.choice(_WORDS) * source.randint(50, 5000)
