"""A password for the review where the settings name none: of this run, told to its terminal only."""

import secrets

from argon2 import PasswordHasher

from registration.settings import Settings


def review_password(settings: Settings) -> str:
    """A password that nobody can guess; empty where the operator has set one."""
    return "" if settings.web.review_password_hash else secrets.token_urlsafe(12)


def review_settings(password: str) -> dict[str, str]:
    """What opens the review with `password`; nothing where it is empty."""
    return {"REVIEW_PASSWORD_HASH": PasswordHasher().hash(password)} if password else {}
