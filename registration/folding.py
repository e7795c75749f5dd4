"""Text without what students leave out: accents, case, punctuation."""

import re
import unicodedata

_NO_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces: "Giải tích I" is "giai tich i"; đ is d."""
    composed = unicodedata.normalize("NFC", text).casefold().replace("đ", "d")
    stripped = "".join(c for c in unicodedata.normalize("NFD", composed) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", stripped).strip()
