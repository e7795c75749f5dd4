"""What a student's message says about the preferences."""

from .reading import understand

__all__ = ["understand"]
