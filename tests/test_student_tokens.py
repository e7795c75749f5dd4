"""Tokens: taken from the portal alone, for us alone, and for a while."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registration.errors import SettingsError
from registration.settings import TokenSettings
from registration.student_tokens import BadToken, StudentTokens, TokenExpired

SECRET = "a secret of this test, long enough to sign with"
SETTINGS = TokenSettings(secret=SECRET)
PRIVATE = rsa.generate_private_key(65537, 2048)


def claims(**over: object) -> dict[str, object]:
    now = int(time.time())
    given = {"sub": "4711", "aud": "class-registration", "iat": now, "exp": now + 600, **over}
    return {name: value for name, value in given.items() if value is not None}


def token(**over: object) -> str:
    return jwt.encode(claims(**over), SECRET, "HS256")


def unsigned(head: dict[str, object], body: dict[str, object]) -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, body)
    )
    return ".".join(parts) + "."


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "portal.pem"
    file.write_bytes(PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return file


def test_a_token_of_the_portal_names_its_student() -> None:
    student = StudentTokens.of(SETTINGS).read(token())
    assert (student.student_id, student.sender_id, student.is_trial) == (4711, "4711", False)


def test_a_token_by_key_file_names_its_student(key_file: Path) -> None:
    tokens = StudentTokens.of(TokenSettings(key_file=key_file))
    assert tokens.read(jwt.encode(claims(), PRIVATE, "RS256")).student_id == 4711


@pytest.mark.parametrize(
    "over",
    [
        {"exp": 1},
        {"iat": 1},  # older than the maximum age, whatever `exp` says
    ],
)
def test_a_token_whose_time_is_over_is_told_from_a_forged_one(over: dict[str, object]) -> None:
    with pytest.raises(TokenExpired):
        StudentTokens.of(SETTINGS).read(token(**over))


@pytest.mark.parametrize(
    "over",
    [
        {"exp": None},
        {"iat": None},
        {"aud": None},
        {"sub": None},
        {"aud": "library"},
        {"iat": int(time.time()) + 3600},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"iat": "today"},
        {"sub": 4711},
        {"sub": "0"},
        {"sub": "-1"},
        {"sub": "2147483648"},
        {"sub": "٤٧"},
        {"sub": "4711 "},
        {"sub": "4711\n"},
        {"sub": ["4711"]},
    ],
    ids=str,
)
def test_claims_that_are_missing_or_wrong_are_refused(over: dict[str, object]) -> None:
    with pytest.raises(BadToken):
        StudentTokens.of(SETTINGS).read(token(**over))


@pytest.mark.parametrize(
    "forged",
    [
        jwt.encode(claims(), "another secret, which is long enough too", "HS256"),
        jwt.encode(claims(), SECRET * 2, "HS512"),
        jwt.encode(claims(), PRIVATE, "RS256"),
        unsigned({"alg": "none", "typ": "JWT"}, claims()),
        unsigned({"alg": "None"}, claims()),
        token()[:-3] + "AAA",
        "",
        "no token",
        "a" * 10_000,
        None,
        4711,
        {"token": "x"},
    ],
    ids=lambda value: str(value)[:20],
)
def test_forged_unsigned_and_malformed_tokens_are_refused(forged: object) -> None:
    with pytest.raises(BadToken):
        StudentTokens.of(SETTINGS).read(forged)


def test_the_public_key_is_no_secret_to_sign_with(key_file: Path) -> None:
    # jwt.encode itself refuses to, so the forger's token is made by hand.
    head = unsigned({"alg": "HS256", "typ": "JWT"}, claims()).rstrip(".")
    signature = hmac.new(key_file.read_bytes(), head.encode(), hashlib.sha256).digest()
    forged = f"{head}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(BadToken):
        StudentTokens.of(TokenSettings(key_file=key_file)).read(forged)


def test_an_error_shows_nothing_of_the_token() -> None:
    with pytest.raises(BadToken) as caught:
        StudentTokens.of(SETTINGS).read(token(sub="secret name"))
    assert "secret name" not in str(caught.value)


def test_a_trial_is_marked_and_short() -> None:
    tokens = StudentTokens.of(SETTINGS)
    student = tokens.read(tokens.sign_trial(12))
    assert (student.student_id, student.is_trial) == (12, True)
    assert student.expires <= time.time() + 3600


@pytest.mark.parametrize("settings", [TokenSettings(), replace(SETTINGS, key_file=Path(__file__))])
def test_no_key_or_two_are_an_error_of_the_settings(settings: TokenSettings) -> None:
    with pytest.raises(SettingsError, match="set one of"):
        StudentTokens.of(settings)


def test_a_key_file_holds_a_public_rsa_key(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text("no key")
    with pytest.raises(SettingsError, match="no public key"):
        StudentTokens.of(TokenSettings(key_file=file))
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    file.write_bytes(curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(SettingsError, match="no RSA key"):
        StudentTokens.of(TokenSettings(key_file=file))
