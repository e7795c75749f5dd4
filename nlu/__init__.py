"""Components of our own for Rasa's NLU pipeline; config.yml names them by their path."""
