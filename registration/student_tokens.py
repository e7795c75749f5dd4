"""Who a student is: a signed token (JWT) that the university's portal makes, read and never believed."""

import time
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from registration.errors import RegistrationError, SettingsError
from registration.settings import TokenSettings
from registration.student_id import student_id

TRIAL_LIFETIME = 3600  # seconds
_CLOCK_SKEW = 10  # seconds by which the portal's clock may differ from ours
_MAX_TOKEN = 8192  # characters
_MIN_KEY_BITS = 2048
_REQUIRED = ["sub", "aud", "iat", "exp"]


class BadToken(RegistrationError):
    """The token is not one of ours, not for us, or its time is over."""


class TokenExpired(BadToken):
    """It was good once: a new one from the same portal will do."""


@dataclass(frozen=True)
class Student:
    """Whom a token names, until when it is taken (Unix seconds), and whether this is only a trial."""

    student_id: int
    expires: float
    is_trial: bool = False

    @property
    def sender_id(self) -> str:
        return str(self.student_id)


@dataclass(frozen=True)
class StudentTokens:
    """Reads tokens of one algorithm only, so that none is checked with a key of another kind."""

    key: Any
    algorithm: str
    audience: str
    max_age: int  # seconds

    @classmethod
    def of(cls, settings: TokenSettings) -> "StudentTokens":
        """Raises SettingsError where the settings name no key, two, or one that is none."""
        if bool(settings.secret) == bool(settings.key_file):
            raise SettingsError("set one of STUDENT_TOKEN_SECRET and STUDENT_TOKEN_KEY_FILE")
        if settings.key_file:
            return cls(
                _public_key(settings.key_file.read_bytes()), "RS256", settings.audience, settings.max_age
            )
        return cls(settings.secret, "HS256", settings.audience, settings.max_age)

    def read(self, token: object) -> Student:
        """The student whom `token` names. Raises BadToken; TokenExpired where only its time is over."""
        if not isinstance(token, str) or not 0 < len(token) <= _MAX_TOKEN:
            raise BadToken("the token is missing or no token")
        claims = self._claims(token)
        number = student_id(claims["sub"])
        if number is None:
            raise BadToken("`sub` is no student number; allowed: 1 to 2147483647, as a string of digits")
        expires = min(float(claims["exp"]), float(claims["iat"]) + self.max_age)
        if time.time() > expires + _CLOCK_SKEW:
            raise TokenExpired("the token has expired")
        return Student(number, expires, claims.get("trial") is True)

    def sign_trial(self, number: int) -> str:
        """A short token for a visitor who chose this number. Raises SettingsError without a secret."""
        if self.algorithm != "HS256":
            raise SettingsError("a trial needs STUDENT_TOKEN_SECRET")
        now = int(time.time())
        claims = {"sub": str(number), "aud": self.audience, "iat": now, "exp": now + TRIAL_LIFETIME}
        return jwt.encode({**claims, "trial": True}, self.key, self.algorithm)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self.key,
                [self.algorithm],
                audience=self.audience,
                leeway=_CLOCK_SKEW,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("the token has expired") from error
        except (jwt.InvalidTokenError, OverflowError) as error:
            raise BadToken(f"the token is not valid: {type(error).__name__}") from error


def _public_key(pem: bytes) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise SettingsError("STUDENT_TOKEN_KEY_FILE holds no public key in PEM") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _MIN_KEY_BITS:
        raise SettingsError(f"STUDENT_TOKEN_KEY_FILE holds no RSA key of {_MIN_KEY_BITS} bits or more")
    return key
