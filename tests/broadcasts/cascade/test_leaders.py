"""Who answers for a unit."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts.leaders import Leaders, leaders_of
from registry.models import Person, Role
from tests.broadcasts.cascade.orders import add_schools
from tests.cast import Cast


def also(cast: Cast, person: Person, role: str, **more: object) -> Role:
    """Another role at the school."""
    name = f"{role}-{person.pk}-too"
    return Role.objects.create(source=cast.source, sourced_id=name, person=person, org=cast.school, role=role, **more)


def test_the_head_owns_the_school_and_the_office_stands_beside(cast: Cast) -> None:
    found = leaders_of([cast.school.pk, cast.dong_sen.pk, cast.other_school.pk])
    assert found[cast.school.pk] == Leaders(cast.hanh, (), (cast.thu,))
    assert found[cast.dong_sen.pk] == Leaders(cast.phuc)
    assert found[cast.other_school.pk] == Leaders()
    assert found[cast.school.pk].everybody == (cast.hanh, cast.thu)


def test_of_two_heads_the_one_for_whom_it_is_the_first_office_owns_it(cast: Cast) -> None:
    Role.objects.filter(person=cast.hanh, org=cast.school).update(is_primary=False)
    also(cast, cast.minh, "principal")
    assert leaders_of([cast.school.pk])[cast.school.pk] == Leaders(cast.minh, (cast.hanh,), (cast.thu,))
    also(cast, cast.hanh, "siteAdministrator")
    assert leaders_of([cast.school.pk])[cast.school.pk].everybody == (cast.minh, cast.hanh, cast.thu)


def test_an_officer_leads_no_school_and_a_role_that_has_ended_nothing(cast: Cast) -> None:
    also(cast, cast.phuc, "districtAdministrator")
    assert cast.phuc not in leaders_of([cast.school.pk])[cast.school.pk].everybody
    Role.objects.filter(person=cast.hanh, org=cast.school).update(ends_on=dt.date(2020, 1, 1))
    assert leaders_of([cast.school.pk])[cast.school.pk].owner is None


def test_many_units_are_one_statement(cast: Cast) -> None:
    units = [school.pk for school, _head in add_schools(cast, 40)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = leaders_of(units)
    assert len(queries) == 1
    assert all(found[unit].owner for unit in units)
