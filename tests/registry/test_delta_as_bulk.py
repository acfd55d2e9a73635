"""A delta leads where the whole package leads, whatever is wrong with it, at the cost of what it names."""

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import (
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    Person,
    Role,
    SchoolClass,
    Source,
    SyncRun,
)
from rooms.models import Member
from tests.registry.conftest import Send, codes, moved
from tests.registry.deltas import NO_LIMITS, at, delta, gone, person_named, renamed
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db

# -- What is wrong with it ---


def test_a_file_that_the_manifest_calls_delta_and_that_is_not_there_refuses_the_package(send: Send) -> None:
    send(a_school())
    parcel = renamed("Bảo An", 2)
    parcel.manifest["file.roles"] = "delta"
    assert send(parcel).run.refusal_code == "file_missing"
    assert person_named("an").name == "Trần An"


def test_two_rows_of_one_record_that_differ_are_both_set_aside(send: Send) -> None:
    send(a_school())
    parcel = renamed("Một", 2)
    parcel.rows["users"].append({**parcel.row("users", "an"), "givenName": "Hai", "dateLastModified": at(3)})
    parcel.rows["users"] += renamed("Bình An", 2, who="binh").rows["users"]
    parcel.rows["users"] += renamed("Hoa Mai", 2, who="hoa").rows["users"]
    outcome = send(parcel)
    assert codes(outcome) == {"duplicate_sourced_id"}
    assert moved(outcome) == {"users": {"changed": 2}}
    assert person_named("an").stale
    send(renamed("Bảo An", 4))
    assert not person_named("an").stale


def test_who_is_said_to_be_there_and_gone_at_once_is_gone(send: Send) -> None:
    send(a_school())
    parcel = renamed("An", 2)
    parcel.rows["users"] += gone("users", "an").rows["users"]
    assert moved(send(parcel))["users"] == {"removed": 1}


def test_a_header_without_rows_says_nothing(send: Send) -> None:
    send(a_school())
    parcel = renamed("Bảo An", 2)
    parcel.manifest["file.roles"] = "delta"
    parcel.raw["roles"] = parcel.text("roles", [])
    parcel.rows["roles"] = [{}]
    outcome = send(parcel)
    assert codes(outcome) == {"no_rows"}
    assert moved(outcome) == {"users": {"changed": 1}}


def test_a_package_of_nothing_but_its_manifest_changes_nothing(send: Send) -> None:
    send(a_school())
    outcome = send(delta())
    assert (outcome.run.state, moved(outcome), codes(outcome)) == (SyncRun.State.APPLIED, {}, set())


# -- Whatever happened ---


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_delta_leads_where_the_whole_package_leads(send: Send, seed: int, version: str) -> None:
    """Two sources: one hears S1 and the delta to S2, the other S2 at once. Registry and rooms come out alike."""
    for name in ("test", "other"):
        Source.objects.create(name=name, thresholds=NO_LIMITS)
    random = Random(seed)
    old = _random_state(random, a_school(version))
    new = _random_state(random, old.copy())
    send(old)
    outcome = send(old.until(new))
    assert outcome.run.state == SyncRun.State.APPLIED, (outcome.run.refusal_code, outcome.run.valves)
    by_delta = _state("test")
    assert not moved(send(new))
    send(old, source="other")
    send(new, source="other")
    assert by_delta == _state("other")
    assert all(by_delta.values())


def _random_state(random: Random, parcel: Parcel) -> Parcel:
    """Some pupils, guardians, classes and a teacher come, change and leave."""
    place = random.randrange(10**6)
    parcel.org(f"truong{place}", "school", random.choice(["xa", "so"]))
    schools = [row["sourcedId"] for row in parcel.rows["orgs"] if row["type"] == "school"]
    parcel.school_class(f"lop{place}", random.choice(schools))
    classes = {row["sourcedId"]: row["schoolSourcedId"] for row in parcel.rows["classes"]}
    for number in range(4):
        school_class = random.choice(list(classes))
        pupil, guardian = f"hs{place}-{number}", f"ph{place}-{number % 3}"
        parcel.person(pupil, "student", classes[school_class], agentSourcedIds=guardian)
        parcel.enrol(pupil, school_class, classes[school_class])
        if number < 3:
            parcel.person(guardian, "guardian", random.choice(["so", classes[school_class]]))
    leaving = [row["sourcedId"] for row in parcel.rows["users"] if random.random() < 0.15 and row["sourcedId"] != "lan"]
    parcel.drop("users", *leaving)
    for table, column in (("roles", "userSourcedId"), ("enrollments", "userSourcedId")):
        parcel.rows[table] = [row for row in parcel.rows.get(table, []) if row[column] not in leaving]
    if parcel.version == "1.1":
        del parcel.rows["roles"]
    for row in parcel.rows["users"]:
        agents = [each for each in row.get("agentSourcedIds", "").split(",") if each and each not in leaving]
        row["agentSourcedIds"] = ",".join(agents)
        if random.random() < 0.2:
            row["givenName"] = f"Tên {random.randrange(99)}"
        if random.random() < 0.1:
            row["enabledUser"] = "false"
    for row in parcel.rows["enrollments"]:
        if random.random() < 0.2:
            row["endDate"] = "2025-01-01"
    return parcel


def _state(source: str) -> dict[str, Any]:
    of = {"source__name": source, "status": "active"}
    links = GuardianLink.objects.filter(source__name=source, valid_to=None)
    rooms = Member.objects.filter(person__source__name=source)
    parts = {
        "people": Person.objects.filter(**of).values_list("sourced_id", "name", "enabled", "digest"),
        "roles": Role.objects.filter(**of).values_list(
            "sourced_id", "person__sourced_id", "org__sourced_id", "role", "digest"
        ),
        "classes": SchoolClass.objects.filter(**of).values_list("sourced_id", "school__sourced_id", "digest"),
        "enrolments": Enrolment.objects.filter(**of).values_list(
            "sourced_id", "person__sourced_id", "ends_on", "digest"
        ),
        "orgs": Org.objects.filter(**of).values_list("sourced_id", "digest"),
        "links": links.values_list(
            "guardian__sourced_id", "student__sourced_id", "state", "said_by_student", "said_by_guardian"
        ),
        "tree": OrgClosure.objects.filter(descendant__source__name=source).values_list(
            "ancestor__sourced_id", "descendant__sourced_id", "depth"
        ),
        "rooms": rooms.values_list(
            "room__kind", "room__school_class__sourced_id", "room__org__sourced_id", "person__sourced_id", "seat"
        ),
    }
    households: dict[int, set[str]] = {}
    for person, household in Person.objects.filter(**of).exclude(household=None).values_list("sourced_id", "household"):
        households.setdefault(household, set()).add(person)
    return {name: sorted(map(repr, rows)) for name, rows in parts.items()} | {
        "households": sorted(sorted(each) for each in households.values())
    }


# -- What it costs ---


def test_the_number_of_statements_does_not_grow_with_the_delta(send: Send) -> None:
    counted = []
    for number in (3, 60):
        parcel, source = a_school(), f"of {number}"
        Source.objects.create(name=source, thresholds=NO_LIMITS)
        send(parcel, source=source)
        new = a_school()
        for each in range(number):
            new.person(f"hs{each}", "student", "truong", agentSourcedIds=f"ph{each}")
            new.person(f"ph{each}", "guardian", "truong")
            new.enrol(f"hs{each}", "3a", "truong")
        with CaptureQueriesContext(connection) as queries:
            assert moved(send(parcel.until(new), source=source))["enrollments"] == {"added": number}
        counted.append(len(queries))
    assert counted[0] == counted[1]
