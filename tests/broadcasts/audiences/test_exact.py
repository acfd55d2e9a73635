"""Random selections in random roles: the preview, what publishing writes, and a slow reading in Python all say the same
people; and a narrowed audience never reaches anybody whom the whole one does not."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from broadcasts import actions, recipients
from broadcasts.audiences import Audience, audience_for
from broadcasts.concerned import concerned
from broadcasts.errors import EmptyAudience
from broadcasts.models import Broadcast
from broadcasts.selection import EVERYBODY, LEVELS, Selection
from registry.models import Account, Org, OrgClosure, Person, Role, SchoolClass
from registry.sync.run import Request, sync_package
from tests.broadcasts.audiences.conftest import EVERY_ROLE
from tests.broadcasts.audiences.reading import Reading, Reason
from tests.broadcasts.audiences.town import Town
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.registry.conftest import small_path

__all__ = ["small_path"]

MANY = 30 if "PROVE" in os.environ else 1


def selections(chance: random.Random, count: int, earlier: list[int]) -> Iterator[Selection]:
    """Random ones of what is there, and now and then of what is not."""
    orgs = list(Org.objects.values_list("pk", flat=True))
    classes = list(SchoolClass.objects.values_list("pk", flat=True))
    grades = list(range(1, 13))
    for _each in range(count):
        base = {"school_class": chance.choice(classes)} if chance.random() < 0.25 else {"org": chance.choice(orgs)}
        yield Selection(
            **base,
            levels=_some(chance, list(LEVELS), 0.35),
            grades=_some(chance, grades, 0.35),
            classes=_some(chance, classes, 0.25),
            languages=_some(chance, ["vi", "en"], 0.25),
            unacknowledged=chance.choice(earlier) if earlier and chance.random() < 0.2 else None,
        )


def _some(chance: random.Random, of: list, likely: float) -> list:  # type: ignore[type-arg]
    return chance.sample(of, chance.randint(1, min(4, len(of)))) if chance.random() < likely else []


def reasons(audience: Audience, roles: list[str], author: Person) -> set[Reason]:
    """Why each would have it, as the server gathers it."""
    from django.db import connection

    with concerned(audience, roles=roles, author=author), connection.cursor() as cursor:
        cursor.execute("SELECT person_id, student_id FROM concerned")
        return set(cursor.fetchall())


def compare(reading: Reading, selection: Selection, roles: list[str], author: Person) -> int:
    """All that is told of this selection, against the reading; how many people that is."""
    audience = audience_for(selection)
    assert audience is not None
    expected = reading.expected(selection, roles, author)
    whole = replace(audience, selection=EVERYBODY)
    told = selection, roles, author.pk
    assert reasons(audience, roles, author) == expected.reasons, told
    assert expected.reasons <= reasons(whole, roles, author), told
    reach = recipients.count(audience, roles=roles, author=author)
    assert reach.people == len(expected.people), told
    by_role = {role: len({person for person, _child in expected.by_role.get(role, ())}) for role in EVERY_ROLE}
    assert reach.by_role == by_role, told
    size = recipients.size(audience, roles=roles, author=author)
    assert (size.people, size.schools) == (reach.people, reach.schools), told
    return reach.people


def test_in_the_town(town: Town) -> None:
    cast = town.cast
    earlier = [publish(cast.son, cast.so).pk, publish(cast.son, cast.so, wants_acknowledgement=False).pk]
    for person, students in ((cast.hoa, [cast.an.pk]), (cast.lan, []), (cast.van, [cast.khanh.pk])):
        actions.acknowledge(person, earlier[0], students=students)
    reading, chance, reached = Reading(), random.Random(5), 0
    authors = [cast.son, cast.hanh, cast.lan, cast.mai]
    for selection in selections(chance, 60 * MANY, earlier):
        roles = chance.sample(EVERY_ROLE, chance.randint(1, 4))
        reached += bool(compare(reading, selection, roles, chance.choice(authors)))
    assert reached > 8 * MANY, "the selections are too narrow to tell anything"


def test_what_is_previewed_is_written(town: Town) -> None:
    """Every right of the cast's senders, narrowed at random: receipts as many as the preview said, and to those people."""
    cast, chance, sent = town.cast, random.Random(7), 0
    bases = {cast.son: [cast.so, cast.dong_sen], cast.hanh: [cast.school, cast.class_7a], cast.lan: [cast.class_7a]}
    earlier = [publish(cast.son, cast.so).pk]
    for selection in selections(chance, 40 * MANY, earlier):
        author = chance.choice(list(bases))
        base = chance.choice(bases[author])
        follow_up = selection.unacknowledged if author == cast.son else None
        name = (
            {"org": base.pk, "school_class": None} if isinstance(base, Org) else {"org": None, "school_class": base.pk}
        )
        kept = Selection(
            **name,
            levels=selection.levels,
            grades=selection.grades,
            classes=selection.classes,
            languages=selection.languages,
            unacknowledged=follow_up,
        )
        roles = chance.sample(EVERY_ROLE, chance.randint(1, 4))
        sent += _sends_what_was_previewed(author, base, kept, roles)
    assert sent > 6 * MANY


