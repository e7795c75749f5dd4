"""The timetables after the confirmation."""

from registration.class_registration import BOT
from registration.rasa import Assistant, Offer, Offers


class ActionAskRegistrationFormChoice(Offer):
    def name(self) -> str:
        return f"action_ask_{BOT.form}_choice"

    def assistant(self) -> Assistant:
        return BOT.assistant

    def offering(self) -> Offers:
        return BOT.offering
