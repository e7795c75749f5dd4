"""What `rasa run actions` loads: the actions of the class-registration bot."""

from registration.class_registration import BOT
from registration.rasa import serve

serve(BOT, __name__)
