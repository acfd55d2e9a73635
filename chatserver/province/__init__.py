"""A believable province as a OneRoster 1.2 package, from a seed. Nothing here knows Django."""

from .generate import make_province
from .profiles import PROFILES

__all__ = ["PROFILES", "make_province"]
