"""Whatever order packages come in, the registry is what the last one says."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.models import (
    AcademicSession,
    ClassSession,
    Course,
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
from registry.selectors import live_guardian_links
from registry.sync.run import Outcome, Request, sync_package
from rooms.models import Member
from tests.registry.conftest import moved
from tests.registry.parcel import Parcel, a_school

ORGS = ("xa", "xa2", "truong", "truong2")
PEOPLE = tuple("abcdefgh")
CLASSES = ("3a", "3b", "4a")


@st.composite
def parcels(draw: st.DrawFn) -> Parcel:
    """Any small province under one Sở: good rows, dangling ones, and now and then a double."""
    parcel = Parcel(draw(st.sampled_from(["1.1", "1.2"])))
    parcel.org("so", "state")
    for org in draw(st.sets(st.sampled_from(ORGS))):
        kind = "school" if org.startswith("truong") else "local"
        parcel.org(org, kind, draw(st.sampled_from(["so", "xa", "xa2"])))
    parcel.session("nam")
    for each in draw(st.sets(st.sampled_from(CLASSES))):
        parcel.school_class(each, draw(st.sampled_from(ORGS)))
    for each in draw(st.sets(st.sampled_from(PEOPLE))):
        agents = ",".join(sorted(draw(st.sets(st.sampled_from(PEOPLE), max_size=2))))
        role = draw(st.sampled_from(["student", "guardian", "teacher"]))
        orgs = draw(st.lists(st.sampled_from(ORGS), max_size=2, unique=True)) or ["so"]
        parcel.person(each, role, *orgs, agentSourcedIds=agents, givenName=draw(st.sampled_from(["An", "Bình", ""])))
    for each, school_class in draw(st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CLASSES)), max_size=6)):
        parcel.enrol(each, school_class, "", draw(st.sampled_from(["student", "teacher"])))
    return parcel


@pytest.mark.django_db
@pytest.mark.timeout(900)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(first=parcels(), second=parcels())
def test_twice_is_once_and_back_is_back(first: Parcel, second: Parcel) -> None:
    empty()
    outcome = _apply(first)
    if outcome.is_refused:
        assert not Person.objects.exists()
        return
    after_first = _state()
    assert not moved(_apply(first))
    assert _state() == after_first
    if _apply(second).is_refused:
        assert _state() == after_first
        return
    assert not moved(_apply(second))


@pytest.mark.django_db
def test_a_then_b_then_a_is_a() -> None:
    first, second = a_school(), a_school()
    second.drop("users", "an", "hoa")
    second.drop("roles", "an.truong.student", "hoa.truong.guardian")
    second.drop("enrollments", "3a.an")
    second.org("xa2", "local", "so")
    second.row("orgs", "truong")["parentSourcedId"] = "xa2"
    second.row("users", "lan")["givenName"] = "Lân"
    second.school_class("3b", "truong")
    second.row("enrollments", "3a.binh")["classSourcedId"] = "3b"
    _apply(first)
    before = _live_state()
    _apply(second)
    assert _live_state() != before
    _apply(first)
    assert _live_state() == before


def _apply(parcel: Parcel) -> Outcome:
    """Whatever is unusual about it: packages at random lose half of their orgs."""
    with tempfile.TemporaryDirectory() as folder:
        path = parcel.write(Path(folder) / "a.zip")
        outcome = sync_package(Request(path, apply=True, source="test"))
        return sync_package(Request(path, apply=True, source="test", confirm="test")) if outcome.is_held else outcome


def empty() -> None:
    """As before the first package."""
    from rooms.models import Room

    Source.objects.update(scope_org=None)
    SyncRun.objects.all().delete()
    for model in (
        Member,
        Room,
        GuardianLink,
        Enrolment,
        Role,
        ClassSession,
        SchoolClass,
        Course,
        AcademicSession,
        Person,
        Org,
    ):
        model.objects.all().delete()
    Source.objects.all().delete()


def _state() -> dict[str, set[Any]]:
    of = {
        model: set(model.objects.values_list("pk", "digest", "status", "stale"))
        for model in (Org, Person, Role, Enrolment, SchoolClass)
    }
    return {
        **{model.__name__: {(pk, bytes(digest), *rest) for pk, digest, *rest in rows} for model, rows in of.items()},
        "links": set(
            GuardianLink.objects.values_list("pk", "state", "said_by_student", "said_by_guardian", "valid_to")
        ),
        "closure": set(OrgClosure.objects.values_list("ancestor", "descendant", "depth")),
        "members": set(Member.objects.values_list("room", "person", "seat")),
        "households": set(Person.objects.values_list("pk", "household")),
    }


def _live_state() -> dict[str, set[Any]]:
    """Without status history: what ended and came to be in between may have left rows behind."""
    return {
        "people": set(Person.objects.filter(status="active").values_list("pk", "name", "household")),
        "roles": set(Role.objects.filter(status="active").values_list("pk", "person", "org", "role")),
        "enrolments": set(
            Enrolment.objects.filter(status="active").values_list("pk", "person", "school_class", "role")
        ),
        "links": set(live_guardian_links().values_list("guardian", "student")),
        "closure": set(
            OrgClosure.objects.filter(descendant__status="active").values_list("ancestor", "descendant", "depth")
        ),
        "members": set(Member.objects.filter(room__state="open").values_list("room", "person", "seat")),
    }
