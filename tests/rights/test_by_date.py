"""What begins and ends by date alone, on the night when it does."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from registry.models import OrgClosure, OrgParent, Person
from registry.selectors import today
from rooms import policy, roster
from rooms.difference import Difference
from rooms.kinds import Right
from rooms.models import Room
from rooms.receivers import revise_for_today
from tests.registry.conftest import send
from tests.registry.parcel import Parcel, a_school
from tests.rights.machine.clock import Clock

__all__ = ["send"]

pytestmark = pytest.mark.django_db


def reads(person: str, kind: str, org: str) -> bool:
    room = Room.objects.get(kind=kind, org__sourced_id=org)
    return policy.can(Person.objects.get(sourced_id=person), Right.READ, room.pk)


def a_school_that_moves(night: dt.date) -> Parcel:
    """truong stands under xa until this night, and under xa2 from then on."""
    parcel = a_school()
    parcel.org("xa2", "local", "so")
    parcel.person("phuc", "districtAdministrator", "xa")
    parcel.person("nga", "districtAdministrator", "xa2")
    parcel.person("hanh", "principal", "truong")
    parcel.row("orgs", "truong")["metadata.parentHistory"] = f"xa||{night},xa2|{night}|"
    return parcel


def test_a_school_comes_under_another_commune_at_midnight(send: Any) -> None:
    night = today() + dt.timedelta(days=3)
    send(a_school_that_moves(night))
    before = {("hoa", "xa"), ("phuc", "truong")}
    after = {("hoa", "xa2"), ("nga", "truong")}
    assert all(reads(person, "community", org) for person, org in before)
    assert not any(reads(person, "community", org) for person, org in after)
    assert (reads("hanh", "staff", "xa"), reads("hanh", "staff", "xa2")) == (True, False)
    clock = Clock()
    clock.now = dt.datetime.combine(night, dt.time(0, 3), tzinfo=dt.timezone(dt.timedelta(hours=7)))
    with clock.running():
        assert revise_for_today().people
        assert not any(reads(person, "community", org) for person, org in before)
        assert all(reads(person, "community", org) for person, org in after)
        assert (reads("hanh", "staff", "xa"), reads("hanh", "staff", "xa2")) == (False, True)
        assert not revise_for_today().people
    assert OrgClosure.objects.filter(descendant__sourced_id="truong").count() == 3


def test_a_move_that_was_to_come_later_is_made_today_when_a_row_says_so(send: Any) -> None:
    parcel = a_school_that_moves(today() + dt.timedelta(days=3))
    send(parcel)
    parcel.row("orgs", "truong").update({"metadata.parentHistory": "", "parentSourcedId": "xa2"})
    send(parcel)
    assert (reads("hoa", "community", "xa"), reads("hoa", "community", "xa2")) == (False, True)
    assert OrgParent.objects.get(org__sourced_id="truong", valid_to=None).valid_from == today()


def test_an_end_before_the_beginning_is_forgotten_when_it_is_taken_back(send: Any) -> None:
    parcel = a_school_that_moves(today())
    row = parcel.row("orgs", "truong")
    row["metadata.parentHistory"] = ""
    send(parcel)
    row["parentSourcedId"] = "xa2"
    send(parcel)
    row["metadata.validTo"] = (today() - dt.timedelta(days=5)).isoformat()
    send(parcel, confirm="Đúng vậy")
    row["metadata.validTo"] = ""
    send(parcel, confirm="Đúng vậy")
    assert (reads("hoa", "community", "xa"), reads("hoa", "community", "xa2")) == (False, True)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="an engine with limits on statements")
def test_the_night_is_not_held_to_the_limits_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A province takes longer than a request may."""
    seen = []
    revise = roster.revise_all

    def revise_and_look() -> Difference:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            seen.append(cursor.fetchone()[0])
        return revise()

    monkeypatch.setattr(roster, "revise_all", revise_and_look)
    revise_for_today()
    assert seen == ["0"]
