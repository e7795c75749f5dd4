"""The chat page and its channel: many students at once, and how soon the page can be used."""
