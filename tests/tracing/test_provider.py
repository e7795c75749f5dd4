"""Whom rasa-sdk asks for the span of each call: nobody who has to be looked for."""

from pathlib import Path

import httpx
import pytest

from registration.testing.bot import ActionServer


@pytest.mark.parametrize(
    ("environ", "provider"),
    [({}, "NoOpTracerProvider"), ({"TRACED_BY_OTHERS": "yes"}, "TracerProvider")],
    ids=["nobody traces", "somebody traces"],
)
def test_a_provider_is_settled_once_unless_there_is_one(
    environ: dict[str, str], provider: str, tmp_path: Path
) -> None:
    environ = {**environ, "MODE": "embedded", "SPOOL_DIR": str(tmp_path)}
    call = {"next_action": "action_tell_provider", "tracker": {"sender_id": "1"}, "domain": {}}
    with ActionServer(environ, "tests.tracing.telling_actions") as server:
        answer = httpx.post(server.url, json=call).raise_for_status().json()
    assert answer["responses"][0]["text"] == provider
