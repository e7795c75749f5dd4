"""Text without what students leave out (accents, case, punctuation), and without what nothing can write."""

import re
import unicodedata
from typing import Any

_NO_WORD = re.compile(r"[^0-9a-z]+")


def well_formed(text: str) -> str:
    """`text` with U+FFFD for each half of a character, which JSON can carry and UTF-8 cannot.

    A client that cuts a text in the middle of an emoji sends one.
    """
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def well_formed_json(value: Any) -> Any:
    """The same for every text in a JSON value."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {well_formed(key): well_formed_json(item) for key, item in value.items()}
    return [well_formed_json(item) for item in value] if isinstance(value, list) else value


def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces: "Giải tích I" is "giai tich i"; đ is d."""
    composed = unicodedata.normalize("NFC", text).casefold().replace("đ", "d")
    stripped = "".join(c for c in unicodedata.normalize("NFD", composed) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", stripped).strip()
