"""Rasa's input channels that take the student from a signed token, never from what a client claims."""
