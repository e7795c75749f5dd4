"""One message, one INSERT, one commit: how the peers store."""

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Engine

from registration.storage.tables import chat_message_logs


def insert_one(engine: Engine, body: bytes) -> None:
    with engine.begin() as connection:
        connection.execute(insert(chat_message_logs), as_values(json.loads(body)))


def as_values(message: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a message, by column name."""
    return {
        "student_id": message["student_id"],
        "message": message["message"],
        "response": message["response"],
        "intent": message["intent"],
        "metadata": message["metadata"],
        "timestamp": datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00")),
        "created_at": datetime.now(timezone.utc),
        "message_id": message["message_id"],
    }
