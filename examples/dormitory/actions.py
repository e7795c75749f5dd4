"""What `rasa run actions` loads."""

from bot import BOT

from registration.rasa import serve

serve(BOT, __name__)
