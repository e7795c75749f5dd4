"""The web process: what students open outside the chat."""
