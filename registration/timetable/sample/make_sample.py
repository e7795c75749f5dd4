"""Makes the sample.json beside this file, an invented term of real subjects, when it is run.

Codes, names and credits are those of Hanoi University of Science and Technology; classes, teachers, rooms and
times are made up, from a fixed seed, so that every run gives the same file.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 20262
TERM = {"name": "2026.2", "first_monday": "2027-02-22", "weeks": "1-8,10-17"}
ODD, EVEN, LATE = "1,3,5,7,11,13,15,17", "2,4,6,8,10,12,14,16", "10-17"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

LONG = (("06:45", "09:10"), ("09:20", "11:45"), ("12:30", "14:55"), ("15:05", "17:30"), ("18:00", "20:25"))
SHORT = (
    ("06:45", "08:15"),
    ("07:30", "09:10"),
    ("08:25", "10:05"),
    ("10:15", "11:45"),
    ("12:30", "14:00"),
    ("14:10", "15:50"),
    ("16:00", "17:30"),
    ("18:00", "19:30"),
)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Hồng", "Quang", "Thu", "Ngọc", "Anh", "Thanh")
GIVEN = (
    "Hùng",
    "Lan",
    "Hương",
    "Dũng",
    "Hằng",
    "Tuấn",
    "Phương",
    "Sơn",
    "Yến",
    "Đạt",
    "Giang",
    "Hưng",
    "Mai",
)
HALLS = ("D3", "D5", "D6", "D9", "TC", "C7")


@dataclass(frozen=True)
class Plan:
    """How a subject is taught: lectures, meetings of each a week, exercise classes (BT) and labs (TN) for
    each lecture, and labs open to all its lectures."""

    code: str
    name: str
    name_en: str
    credits: int
    lectures: int
    meetings: int = 1
    exercises: int = 0
    labs: int = 0
    free_labs: int = 0


PLANS = (
    Plan("ED3220", "Kỹ năng mềm", "Soft Skills", 2, 4),
    Plan("EM1170", "Pháp luật đại cương", "Introduction to the Legal Environment", 2, 5),
    Plan("IT2000", "Nhập môn CNTT và TT", "Introduction to ICT", 3, 3, free_labs=3),
    Plan("IT3080", "Mạng máy tính", "Computer Networks", 3, 4, labs=1),
    Plan("IT3090", "Cơ sở dữ liệu", "Database", 3, 4, free_labs=4),
    Plan("IT3100", "Lập trình hướng đối tượng", "Object-Oriented Programming", 2, 3),
    Plan("IT3103", "Lập trình hướng đối tượng", "Object-oriented Programming", 3, 4, labs=1),
    Plan("IT3170", "Thuật toán ứng dụng", "Applied Algorithms", 2, 3),
    Plan("IT3180", "Nhập môn công nghệ phần mềm", "Introduction to Software Engineering", 3, 4),
    Plan(
        "IT3190",
        "Nhập môn Học máy và khai phá dữ liệu",
        "Introduction to Machine Learning and Data Mining",
        3,
        3,
    ),
    Plan("IT4062", "Thực hành Lập trình mạng", "Network Programming Lab", 2, 3),
    Plan("IT4079", "Ngôn ngữ và phương pháp dịch", "Programming Languages and Compilers", 2, 2),
    Plan("IT4409", "Công nghệ Web và dịch vụ trực tuyến", "Web technologies and e-Services", 3, 3),
    Plan("IT4785", "Phát triển ứng dụng cho thiết bị di động", "Mobile Programming", 2, 3),
    Plan("IT4995", "Đồ án tốt nghiệp cử nhân", "Bachelor Thesis", 6, 1, meetings=0),
    Plan("MI1111", "Giải tích I", "Calculus I", 4, 4, exercises=2),
    Plan("MI1114", "Giải tích I", "Calculus I", 3, 4, meetings=2),
    Plan("MI1124", "Giải tích II", "Calculus II", 3, 4, meetings=2),
    Plan("MI2020", "Xác suất thống kê", "Probability and Statistics", 3, 5, meetings=2),
    Plan("PH1110", "Vật lý đại cương I", "Physics I", 3, 4, free_labs=5),
    Plan("SSH1111", "Triết học Mác - Lênin", "Philosophy of Marxism and Leninism", 3, 5),
)


class Maker:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._next_id = 156001

    def document(self) -> dict[str, Any]:
        return {"schema": 1, "term": TERM, "subjects": [self._subject(plan) for plan in PLANS]}

    def _subject(self, plan: Plan) -> dict[str, Any]:
        staff = [self._teacher() for _ in range(max(2, plan.lectures // 2))]
        sections: list[dict[str, Any]] = []
        for number in range(plan.lectures):
            lecture = self._lecture(plan, number, self._random.choice(staff))
            sections.append(lecture)
            for _ in range(plan.exercises):
                sections.append(self._companion("BT", lecture, self._random.choice(staff)))
            for lab in range(plan.labs):
                sections.append(self._companion("TN", lecture, self._teacher(), odd=lab + number))
        for number in range(plan.free_labs):
            sections.append(self._section("TN", self._teacher(), 30, [self._lab(number)]))
        head = {"code": plan.code, "name": plan.name, "name_en": plan.name_en, "credits": plan.credits}
        return {**head, "sections": sections}

    def _lecture(self, plan: Plan, number: int, teacher: str) -> dict[str, Any]:
        # Spread over the week, so that different subjects do not all meet in the same hours.
        days = self._random.sample(DAYS[:5] if number % 4 else DAYS, plan.meetings) if plan.meetings else []
        if plan.meetings == 2:
            return self._section("LT+BT", teacher, 90, [self._meeting(day, SHORT) for day in days])
        kind = "LT" if plan.exercises or plan.labs or plan.free_labs else "LT+BT"
        kind = kind if plan.meetings else "DA"
        return self._section(kind, teacher, 120, [self._meeting(day, LONG) for day in days])

    def _companion(self, kind: str, lecture: dict[str, Any], teacher: str, odd: int = 0) -> dict[str, Any]:
        taken = {meeting["day"] for meeting in lecture["meetings"]}
        day = self._random.choice([day for day in DAYS[:5] if day not in taken])
        meeting = self._meeting(day, SHORT) if kind == "BT" else {**self._lab(odd), "day": day}
        section = self._section(kind, teacher, 60 if kind == "BT" else 30, [meeting])
        return {**section, "linked_class_id": lecture["class_id"]}

    def _lab(self, number: int) -> dict[str, Any]:
        """A lab meets every second week, or in the second half of the term."""
        weeks = (ODD, EVEN, LATE)[number % 3]
        return {
            **self._meeting(self._random.choice(DAYS), LONG[:4]),
            "weeks": weeks,
            "room": self._room("B1"),
        }

    def _meeting(self, day: str, times: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        weights = [1 if start >= "18" else 4 for start, _ in times]  # evenings are the exception
        start, end = self._random.choices(times, weights)[0]
        room = self._room(self._random.choice(HALLS))
        return {"day": day, "start": start, "end": end, "weeks": TERM["weeks"], "room": room}

    def _room(self, hall: str) -> str:
        return f"{hall}-{self._random.randint(1, 5)}0{self._random.randint(1, 8)}"

    def _section(self, kind: str, teacher: str, seats: int, meetings: list[dict[str, Any]]) -> dict[str, Any]:
        self._next_id += 1
        registered = self._random.randint(0, seats - 5)
        return {
            "class_id": str(self._next_id),
            "kind": kind,
            "teacher": teacher,
            "seats": seats,
            "registered": registered,
            "meetings": meetings,
        }

    def _teacher(self) -> str:
        return " ".join(self._random.choice(names) for names in (FAMILY, MIDDLE, GIVEN))


def main() -> None:
    text = json.dumps(Maker(SEED).document(), ensure_ascii=False, indent=1)
    Path(__file__).with_name("sample.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
