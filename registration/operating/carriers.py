"""Which carrier the settings ask for."""

from registration.operating.carrier import Carrier
from registration.operating.rabbit_carrier import RabbitCarrier
from registration.operating.spool_carrier import SpoolCarrier
from registration.settings import Settings


def carrier_of(settings: Settings) -> Carrier:
    if settings.mode == "embedded":
        return SpoolCarrier(settings.spool)
    return RabbitCarrier(settings.rabbitmq)
