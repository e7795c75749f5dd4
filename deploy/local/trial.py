"""The chat page for whoever sits at this machine: a trial, signed with a secret of its own if none is set."""

import secrets

from registration.settings import Settings


def trial_settings(settings: Settings, rasa_port: int) -> dict[str, str]:
    """Settings of the page, of the channels and of the action server, all on loopback."""
    own = (f"http://{host}:{settings.web.port}" for host in ("127.0.0.1", "localhost"))
    return {
        "WEB_HOST": "127.0.0.1",
        "CHAT_TRIAL": "on",
        "CHAT_URL": f"http://127.0.0.1:{rasa_port}",
        "CHAT_ORIGINS": ",".join([*own, *settings.chat.origins]),
        "STUDENT_TOKEN_SECRET": settings.token.secret or secrets.token_hex(32),
        "STUDENT_TOKEN_KEY_FILE": "",
    }
