"""Poison is poison: no decoder takes it, and the ledger knows it again."""

import pytest

from registration.errors import InvalidMessage
from registration.messaging.messages import decode
from registration.messaging.topology import QUEUES, Queue
from tests.faults.poison import DECODABLE, KINDS, poison
from tests.faults.traffic import token, tokens_in


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("queue", QUEUES.values(), ids=lambda queue: queue.name)
def test_no_decoder_takes_poison_but_what_only_the_database_refuses(kind: str, queue: Queue) -> None:
    body = KINDS[kind](queue, "tok-poison-1-end")
    if kind in DECODABLE:
        assert decode(queue.message, body)
        return
    with pytest.raises(InvalidMessage):
        decode(queue.message, body)


def test_poison_carries_its_token_and_comes_in_all_kinds_for_all_queues() -> None:
    made = [poison(number) for number in range(len(KINDS) * len(QUEUES))]
    assert [tokens_in(body) for _, body in made] == [token("poison", number) for number in range(len(made))]
    assert len({(queue.name, body[:60]) for queue, body in made}) == len(made)
    assert len(KINDS) >= 10
