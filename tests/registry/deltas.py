"""Deltas as tests write them, and what they are asked about."""

from registry.models import (
    Person,
)
from registry.selectors import guardians_of
from registry.sync.valves import LIMITS
from tests.registry.parcel import Parcel, a_school

# What a package may do unseen is tested with the valves.
NO_LIMITS = dict.fromkeys(LIMITS, 10**6) | {"kept_percent": 0}


def at(day: int, hour: int = 0) -> str:
    return f"2026-01-{day:02}T{hour:02}:00:00.000Z"


def delta(version: str = "1.2") -> Parcel:
    return Parcel(version, mode="delta")


def person_named(sourced_id: str) -> Person:
    return Person.objects.get(sourced_id=sourced_id)


def guardians_named(student: str) -> set[str]:
    return set(guardians_of(person_named(student).pk).values_list("sourced_id", flat=True))


def renamed(name: str, day: int, who: str = "an") -> Parcel:
    """A delta of one row: an, or somebody else, has another given name since this day."""
    parcel = delta()
    parcel.rows["users"].append({**a_school().row("users", who), "givenName": name})
    return parcel.said(at(day))


def gone(table: str, *sourced_ids: str, day: int = 2) -> Parcel:
    """A delta of rows that say only that their records are gone."""
    parcel = delta()
    for sourced_id in sourced_ids:
        parcel.add(table, sourced_id, status="tobedeleted", dateLastModified=at(day))
    return parcel
