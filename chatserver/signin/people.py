"""Who is asking: kept in the registry, so that every package's views can ask."""

from registry.people import person_of

__all__ = ["person_of"]
