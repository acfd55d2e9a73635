"""One person as the office sees them: what the registry says, what was decided here, and nothing of other orgs."""

import datetime as dt
from typing import Any

import pytest

from registry.models import AuditLine, Device, GuardianLink, Person, PersonLink, Role
from registry.selectors import today
from tests.cast import Cast
from tests.invariants.test_query_counts import cost
from tests.people.conftest import MAIL, PHONE
from tests.rights.conftest import Deny
from tests.rooms.conftest import guardians_room
from tests.rooms.test_threads import become_guardian
from tests.wire import session_for


def test_a_teacher_with_her_role_and_class(cast: Cast, browser: Any) -> None:
    Role.objects.filter(person=cast.lan).update(begins_on=dt.date(2024, 9, 5))
    told = browser(cast.hanh).get(f"people/{cast.lan.pk}")
    [role], [its_class] = told["roles"], told["classes"]
    assert (role["role"], role["org"]["id"], role["since"], role["until"]) == (
        "teacher",
        cast.school.pk,
        "2024-09-05",
        None,
    )
    assert (role["is_live"], role["source"]) == (True, "cast")
    assert (its_class["title"], its_class["role"], its_class["is_primary"], its_class["is_live"]) == (
        "7A",
        "teacher",
        True,
        True,
    )
    assert (its_class["since"], its_class["school"]["id"]) == ("2020-01-01", cast.school.pk)
    assert (told["children"], told["guardians"], told["denies"], told["same_human"]) == ([], [], [], [])
    assert told["source"] == {
        "id": cast.source.pk,
        "name": "cast",
        "heard_at": None,
        "said_at": None,
        "is_stale": False,
    }


def test_links_tell_their_state_and_who_said_them(cast: Cast, browser: Any, deny: Deny) -> None:
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(said_by_guardian=True)
    GuardianLink.objects.create(
        source=cast.source, guardian=cast.minh, student=cast.an, relation="", said_by_student=True, state="unverified"
    )
    hoa = browser(cast.thu).get(f"people/{cast.hoa.pk}")
    assert [(one["name"], one["state"], one["is_live"]) for one in hoa["children"]] == [
        (cast.an.name, "active", True),
        (cast.chi.name, "active", True),
    ]
    an = browser(cast.thu).get(f"people/{cast.an.pk}")
    said = [
        (one["name"], one["state"], one["is_live"], one["said_by_student"], one["said_by_guardian"])
        for one in an["guardians"]
    ]
    assert said == [(cast.hoa.name, "active", True, True, True), (cast.minh.name, "unverified", False, True, False)]
    deny(cast.hoa, student=cast.an)
    hoa = browser(cast.thu).get(f"people/{cast.hoa.pk}")
    assert [one["is_live"] for one in hoa["children"]] == [False, True]
    assert [one["student"]["id"] for one in hoa["denies"]] == [cast.an.pk]
    # The child's page shows it too: that is where somebody asks who may come for her.
    assert [one["person"]["id"] for one in browser(cast.thu).get(f"people/{cast.an.pk}")["denies"]] == [cast.hoa.pk]


def test_devices_are_counted_and_the_last_day_is_told_and_no_more(cast: Cast, browser: Any) -> None:
    thu = browser(cast.thu)
    assert thu.get(f"people/{cast.hoa.pk}")["account"] == {
        "is_activated": False,
        "devices": 0,
        "last_seen_on": None,
        "has_second_factor": False,
        "let_in": None,
    }
    session_for(cast, cast.hoa)
    session_for(cast, cast.hoa)
    Device.objects.update(label="Chrome trên Android")
    answer = thu.ask("get", f"people/{cast.hoa.pk}")
    account = answer.json()["account"]
    assert (account["is_activated"], account["devices"]) == (True, 2)
    assert (account["last_seen_on"], account["has_second_factor"]) == (today().isoformat(), False)
    assert b"Chrome" not in answer.content


@pytest.mark.usefixtures("reachable")
def test_nothing_of_other_orgs_is_told(cast: Cast, browser: Any) -> None:
    """Hoa has a child at the other school too, and works there."""
    become_guardian(cast, cast.hoa, cast.khanh)
    for number, role in enumerate(("guardian", "teacher")):
        Role.objects.create(
            source=cast.source, sourced_id=f"more-{number}", person=cast.hoa, org=cast.other_school, role=role
        )
    other = Person.objects.get(pk=cast.van.pk)
    PersonLink.objects.create(one=cast.hoa, other=other, how="identifier")
    answer = browser(cast.thu).ask("get", f"people/{cast.hoa.pk}")
    told = answer.content.decode()
    for secret in (cast.other_school.name, cast.khanh.name, cast.van.name, PHONE, MAIL):
        assert secret not in told, secret
    found = browser(cast.thu).ask("get", "people?q=hoa").content.decode()
    assert cast.other_school.name not in found
    # Above both schools, all of it is one's own.
    whole = browser(cast.son).get(f"people/{cast.hoa.pk}")
    assert {role["org"]["id"] for role in whole["roles"]} == {cast.school.pk, cast.other_school.pk}
    assert {child["id"] for child in whole["children"]} == {cast.an.pk, cast.chi.pk, cast.khanh.pk}
    assert [one["name"] for one in whole["same_human"]] == [cast.van.name]


def test_who_answers_for_nobody_here_finds_nobody(cast: Cast, browser: Any, head_elsewhere: Person) -> None:
    never_there = browser(head_elsewhere).ask("get", "people/987654321")
    for path in (f"people/{cast.hoa.pk}", f"people/{cast.hoa.pk}/rooms"):
        for outsider in (head_elsewhere, cast.lan, cast.hoa, cast.an, cast.tu, cast.van):
            answer = browser(outsider).ask("get", path)
            assert (answer.status_code, answer.content) == (404, never_there.content), (outsider.name, path)
        assert browser(cast.thu).ask("get", path).status_code == 200


def test_who_looked_stands_in_the_audit_trail_with_ids_only(cast: Cast, browser: Any) -> None:
    thu = browser(cast.thu)
    AuditLine.objects.all().delete()
    thu.get(f"people/{cast.hoa.pk}")
    thu.get(f"people/{cast.hoa.pk}/rooms")
    room = guardians_room(cast.class_7a)
    thu.get(f"rights/why?person={cast.hoa.pk}&room={room.pk}")
    thu.ask("get", f"people/{cast.van.pk}")
    lines = list(AuditLine.objects.order_by("pk"))
    assert [(line.actor_id, line.act, line.subject) for line in lines] == [
        (cast.thu.pk, "person.looked_at", f"person:{cast.hoa.pk}"),
        (cast.thu.pk, "rights.looked_at", f"person:{cast.hoa.pk}"),
        (cast.thu.pk, "rights.why", f"person:{cast.hoa.pk}"),
    ]
    assert lines[-1].details == {"room": room.pk}
    assert cast.hoa.name not in str([line.details for line in lines])


def test_a_family_of_many_costs_the_same_queries(cast: Cast, browser: Any) -> None:
    thu = browser(cast.thu)
    few = cost(lambda: thu.get(f"people/{cast.hoa.pk}"))
    for child in (cast.binh, cast.khanh):
        become_guardian(cast, cast.hoa, child)
    assert len(thu.get(f"people/{cast.hoa.pk}")["children"]) == 3
    assert cost(lambda: thu.get(f"people/{cast.hoa.pk}")) == few
