"""A message type that a bot brings, and its row."""

from typing import Annotated

import msgspec

from registration.messaging.messages import Message
from registration.messaging.topology import Queue


class RoomRequest(Message, frozen=True, kw_only=True, tag="room_request"):
    building: Annotated[str, msgspec.Meta(max_length=20)]
    floor: int | None = None
    rent: float = 0.0
    is_quiet: bool = False
    roommates: tuple[str, ...] = ()
    remark: str = ""


ROOMS = Queue(
    name="room_requests",
    message=RoomRequest,
    exchange="dormitory_exchange",
    exchange_type="topic",
    routing_key="room.request.new",
    binding_key="room.request.*",
    ttl=86_400_000,
    max_length=1_000,
    table="room_request_logs",
    worker_type="room",
    indexes=("building",),
)
