"""Files that do not change while the process runs: read and compressed once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from sanic import HTTPResponse, Request
from sanic.response import raw

_NOT_MODIFIED = 304


@dataclass(frozen=True)
class Asset:
    """A file with its compressed form and a tag that changes with its content."""

    content: bytes
    packed: bytes
    content_type: str
    tag: str

    @classmethod
    def of(cls, content: bytes, content_type: str) -> "Asset":
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        return cls(content, gzip.compress(content, mtime=0), content_type, tag)

    @classmethod
    def read(cls, file: Path) -> "Asset":
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if kind.startswith("text/") or kind.endswith("javascript") else ""
        return cls.of(file.read_bytes(), kind + charset)

    def answer(self, request: Request, cache: str = "no-cache") -> HTTPResponse:
        """The file, compressed where the client takes that; nothing where it has this very content."""
        headers = {"ETag": self.tag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == self.tag:
            return HTTPResponse(status=_NOT_MODIFIED, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            packed = {**headers, "Content-Encoding": "gzip"}
            return raw(self.packed, content_type=self.content_type, headers=packed)
        return raw(self.content, content_type=self.content_type, headers=headers)
