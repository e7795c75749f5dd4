"""Who may come in: the password, the session in a signed cookie, and a door that stays shut after tries."""

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SESSION_SECONDS = 8 * 3600
LOGIN_SECONDS = 3600  # how long a login form stays valid
TRIES = 5  # wrong passwords from one address …
ALL_TRIES = 100  # … and from all together, before the door is shut
SHUT_SECONDS = 900
_ADDRESSES = 10_000  # remembered at once
_ALGORITHM = "HS256"
_AUDIENCE = "review"


def hash_password(password: str) -> str:
    return PasswordHasher().hash(password)


def is_right(password: str, password_hash: str) -> bool:
    """Slow on purpose: some 50 ms of a processor, outside the event loop please."""
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


@dataclass(frozen=True)
class Session:
    """One browser; `reviewer` once the password was given."""

    id: str
    reviewer: bool


class Sessions:
    """Signs and reads the cookie. A changed password ends all sessions, for the key comes from its hash."""

    def __init__(self, password_hash: str, now: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(b"review session\0" + password_hash.encode()).digest()
        self._now = now

    def begin(self, reviewer: bool) -> tuple[Session, str]:
        """A session with an id that nobody had before, and its cookie."""
        session = Session(secrets.token_urlsafe(18), reviewer)
        claims = {
            "jti": session.id,
            "in": reviewer,
            "aud": _AUDIENCE,
            "exp": int(self._now()) + (SESSION_SECONDS if reviewer else LOGIN_SECONDS),
        }
        return session, jwt.encode(claims, self._key, _ALGORITHM)

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie that was signed here and is not over; None for any other."""
        # The clock is ours, so that a test can turn it; the library is told to leave `exp` alone.
        try:
            claims = jwt.decode(
                cookie or "",
                self._key,
                [_ALGORITHM],
                options={"require": ["exp", "jti", "in"], "verify_exp": False},
                audience=_AUDIENCE,
            )
        except jwt.InvalidTokenError:
            return None
        return None if claims["exp"] <= self._now() else Session(claims["jti"], claims["in"] is True)

    def form_token(self, session: Session) -> str:
        """What every form of this session carries, and no other site can know."""
        return hmac.new(self._key, b"form\0" + session.id.encode(), hashlib.sha256).hexdigest()

    def is_own_form(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(self.form_token(session).encode(), token.encode("utf-8", "replace"))


class Lockout:
    """Counts tries by address; a right password forgets those of its address."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tries: dict[str, list[float]] = {}

    def seconds_left(self, address: str) -> int:
        """How long the door stays shut for this address; 0 where it is open."""
        self._forget_old()
        everybody = sorted(chain.from_iterable(self._tries.values()))
        limits = ((self._tries.get(address, []), TRIES), (everybody, ALL_TRIES))
        until = [times[-most] + SHUT_SECONDS for times, most in limits if len(times) >= most]
        return math.ceil(max(until) - self._now()) if until else 0

    def count(self, address: str) -> None:
        """One more try, noted before its password is looked at: many at once must not slip through."""
        if len(self._tries) >= _ADDRESSES:
            self._tries.pop(next(iter(self._tries)))
        self._tries.setdefault(address, []).append(self._now())

    def forget(self, address: str) -> None:
        self._tries.pop(address, None)

    def _forget_old(self) -> None:
        oldest = self._now() - SHUT_SECONDS
        kept = {address: [at for at in times if at > oldest] for address, times in self._tries.items()}
        self._tries = {address: times for address, times in kept.items() if times}
