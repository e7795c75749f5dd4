"""The picture of a week, made to be read on a phone.

Every block bears its subject's code, so colour is never the only sign; the colours are those of Okabe and
Ito, which people with any colour blindness tell apart, softened under black text.
"""

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw

from registration.timetable.clock import format_time
from registration.timetable.describe import common_weeks, subject_name, weeks_text
from registration.timetable.fonts import fitting, font, shortened, wrapped
from registration.timetable.layout import AXIS, DAY_ROW, HOUR, MARGIN, TITLE, WIDTH, Block, Layout, lay_out
from registration.timetable.model import Section
from registration.timetable.result import Choice, Timetable
from registration.timetable.weeks import format_weeks
from registration.timetable.wording import DAY_NAMES, DAY_SHORT, Language, known, phrase

PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#0072B2", "#D55E00", "#999999")
SOFT = 0.62  # how far a block's colour goes towards white
INK, FAINT, LINE, PAPER = "#111111", "#555555", "#D8D8D8", "#FFFFFF"
LEGEND_ROW = 44
SWATCH = 34
SMALLEST = 20  # pixels of a letter in a block: less is not read on a phone


def draw_week(timetable: Timetable, language: Language = "vi", title: str = "") -> bytes:
    """A PNG, 1080 pixels wide and as high as it needs, of the timetable with a legend of its classes."""
    layout = lay_out(timetable)
    legend = [_legend_lines(choice, language) for choice in timetable.choices]
    height = layout.bottom + 2 * MARGIN + sum(len(lines) * LEGEND_ROW + 12 for lines in legend) + 56
    image = Image.new("RGB", (WIDTH, height), PAPER)
    canvas = ImageDraw.Draw(image)
    _draw_title(canvas, title or phrase("title", language))
    _draw_grid(canvas, layout, language)
    every = common_weeks(timetable)
    for block in layout.blocks:
        _draw_block(canvas, block, timetable.choices[block.subject], every, language)
    _draw_legend(canvas, layout.bottom + MARGIN, legend, every, language)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", value)  # a letter and its accent in one glyph


def _colour(place: int, soft: float = SOFT) -> tuple[int, int, int]:
    code = PALETTE[place % len(PALETTE)]
    parts = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    red, green, blue = (round(part + (255 - part) * soft) for part in parts)
    return red, green, blue


def _draw_title(canvas: ImageDraw.ImageDraw, title: str) -> None:
    used = fitting(_text(title), WIDTH - 2 * MARGIN, 44, bold=True, smallest=28)
    text = shortened(_text(title), WIDTH - 2 * MARGIN, used)
    canvas.text((MARGIN, TITLE // 2), text, INK, used, anchor="lm")


def _draw_grid(canvas: ImageDraw.ImageDraw, layout: Layout, language: Language) -> None:
    for hour in range(layout.first, layout.last + 1):
        y = layout.top + (hour - layout.first) * HOUR
        canvas.line((AXIS, y, WIDTH - MARGIN, y), LINE, 2)
        if hour < layout.last:
            canvas.text((AXIS - 10, y + 4), f"{hour}:00", FAINT, font(27), anchor="ra")
    for place, day in enumerate(layout.days):
        left, right = layout.edges[place : place + 2]
        canvas.line((left, TITLE + 8, left, layout.bottom), LINE, 2)
        name = DAY_NAMES[known(language)][day]
        if font(36, True).getlength(name) > right - left - 8:
            name = DAY_SHORT[known(language)][day]
        used = fitting(name, right - left - 8, 36, bold=True)
        canvas.text(((left + right) // 2, TITLE + DAY_ROW // 2), name, INK, used, anchor="mm")
    canvas.line((WIDTH - MARGIN, TITLE + 8, WIDTH - MARGIN, layout.bottom), LINE, 2)


def _draw_block(
    canvas: ImageDraw.ImageDraw, block: Block, choice: Choice, every: int, language: Language
) -> None:
    left, top, right, bottom = block.box
    canvas.rounded_rectangle(block.box, 8, _colour(block.subject), _colour(block.subject, 0), 3)
    canvas.rectangle((left, top + 8, left + 8, bottom - 8), _colour(block.subject, 0))
    inner, y = right - left - 22, top + 7
    for text, size, bold in _block_lines(block, choice, every, inner, language):
        used = fitting(text, inner, size, bold, smallest=SMALLEST)
        if y + used.size > bottom - 8:
            break
        canvas.text((left + 15, y), shortened(text, inner, used), INK, used, anchor="la")
        y += int(used.size) + 7


def _block_lines(
    block: Block, choice: Choice, every: int, width: int, language: Language
) -> list[tuple[str, int, bool]]:
    """(text, size, bold), the most important first: what does not fit is left out from below."""
    meeting, section = block.meeting, block.section
    lines = [(choice.subject.code, 32, True)]
    times = f"{format_time(meeting.start)}-{format_time(meeting.end)}"
    if font(SMALLEST).getlength(times) > width:
        times = format_time(meeting.start)  # the end is seen by the hours beside the grid
    lines.append((times, 27, False))
    if meeting.weeks != every:
        lines.append((weeks_text(meeting.weeks, every, language), 26, True))
    lines += [(meeting.room, 27, False), (section.kind, 25, False)]
    return [(_text(text), size, bold) for text, size, bold in lines if text]


def _legend_lines(choice: Choice, language: Language) -> list[tuple[str, bool]]:
    """(text, bold) of a subject: its name in one or two lines, then a line for each class."""
    width = WIDTH - 2 * MARGIN - SWATCH - 16
    name = _text(f"{choice.subject.code}  {subject_name(choice.subject, language)}")
    lines = [(line, True) for line in wrapped(name, width, font(32, True))]
    for section in choice.sections:
        lines.append((shortened(_text(_class_text(section, language)), width, font(29)), False))
    return lines


def _class_text(section: Section, language: Language) -> str:
    parts = [f"{phrase('class', language)} {section.class_id}", section.kind, section.teacher]
    if not section.meetings:
        parts.append(phrase("no_meeting", language).lower())
    return " · ".join(part for part in parts if part)


def _draw_legend(
    canvas: ImageDraw.ImageDraw,
    y: int,
    legend: list[list[tuple[str, bool]]],
    every: int,
    language: Language,
) -> None:
    for place, lines in enumerate(legend):
        canvas.rounded_rectangle(
            (MARGIN, y + 3, MARGIN + SWATCH, y + 3 + SWATCH), 8, _colour(place), _colour(place, 0), 4
        )
        for text, bold in lines:
            canvas.text((MARGIN + SWATCH + 16, y), text, INK, font(32 if bold else 29, bold), anchor="la")
            y += LEGEND_ROW
        y += 12
    if every:
        note = f"{phrase('weeks', language)} {format_weeks(every)}".capitalize()
        canvas.text((MARGIN, y + 4), _text(note), FAINT, font(27), anchor="la")
