"""Denies and imports do not know each other: neither ends, changes or waits for the other."""

import datetime as dt
from typing import Any

import pytest

from registry import overrides
from registry.models import Account, GuardianLink, LocalOverride, Person, Role
from registry.sync.households import rebuild_households
from registry.sync.rollback import roll_back
from rooms.models import Member
from tests.registry.conftest import send
from tests.registry.parcel import Parcel, a_school

__all__ = ["send"]
pytestmark = pytest.mark.django_db


def school() -> Parcel:
    """The school with a head, and a second pupil of hoa's."""
    parcel = a_school()
    parcel.person("hanh", "principal", "truong")
    parcel.person("chi", "student", "truong", agentSourcedIds="hoa")
    return parcel


def who(name: str) -> Person:
    return Person.objects.get(sourced_id=name)


def is_guardian(name: str) -> bool:
    return Member.objects.filter(room__kind="guardians", person__sourced_id=name).exists()


def deny_hoa() -> LocalOverride:
    head = Account.objects.create_user("hanh", person=who("hanh"))
    return overrides.deny(
        who("hoa"), student=who("an"), by=head, reason="Quyết định của tòa", review_on=dt.date(2099, 1, 1)
    )


def test_a_later_import_of_the_same_link_changes_nothing(send: Any) -> None:
    send(school())
    made = deny_hoa()
    assert not is_guardian("hoa")
    parcel = school()
    parcel.row("users", "hoa").update(agentSourcedIds="an", phone="0912345678")
    parcel.row("roles", "hoa.truong.guardian")["beginDate"] = "2024-09-01"
    assert send(parcel).run.state == "applied"
    assert GuardianLink.objects.get(guardian=who("hoa"), student=who("an")).state == "active"
    assert not is_guardian("hoa")
    assert is_guardian("dung")
    made.refresh_from_db()
    assert made.ended_at is None


def test_nor_does_a_link_that_goes_and_comes_back(send: Any) -> None:
    send(school())
    deny_hoa()
    without = school()
    without.row("users", "an")["agentSourcedIds"] = ""
    send(without)
    send(school())
    assert not is_guardian("hoa")


def test_rolling_a_run_back_ends_no_deny_and_joins_no_household(send: Any) -> None:
    send(school())
    later = school()
    for name in ("hoa", "an", "chi"):
        later.row("users", name)["phone"] = "0987654321"
    run = send(later).run
    deny_hoa()
    cut = {name: who(name).household for name in ("hoa", "an", "chi")}
    assert cut["an"] != cut["hoa"] == cut["chi"]
    roll_back(run, by=None, reason="gói sai")
    assert not is_guardian("hoa")
    assert {name: who(name).household for name in cut} == cut
    assert rebuild_households(who("hoa").source) == 0


def test_a_held_package_does_not_delay_a_deny(send: Any) -> None:
    parcel = school()
    for number in range(40):
        parcel.person(f"gv{number}", "teacher", "truong")
    send(parcel)
    raised = parcel.copy()
    for number in range(40):
        raised.row("roles", f"gv{number}.truong.teacher")["role"] = "principal"
    outcome = send(raised)
    assert outcome.is_held
    assert Role.objects.filter(role="principal").count() == 1
    assert is_guardian("hoa")
    deny_hoa()
    assert not is_guardian("hoa")
    outcome.run.refresh_from_db()
    assert outcome.run.state == "held"