def _sends_what_was_previewed(author: Person, base: Org | SchoolClass, selection: Selection, roles: list[str]) -> bool:
    audience = audience_for(selection)
    assert audience is not None
    before = recipients.count(audience, roles=roles, author=author)
    try:
        broadcast = publish(author, base, roles=roles, audience=selection.kept())
    except EmptyAudience:
        assert before.people == 0
        return False
    rows = broadcast.acknowledgements
    assert before.people == broadcast.receipts.count() == rows.values("person").distinct().count()
    assert before.units == rows.values("unit").distinct().count()
    assert before.schools == rows.filter(unit__type="school").values("unit").distinct().count()
    assert before.classes == rows.exclude(school_class=None).values("school_class").distinct().count()
    return True


def test_who_is_a_guardian_by_two_roles_has_one_reason_a_child(cast: Cast) -> None:
    for org in (cast.dong_sen, cast.so):
        Role.objects.create(
            source=cast.source, sourced_id=f"again-{org.pk}", person=cast.hoa, org=org, role="parent", is_primary=False
        )
    broadcast = publish(cast.son, cast.so, roles=["guardians"])
    assert broadcast.acknowledgements.filter(person=cast.hoa).count() == 2
    assert broadcast.receipts.filter(person=cast.hoa).count() == 1
    compare(Reading(), Selection(org=cast.so.pk), EVERY_ROLE, cast.son)


@pytest.mark.django_db
def test_in_the_small_province(small_path: Path) -> None:
    """1,800 pupils of every level, imported as an installation imports them."""
    assert sync_package(Request(small_path, apply=True, source="tinh")).run.state == "applied"
    _english(random.Random(3))
    author = Person.objects.get(name="Trần Quốc Hưng")
    root = OrgClosure.objects.filter(descendant=author.roles.get().org, depth=0).get().ancestor
    earlier = [publish(author, root, roles=["guardians", "teachers"]).pk]
    _acknowledged(earlier[0])
    reading, chance, reached = Reading(), random.Random(11), 0
    everybody = compare(reading, Selection(org=root.pk), EVERY_ROLE, author)
    assert everybody == publish(author, root, roles=EVERY_ROLE).receipts.count() > 3_000
    for selection in selections(chance, 6 * MANY, earlier):
        roles = chance.sample(EVERY_ROLE, chance.randint(1, 4))
        reached += bool(compare(reading, selection, roles, author))
    for selection in selections(chance, 4 * MANY, earlier):
        narrowed = Selection(**{**_parts(selection), "org": root.pk, "school_class": None, "classes": []})
        with transaction.atomic():
            reached += _sends_what_was_previewed(author, root, narrowed, EVERY_ROLE)
            transaction.set_rollback(True)
    assert reached > 2 * MANY


def _english(chance: random.Random) -> None:
    people = chance.sample(list(Person.objects.values_list("pk", flat=True)), 600)
    Account.objects.bulk_create(
        Account(username=f"en-{pk}", password="!", person_id=pk, language="en" if chance.random() < 0.5 else "vi")
        for pk in people
        if not Account.objects.filter(person=pk).exists()
    )


def _acknowledged(broadcast: int) -> None:
    from django.utils import timezone

    rows = Broadcast.objects.get(pk=broadcast).acknowledgements
    rows.filter(pk__in=rows.order_by("pk").values("pk")[:900]).update(acknowledged_at=timezone.now())


def _parts(selection: Selection) -> dict[str, object]:
    return {name: getattr(selection, name) for name in selection.__struct_fields__}
