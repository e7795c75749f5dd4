"""The words of timetables in both languages. Keys are those of the preferences."""

from registration.timetable.clock import DAYS

Language = str  # "vi" or "en"; anything else is taken as "vi"

DAY_NAMES = {
    "vi": ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật"),
    "en": DAYS,
}
DAY_SHORT = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": tuple(day[:3] for day in DAYS),
}
PERIOD_NAMES = {
    "vi": {"morning": "sáng", "afternoon": "chiều", "evening": "tối"},
    "en": {"morning": "morning", "afternoon": "afternoon", "evening": "evening"},
}

# A wish that is fully kept, and one that is not: {missed} of {total}, {what} are its values.
KEPT = {
    "vi": {
        "time_period": "tất cả các buổi đều vào buổi {what}",
        "avoid_time_periods": "không có buổi nào vào buổi {what}",
        "avoid_early_start": "không phải học trước 8 giờ",
        "avoid_late_end": "không tan học sau 17 giờ",
        "prefer_days": "chỉ học vào {what}",
        "avoid_days": "không học {what}",
        "prefer_continuous": "không có giờ trống giữa hai lớp trong một buổi",
        "prefer_free_days": "chỉ đến trường {missed} ngày một tuần",
        "preferred_teachers": "có thầy cô bạn muốn: {what}",
    },
    "en": {
        "time_period": "all classes are in the {what}",
        "avoid_time_periods": "no class in the {what}",
        "avoid_early_start": "nothing before 8:00",
        "avoid_late_end": "nothing after 17:00",
        "prefer_days": "classes on {what} only",
        "avoid_days": "no class on {what}",
        "prefer_continuous": "no idle time between two classes",
        "prefer_free_days": "only {missed} days a week with classes",
        "preferred_teachers": "with the teachers you wanted: {what}",
    },
}
MISSED = {
    "vi": {
        "time_period": "{missed}/{total} buổi mỗi tuần không phải buổi {what}",
        "avoid_time_periods": "{missed}/{total} buổi mỗi tuần vào buổi {what}",
        "avoid_early_start": "{missed}/{total} buổi mỗi tuần bắt đầu trước 8 giờ",
        "avoid_late_end": "{missed}/{total} buổi mỗi tuần tan sau 17 giờ",
        "prefer_days": "{missed}/{total} buổi mỗi tuần ngoài {what}",
        "avoid_days": "{missed}/{total} buổi mỗi tuần vào {what}",
        "prefer_continuous": "{missed} giờ trống mỗi tuần giữa các lớp trong một buổi",
        "prefer_free_days": "đến trường {missed} ngày một tuần",
        "preferred_teachers": "{missed}/{total} môn không có thầy cô bạn muốn ({what})",
    },
    "en": {
        "time_period": "{missed} of {total} classes a week are not in the {what}",
        "avoid_time_periods": "{missed} of {total} classes a week are in the {what}",
        "avoid_early_start": "{missed} of {total} classes a week start before 8:00",
        "avoid_late_end": "{missed} of {total} classes a week end after 17:00",
        "prefer_days": "{missed} of {total} classes a week are not on {what}",
        "avoid_days": "{missed} of {total} classes a week are on {what}",
        "prefer_continuous": "{missed} idle hours a week between classes",
        "prefer_free_days": "{missed} days a week with classes",
        "preferred_teachers": "{missed} of {total} subjects without the teachers you wanted ({what})",
    },
}

WISHES = {
    "vi": {
        "specific_class_ids": "lớp {value}",
        "specific_times.start": "không học trước {value}",
        "specific_times.end": "không học sau {value}",
        "time_period": "học buổi {value}",
        "avoid_time_periods": "tránh buổi {value}",
        "avoid_early_start": "không học sớm",
        "avoid_late_end": "không tan muộn",
        "prefer_days": "muốn học {value}",
        "avoid_days": "tránh {value}",
        "prefer_continuous": "học liền buổi",
        "prefer_free_days": "ít ngày đến trường",
        "preferred_teachers": "học thầy/cô {value}",
        "subjects": "môn {value}",
    },
    "en": {
        "specific_class_ids": "class {value}",
        "specific_times.start": "nothing before {value}",
        "specific_times.end": "nothing after {value}",
        "time_period": "{value} classes",
        "avoid_time_periods": "no {value} classes",
        "avoid_early_start": "no early start",
        "avoid_late_end": "no late end",
        "prefer_days": "classes on {value}",
        "avoid_days": "avoid {value}",
        "prefer_continuous": "back-to-back classes",
        "prefer_free_days": "few days with classes",
        "preferred_teachers": "teacher {value}",
        "subjects": "subject {value}",
    },
}

PHRASES = {
    "vi": {
        "title": "Thời khóa biểu",
        "class": "lớp",
        "weeks": "tuần",
        "odd_weeks": "tuần lẻ",
        "even_weeks": "tuần chẵn",
        "no_meeting": "Không có lịch học cố định",
        "good": "Đúng ý",
        "bad": "Chưa đúng ý",
        "no_wish": "Không trùng giờ",
        "points": "Điểm trừ",
        "alternatives": "Cùng giờ còn lớp",
        "optimal": "Đã so sánh mọi cách xếp: không có lịch nào tốt hơn.",
        "best_found": (
            "Đây là lịch tốt nhất tìm được trong thời gian cho phép; lịch khác hơn tối đa {gap} điểm."
        ),
        "same": "Bỏ “{wish}” cũng không có lịch nào tốt hơn cho các mong muốn còn lại.",
        "better": (
            "Bỏ “{wish}” thì các mong muốn còn lại được đáp ứng tốt hơn: {after} điểm trừ thay vì {before}."
        ),
        "possible": "Bỏ “{wish}” thì xếp được lịch:",
        "impossible": "Bỏ “{wish}” vẫn chưa xếp được lịch nào không trùng giờ.",
        "credits": "tín chỉ",
    },
    "en": {
        "title": "Timetable",
        "class": "class",
        "weeks": "weeks",
        "odd_weeks": "odd weeks",
        "even_weeks": "even weeks",
        "no_meeting": "No fixed meeting",
        "good": "As you wished",
        "bad": "Not as you wished",
        "no_wish": "No conflicts",
        "points": "Points lost",
        "alternatives": "Same times, also",
        "optimal": "Every combination was compared: none is better.",
        "best_found": "The best found in the time allowed; another could be better by at most {gap} points.",
        "same": "Without “{wish}” no timetable keeps your other wishes better.",
        "better": (
            "Without “{wish}” your other wishes are kept better: {after} points lost instead of {before}."
        ),
        "possible": "Without “{wish}” there is a timetable:",
        "impossible": "Without “{wish}” there is still no timetable without conflicts.",
        "credits": "credits",
    },
}


def phrase(key: str, language: Language, **values: object) -> str:
    return PHRASES[known(language)][key].format(**values)


def known(language: Language) -> str:
    return "en" if language == "en" else "vi"


def number(value: float, language: Language) -> str:
    """A number with at most one decimal: "2", "1,5" in Vietnamese, "1.5" in English."""
    text = f"{value:.1f}".removesuffix(".0")
    return text if known(language) == "en" else text.replace(".", ",")
