"""Guardians of thousands at once are the guardians that each link names by itself."""

import datetime as dt
import random

from django.db import connection
from django.db.models import Model

from registry.models import Enrolment, GuardianLink, LocalOverride, Org, Person, PersonLink, Role, Source
from registry.pairs import guardian_pairs
from registry.selectors import live_guardian_links
from tests.broadcasts.audiences.town import Town

PAST, FUTURE = dt.date(2020, 1, 1), dt.date(2099, 1, 1)
# What a source, a day or a decision may change, and back.
CHANGES: list[tuple[type[Model], dict[str, object]]] = [
    (Role, {"status": "tobedeleted"}),
    (Role, {"ends_on": PAST}),
    (Role, {"begins_on": FUTURE}),
    (Role, {"role": "relative"}),
    (Role, {"role": "student"}),
    (Person, {"enabled": False}),
    (Person, {"status": "tobedeleted"}),
    (Org, {"valid_to": PAST}),
    (GuardianLink, {"state": "blocked"}),
    (GuardianLink, {"state": "unverified"}),
    (GuardianLink, {"valid_to": PAST}),
    (GuardianLink, {"valid_from": FUTURE}),
    (Enrolment, {"status": "tobedeleted"}),
    (Source, {"relative_is_guardian": True}),
    (LocalOverride, {"ended_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
]


def at_once() -> set[tuple[int, int]]:
    """All pairs, of whom both are live."""
    text, params = guardian_pairs()
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        rows = cursor.fetchall()
    live = set(Person.objects.filter(enabled=True, status="active").values_list("pk", flat=True))
    return {(guardian, student) for guardian, student in rows if guardian in live and student in live}


def one_by_one() -> set[tuple[int, int]]:
    """The same, by the rule that every room goes by."""
    return set(live_guardian_links().values_list("guardian", "student"))


def test_they_are_the_same_whatever_changes(town: Town) -> None:
    cast, chance = town.cast, random.Random(2)
    PersonLink.objects.create(one=cast.mai, other=cast.dung, how="test")
    found = one_by_one()
    assert at_once() == found
    assert (cast.hoa.pk, cast.an.pk) in found
    assert (town.tam.pk, cast.binh.pk) not in found, "denied"
    seen = set()
    for _turn in range(120):
        kind, change = chance.choice(CHANGES)
        row = chance.choice(list(kind._default_manager.order_by("pk")))
        before = {name: getattr(row, name) for name in change}
        kind._default_manager.filter(pk=row.pk).update(**change)
        expected = one_by_one()
        assert at_once() == expected, (kind.__name__, row.pk, change)
        seen.add(frozenset(expected))
        if chance.random() < 0.7:
            kind._default_manager.filter(pk=row.pk).update(**before)
    assert len(seen) > 10
