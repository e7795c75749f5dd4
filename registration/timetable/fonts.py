"""DejaVu Sans, which has every Vietnamese letter and travels with matplotlib, so no system font is needed."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont


@lru_cache(maxsize=64)
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font in a size in pixels. matplotlib is located, not imported: importing it takes half a second."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(_folder() / name), size)


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("drawing needs the fonts of matplotlib, which is not installed")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


def fitting(
    text: str, width: float, size: int, bold: bool = False, smallest: int = 16
) -> ImageFont.FreeTypeFont:
    """The largest font, from `size` down, in which the text is at most `width` pixels wide."""
    while size > smallest and font(size, bold).getlength(text) > width:
        size -= 1
    return font(size, bold)


def shortened(text: str, width: float, used: ImageFont.FreeTypeFont) -> str:
    """The text, cut with an ellipsis where it is wider than `width` pixels."""
    if used.getlength(text) <= width:
        return text
    while text and used.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, width: float, used: ImageFont.FreeTypeFont, most: int = 2) -> list[str]:
    """The text in at most `most` lines of `width` pixels, broken at spaces, the last one cut if need be."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and used.getlength(" ".join(words[: count + 1])) <= width:
            count += 1
        lines.append(shortened(" ".join(words[:count]), width, used))
        words = words[count:]
    return [*lines, shortened(" ".join(words), width, used)] if words else lines
