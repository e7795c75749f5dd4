"""Text made comparable: one Unicode form, no invisible characters, and a folded twin without accents."""

import unicodedata

MAX_LENGTH = (
    1000  # a student's message is far shorter; what is longer is not read at all, rather than half read
)

_REPLACED = {
    "👍": " ok ", "👌": " ok ", "✅": " ok ", "🆗": " ok ", "👎": " không ", "❌": " không ", "🙅": " không ",
    "’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "→": "-",
    "➡": "-", "～": "-", "，": ",", "、": ",", "。": ".", "？": "?", "；": ";", "“": '"', "”": '"',
}  # fmt: skip
_INVISIBLE = {"Cf", "Cs", "Co", "Cn", "Mn", "Me"}


def clean(text: str) -> str:
    """The text in NFKC without invisible characters; line breaks stay, other controls become spaces."""
    for old, new in _REPLACED.items():
        text = text.replace(old, new)
    text = unicodedata.normalize("NFKC", _without_surrogates(text))
    return "".join(map(_visible, text)).strip()


def fold(text: str) -> str:
    """The text in small ASCII letters without accents; other signs become spaces."""
    return fold_cleaned(clean(text)).strip()


def fold_cleaned(text: str) -> str:
    """Folds a cleaned text character by character, so that positions stay."""
    return "".join(map(_base, text))


def lower(text: str) -> str:
    """Small letters, character by character, so that positions stay (`str.lower` may lengthen)."""
    return "".join(c.lower()[:1] for c in text)


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")


def _visible(character: str) -> str:
    if character == "\n" or "!" <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return " " if category[0] in "CZ" else character


def _base(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in "đĐ":  # no decomposition of its own
        return "d"
    base = unicodedata.normalize("NFD", character)[0]
    return base.lower() if base.isascii() else " "
