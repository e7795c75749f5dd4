"""A university's portal in one file, with nothing but the standard library: how it lets its students chat.

Two things are needed, in any language: a page with one tag, and an address that answers the signed-in
student's token. The token is a JWT (RFC 7519): three parts in base64url, joined by dots, the third an
HMAC-SHA256 of the first two. Its claims: `sub` the student number as a string, `aud` as
STUDENT_TOKEN_AUDIENCE says, `iat` now and `exp` soon, both in Unix seconds. (With STUDENT_TOKEN_KEY_FILE it
is signed by RS256 with the portal's private key instead; every JWT library does either.)

    STUDENT_TOKEN_SECRET=… python -m examples.portal 8090 http://127.0.0.1:8080 http://127.0.0.1:5005
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LIFETIME = 15 * 60  # seconds; the widget fetches another when it ends

PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Cổng thông tin</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Cổng thông tin sinh viên</h1><p>Xin chào, sinh viên {student}.</p></main>
<script src="{page}/static/chat.js" data-chat-url="{chat}" data-token-url="/chat-token" defer></script>
</body></html>"""


def make_token(student: int, secret: str, audience: str = "class-registration") -> str:
    """The token of a student who is signed in at the portal."""
    now = int(time.time())
    claims = {"sub": str(student), "aud": audience, "iat": now, "exp": now + LIFETIME}
    signed = f"{_packed({'alg': 'HS256', 'typ': 'JWT'})}.{_packed(claims)}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64url(signature)}"


def _packed(part: dict[str, object]) -> str:
    return _base64url(json.dumps(part).encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Portal(BaseHTTPRequestHandler):
    """A real portal knows the student from its own session; this one has only ever heard of one."""

    student = 4711
    page = chat = ""

    def do_GET(self) -> None:
        if self.path == "/chat-token":
            token = make_token(self.student, os.environ["STUDENT_TOKEN_SECRET"])
            self._answer(json.dumps({"token": token}), "application/json")
        else:
            places = {"page": escape(self.page), "chat": escape(self.chat)}
            self._answer(PAGE.format(student=self.student, **places), "text/html; charset=utf-8")

    def log_message(self, *_: object) -> None:
        """Nothing: an address may hold what is nobody's business."""

    def _answer(self, body: str, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body.encode())


def main() -> None:
    Portal.page, Portal.chat = sys.argv[2:4]
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Portal).serve_forever()


if __name__ == "__main__":
    main()
