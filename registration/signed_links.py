"""Addresses of timetables: signed, so that nobody makes up another's, and expiring."""

import time
from dataclasses import dataclass

import jwt

from registration.errors import RegistrationError

LIFETIME = 30 * 24 * 3600  # seconds
_ALGORITHM = "HS256"
_AUDIENCE = "timetable"


class BadLink(RegistrationError):
    """The address was not made here, or its time is over."""


@dataclass(frozen=True)
class Shown:
    """What an address shows: the classes of one timetable, in one language."""

    class_ids: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class SignedLinks:
    """Makes and reads addresses under `public_url`; both sides share `secret`."""

    public_url: str
    secret: str

    def picture(self, shown: Shown) -> str:
        return self._address(shown, "png")

    def calendar(self, shown: Shown) -> str:
        return self._address(shown, "ics")

    def read(self, token: str) -> Shown:
        """What the token of an address shows. Raises BadLink."""
        try:
            claims = jwt.decode(
                token, self.secret, [_ALGORITHM], audience=_AUDIENCE, options={"require": ["exp"]}
            )
        except jwt.ExpiredSignatureError as error:
            raise BadLink("this address has expired") from error
        except jwt.InvalidTokenError as error:
            raise BadLink("this address is not valid") from error
        return Shown(tuple(claims["ids"]), claims["lang"])

    def _address(self, shown: Shown, ending: str) -> str:
        claims = {"ids": shown.class_ids, "lang": shown.language, "aud": _AUDIENCE, "exp": _expiry()}
        token = jwt.encode(claims, self.secret, _ALGORITHM)
        return f"{self.public_url.rstrip('/')}/timetables/{token}/week.{ending}"


def links_or_none(public_url: str, secret: str) -> SignedLinks | None:
    """Links where both settings are given; else timetables are shown as text alone."""
    return SignedLinks(public_url, secret) if public_url and secret else None


def _expiry() -> int:
    return int(time.time()) // 3600 * 3600 + LIFETIME  # by the hour: the same timetable, the same address
