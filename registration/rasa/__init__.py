"""Rasa's side of the SDK: a bot's actions, the tracker read, the slots that mirror the state."""

from registration.assistant import Assistant
from registration.rasa.actions import FormTurn, Offer, SessionStart, SmallTalk
from registration.rasa.serving import actions_of, serve
from registration.turn import Offers

__all__ = ["Assistant", "FormTurn", "Offer", "Offers", "SessionStart", "SmallTalk", "actions_of", "serve"]
