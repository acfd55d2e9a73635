"""The author alone, with a reason, told at once to all who could have been the second person."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from broadcasts.drafts import telling
from broadcasts.models import Broadcast, Draft
from delivery.models import Dispatch
from delivery.sources import source_named
from registry.models import AuditLine, PersonLink
from tests.broadcasts.drafts.desk import Desk, only_notice, pass_time
from tests.cast import Cast

REASON = "Lũ về trong đêm, cả hai đồng chí đều không nghe máy."


def broken(cast: Cast, **different: Any) -> Any:
    """Hạnh sends to her school alone."""
    hanh = Desk(cast, cast.hanh)
    return hanh.break_glass(hanh.keep(cast.school, **({"urgency": "hoa_toc"} | different)), reason=REASON)


def told_by_push(told: Any) -> set[int]:
    """Whom delivery is told to ring."""
    (dispatch,) = Dispatch.objects.filter(source=telling.REPORT)
    source = source_named(telling.REPORT)
    found = set(source.recipients(dispatch.subject, after=0, limit=100))
    assert set(source.notices_for(dispatch.subject, found, language="vi")) == found
    assert told["id"]
    return found


def test_it_leaves_at_once_and_everybody_who_could_have_decided_is_told(cast: Cast) -> None:
    told = broken(cast)
    assert (told["state"], told["broadcast"], told["broke_glass_reason"]) == ("left", only_notice().pk, REASON)
    assert (only_notice().broke_glass_reason, only_notice().approved_by) == (REASON, None)
    assert only_notice().receipts.count() == told["people"]
    could = {cast.thu, cast.phuc, cast.son, cast.ha}
    assert told_by_push(told) == {person.pk for person in could}
    for name, person in cast.people().items():
        desk = Desk(cast, person)
        reported = [one["broke_glass_reason"] for one in desk.get("/approvals")["broke_glass"]]
        assert reported == ([REASON] if person in could else []), name
        if person in could:
            assert desk.get(f"/approvals/{told['id']}")["content"] == told["content"]
            assert desk.approve(told, status=409)["code"] == "not_waiting"
        elif name != "hanh":
            assert desk.get(f"/approvals/{told['id']}", 404)["code"] == "not_found"


def test_it_is_in_the_audit_and_its_words_are_not(cast: Cast) -> None:
    told = broken(cast)
    line = AuditLine.objects.get(act="draft.break_glass")
    assert (line.actor, line.subject) == (cast.hanh, f"draft:{told['id']}")
    assert line.details == {"people": told["people"], "why": ["urgency"]}
    assert AuditLine.objects.filter(act="broadcast.publish").count() == 1


def test_it_is_reported_for_seven_days(cast: Cast) -> None:
    told = broken(cast)
    son = Desk(cast, cast.son)
    Draft.objects.update(submitted_at=timezone.now() - dt.timedelta(days=6, hours=23))
    assert [one["id"] for one in son.get("/approvals")["broke_glass"]] == [told["id"]]
    Draft.objects.update(submitted_at=timezone.now() - dt.timedelta(days=7))
    assert son.get("/approvals")["broke_glass"] == []
    assert son.get(f"/approvals/{told['id']}", 404)["code"] == "not_found"


def test_another_record_of_the_author_is_not_told(cast: Cast) -> None:
    PersonLink.objects.create(one=cast.ha, other=cast.hanh, how="confirmed")
    told = broken(cast)
    assert cast.ha.pk not in told_by_push(told)
    assert Desk(cast, cast.ha).get("/approvals")["broke_glass"] == []


def test_what_can_wait_ten_seconds_does(cast: Cast) -> None:
    son = Desk(cast, cast.son)
    told = son.break_glass(son.keep(cast.so))
    assert (told["state"], told["why"]) == ("leaving", ["schools"])
    back = son.undo(told)
    assert back["broke_glass_reason"] == ""
    pass_time(told)
    assert not Broadcast.objects.exists()
    # It was said, and stays said.
    assert AuditLine.objects.filter(act="draft.break_glass").count() == 1
    son.break_glass(back)
    pass_time(told)
    assert only_notice().receipts.count() == told["people"]


def test_while_it_waits_for_the_second_person_too(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    waiting = son.send(cast.so, urgency="hoa_toc")
    told = son.break_glass(waiting, people=waiting["people"])
    assert told["state"] == "left"
    assert ha.get("/approvals")["approvals"] == []
    assert ha.approve(waiting, status=409)["code"] == "not_waiting"
    assert son.break_glass(waiting, people=waiting["people"]) == told
    assert Broadcast.objects.count() == 1


def test_what_was_approved_needs_no_glass_broken(cast: Cast) -> None:
    son = Desk(cast, cast.son)
    waiting = son.send(cast.so)
    Desk(cast, cast.ha).approve(waiting)
    refusal = son.break_glass(waiting, people=waiting["people"], status=409)
    assert (refusal["code"], refusal["facts"]["state"]) == ("on_its_way", "leaving")


@pytest.mark.parametrize(
    ("reason", "code"),
    [("Gấp lắm rồi", "reason_too_short"), ("x" + " " * 30, "reason_too_short"), ("x" * 501, "too_long")],
)
def test_it_takes_a_reason(cast: Cast, reason: str, code: str) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.keep(cast.school, urgency="hoa_toc")
    refusal = hanh.break_glass(told, reason=reason, status=400)
    assert (refusal["code"], refusal["facts"]["field"]) == (code, "reason")
    assert hanh.now(told) == told


def test_who_has_no_glass_to_break(cast: Cast) -> None:
    lan = Desk(cast, cast.lan)
    money = lan.keep(cast.class_7a, body="Chuyển khoản quỹ lớp cho cô.")
    assert lan.break_glass(money, status=403)["code"] == "not_allowed"
    hanh = Desk(cast, cast.hanh)
    assert hanh.break_glass(hanh.keep(cast.school), status=409)["code"] == "no_second_person_wanted"
    urgent = hanh.keep(cast.school, urgency="hoa_toc")
    people = hanh.people(urgent)
    without = Desk(cast, cast.hanh, has_second_factor=False)
    assert without.break_glass(urgent, people=people, status=403)["code"] == "second_factor_missing"
    assert hanh.break_glass(urgent, people=people + 1, status=409)["code"] == "audience_changed"
    assert hanh.break_glass(urgent | {"version": 2}, people=people, status=409)["code"] == "changed_elsewhere"
    assert not Broadcast.objects.exists()
    assert not AuditLine.objects.filter(act="draft.break_glass").exists()
