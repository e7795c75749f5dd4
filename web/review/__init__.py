"""The conversation review: what students wrote and how it was understood, behind a password."""

from ..review.blueprint import review

__all__ = ["review"]
