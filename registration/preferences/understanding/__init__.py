"""What a student's message says about the preferences."""

from .names import Name
from .reading import understand

__all__ = ["Name", "understand"]
