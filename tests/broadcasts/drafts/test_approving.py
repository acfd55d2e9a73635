"""Two people: the second decides about exactly what the first wrote, somewhere else, and in time."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts.drafts import shapes
from broadcasts.models import Broadcast, Draft
from registry.models import AuditLine, Person, PersonLink, Role
from tests.assured import assure
from tests.broadcasts.drafts.desk import Desk, in_the_past, only_notice, pass_time
from tests.broadcasts.drafts.test_submitting import in_hours
from tests.cast import Cast

MONEY = {"body": "Nộp tiền vào số tài khoản 0123 4567 8901 234."}


def waits(cast: Cast, **different: Any) -> Any:
    """A draft by Sơn to the whole province, submitted."""
    return Desk(cast, cast.son).send(cast.so, **different)


def test_more_than_one_school_wants_a_second_person(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    told = son.send(cast.so)
    assert (told["state"], told["why"], told["needs_approval"]) == ("submitted", ["schools"], True)
    assert told["decide_by"]
    assert told["leaves_at"] is None
    assert not Broadcast.objects.exists()

    (listed,) = ha.get("/approvals")["approvals"]
    assert listed.keys() == shapes.Approval.__annotations__.keys()
    assert (listed["id"], listed["author"]["name"], listed["reach"]) == (told["id"], cast.son.name, None)
    seen = ha.get(f"/approvals/{told['id']}")
    assert seen["content"] == told["content"]
    assert seen["reach"]["people"] == told["people"]
    assert seen["reach"] == son.post("/preview", told["content"])

    approved = ha.approve(seen)
    assert (approved["state"], approved["decided_by"]) == ("leaving", {"name": cast.ha.name})
    assert ha.get("/approvals")["approvals"] == []
    pass_time(told)
    notice = only_notice()
    assert (notice.approved_by, notice.approver_name) == (cast.ha, cast.ha.name)
    assert notice.receipts.count() == told["people"]
    assert (notice.title, notice.body) == (told["content"]["title"], told["content"]["body"])
    acts = list(AuditLine.objects.order_by("pk").values_list("act", "actor__name"))
    assert acts[-3:] == [
        ("draft.submit", cast.son.name), ("draft.approve", cast.ha.name), ("broadcast.publish", cast.son.name),
    ]  # fmt: skip


@pytest.mark.parametrize("urgency", ["thuong_khan", "hoa_toc"])
def test_what_is_very_urgent_leaves_with_the_approval(cast: Cast, urgency: str) -> None:
    told = Desk(cast, cast.phuc).send(cast.school, urgency=urgency)
    assert told["why"] == ["urgency"]
    approved = Desk(cast, cast.son).approve(told)
    assert (approved["state"], approved["broadcast"]) == ("left", only_notice().pk)
    assert only_notice().receipts.count() == told["people"]


def test_a_drill_of_the_most_urgent_kind_waits_for_its_hour(cast: Cast) -> None:
    told = Desk(cast, cast.phuc).send(cast.school, urgency="hoa_toc", is_exercise=True, leaves_at=in_hours(2))
    assert Desk(cast, cast.son).approve(told)["state"] == "leaving"
    pass_time(told)
    assert only_notice().is_exercise


def test_money_wants_the_head_also_for_a_class(cast: Cast) -> None:
    told = Desk(cast, cast.lan, has_second_factor=False).send(cast.class_7a, **MONEY)
    assert (told["state"], told["why"]) == ("submitted", ["money"])
    assert [one["id"] for one in Desk(cast, cast.thu).get("/approvals")["approvals"]] == [told["id"]]
    Desk(cast, cast.hanh).approve(told)
    pass_time(told)
    assert only_notice().approved_by == cast.hanh


def test_who_may_decide(cast: Cast) -> None:
    """For a notice in the school's name: who speaks for it, or for an org above; nobody else learns that there is one."""
    head_elsewhere(cast, cast.quang)
    told = Desk(cast, cast.hanh).send(cast.school, urgency="thuong_khan")
    may = {"thu", "phuc", "son", "ha"}
    for name, person in cast.people().items():
        if name == "hanh":
            continue
        desk = Desk(cast, person)
        waiting = [one["id"] for one in desk.get("/approvals")["approvals"]]
        assert waiting == ([told["id"]] if name in may else []), name
        if name not in may:
            assert desk.get(f"/approvals/{told['id']}", 404)["code"] == "not_found"
            assert desk.approve(told, status=404)["code"] == "not_found"
            assert desk.decline(told, status=404)["code"] == "not_found"
    assert not Broadcast.objects.exists()


def test_nobody_decides_about_their_own(cast: Cast) -> None:
    told = waits(cast)
    son = Desk(cast, cast.son, browser="another")
    assert son.get("/approvals")["approvals"] == []
    assert son.get(f"/approvals/{told['id']}", 404)["code"] == "not_found"
    for refusal in (son.approve(told, status=403), son.decline(told, status=403)):
        assert refusal["code"] == "own_notice"


def test_another_record_of_the_same_human_is_the_same_human(cast: Cast) -> None:
    """Also over a third record, whichever way round the links were written."""
    PersonLink.objects.create(one=cast.thu, other=cast.son, how="confirmed")
    PersonLink.objects.create(one=cast.thu, other=cast.ha, how="confirmed")
    told = waits(cast)
    ha = Desk(cast, cast.ha)
    assert ha.get("/approvals")["approvals"] == []
    assert ha.approve(told, status=403)["code"] == "own_notice"
    assert not Broadcast.objects.exists()


def test_the_second_person_has_another_browser(cast: Cast) -> None:
    told = Desk(cast, cast.son, browser="office").send(cast.so)
    for browser in ("office", ""):
        ha = Desk(cast, cast.ha)
        assure(ha.client, browser=browser)
        assert ha.approve(told, status=403)["code"] == "same_browser"
    # To send it back is no danger.
    Desk(cast, cast.ha, browser="office").decline(told)


def test_the_second_person_shows_a_second_factor(cast: Cast) -> None:
    told = waits(cast)
    assert Desk(cast, cast.ha, has_second_factor=False).approve(told, status=403)["code"] == "second_factor_missing"
    assert Desk(cast, cast.ha, minutes_ago=5).approve(told, status=403)["code"] == "confirm_again"
    assert Draft.objects.get().state == "submitted"


def test_the_second_person_decides_about_what_they_saw(cast: Cast) -> None:
    told, ha = waits(cast), Desk(cast, cast.ha)
    for urgency in ("thuong", "hoa_toc"):
        told = waits(cast, urgency=urgency)
        other_version = ha.approve(told | {"version": told["version"] + 1}, status=409)
        assert (other_version["code"], other_version["facts"]["version"]) == ("changed_elsewhere", told["version"])
        refusal = ha.approve(told, people=told["people"] + 1, status=409)
        assert (refusal["code"], refusal["facts"]["people"]) == ("audience_changed", told["people"])
        assert ha.get(f"/approvals/{told['id']}")["state"] == "submitted"
    assert not Broadcast.objects.exists()


@pytest.mark.parametrize("urgency", ["thuong", "hoa_toc"])
def test_who_came_since_is_counted_by_the_second_person(cast: Cast, urgency: str) -> None:
    told, ha = waits(cast, urgency=urgency, roles=["guardians", "staff"]), Desk(cast, cast.ha)
    head_elsewhere(cast, cast.quang)
    refusal = ha.approve(told, status=409)
    assert (refusal["code"], refusal["facts"]["people"]) == ("audience_changed", told["people"] + 1)
    seen = ha.get(f"/approvals/{told['id']}")
    assert seen["reach"]["people"] == told["people"] + 1
    ha.approve(seen, people=seen["reach"]["people"])
    pass_time(told)
    assert only_notice().receipts.count() == told["people"] + 1


def test_after_its_time_nobody_decides(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    told, other = son.send(cast.so), son.send(cast.so)
    in_the_past(told)
    assert [one["id"] for one in ha.get("/approvals")["approvals"]] == [other["id"]]
    assert ha.approve(told, status=409)["code"] == "too_late"
    assert ha.approve(told, status=409)["code"] == "not_waiting"
    # And the server sends back by itself what nobody touched.
    pass_time(other)
    for one in (told, other):
        assert (son.now(one)["state"], son.now(one)["problem"]) == ("returned", "too_late")
    assert not Broadcast.objects.exists()


def test_what_was_set_for_an_hour_is_decided_before_it(cast: Cast) -> None:
    at = in_hours(1)
    told = waits(cast, leaves_at=at)
    assert told["decide_by"] == told["content"]["leaves_at"][:19] + "Z"


def test_declined_it_comes_back_with_the_reason_and_may_be_sent_again(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    told = son.send(cast.so)
    declined = ha.decline(told, " Sai ngày. ")
    assert declined["state"] == "returned"
    assert ha.decline(told)["decision_reason"] == "Sai ngày."
    back = son.now(told)
    assert (back["decision_reason"], back["decided_by"]) == ("Sai ngày.", {"name": cast.ha.name})
    assert (back["state"], back["problem"], back["people"], back["why"]) == ("returned", "", None, [])
    assert son.submit(told, status=409)["code"] == "changed_elsewhere"
    mended = son.put(
        f"/drafts/{told['id']}", {"version": back["version"], "content": back["content"] | {"title": "Nghỉ học thứ Tư"}}
    )
    again = son.submit(mended)
    assert (again["state"], again["decision_reason"], again["decided_by"]) == ("submitted", "", None)
    # What was let go is this text and not the first one.
    assert ha.approve(told, status=409)["code"] == "changed_elsewhere"
    ha.approve(again)
    pass_time(told)
    assert only_notice().title == "Nghỉ học thứ Tư"


def test_a_decision_needs_a_reason_to_say_no(cast: Cast) -> None:
    told, ha = waits(cast), Desk(cast, cast.ha)
    assert ha.decline(told, " \n ", status=400)["code"] == "empty"
    assert ha.decline(told, "x" * 501, status=400)["code"] == "too_long"


def test_the_same_decision_again_gives_the_same_answer_and_another_comes_too_late(cast: Cast) -> None:
    told = Desk(cast, cast.hanh).send(cast.school, urgency="hoa_toc")
    ha, son = Desk(cast, cast.ha), Desk(cast, cast.son)
    first = ha.approve(told)
    assert ha.approve(told) == first
    assert ha.get(f"/approvals/{told['id']}")["state"] == "left"
    for refusal in (son.approve(told, status=409), son.decline(told, status=409), ha.decline(told, status=409)):
        assert (refusal["code"], refusal["facts"]["state"]) == ("not_waiting", "left")
    assert Broadcast.objects.count() == 1


def test_taken_back_while_it_waits_it_is_nobodys_to_decide(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    told = son.send(cast.so)
    son.undo(told)
    assert ha.get("/approvals")["approvals"] == []
    assert ha.get(f"/approvals/{told['id']}", 404)["code"] == "not_found"
    refusal = ha.approve(told, status=409)
    assert (refusal["code"], refusal["facts"]["state"]) == ("not_waiting", "writing")


def test_an_approval_ends_with_undo(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    told = son.send(cast.so)
    ha.approve(told)
    back = son.undo(told)
    assert (back["state"], back["decided_by"]) == ("writing", None)
    assert son.submit(back)["state"] == "submitted"
    pass_time(told)
    assert not Broadcast.objects.exists()


@pytest.mark.parametrize("urgency", ["thuong", "hoa_toc"])
def test_what_its_author_may_not_send_any_more_goes_back(cast: Cast, urgency: str) -> None:
    told = Desk(cast, cast.hanh).send(cast.school, urgency=urgency, **MONEY)
    Role.objects.filter(person=cast.hanh).update(role="teacher")
    ha = Desk(cast, cast.ha)
    assert ha.get(f"/approvals/{told['id']}")["reach"] is None
    refusal = ha.approve(told, status=409)
    assert (refusal["code"], refusal["facts"]["problem"]) == ("returned_to_author", "not_your_audience")
    back = Desk(cast, cast.hanh).now(told)
    assert (back["state"], back["problem"]) == ("returned", "not_your_audience")
    assert not Broadcast.objects.exists()


def test_whose_seat_moved_speaks_in_another_name_and_says_so_first(cast: Cast) -> None:
    told = Desk(cast, cast.son).send(cast.dong_sen, urgency="hoa_toc")
    Role.objects.create(
        source=cast.source, sourced_id="nearer", person=cast.son, org=cast.dong_sen, role="districtAdministrator"
    )
    refusal = Desk(cast, cast.ha).approve(told, status=409)
    assert refusal["facts"]["problem"] == "issuer_changed"


def test_the_list_takes_as_many_statements_for_ten_as_for_one(cast: Cast) -> None:
    ha = Desk(cast, cast.ha)

    def statements(waiting: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(ha.get("/approvals")["approvals"]) == waiting
        return len(captured)

    waits(cast)
    ha.get("/approvals")
    few = statements(1)
    for _n in range(9):
        waits(cast)
    assert statements(10) == few <= 10


def test_me_says_how_many_wait(cast: Cast) -> None:
    waits(cast)
    Desk(cast, cast.hanh).send(cast.school, urgency="hoa_toc")

    def waiting(person: Person) -> int:
        return int(Desk(cast, person).client.get("/api/me").json()["approvals_waiting"])

    told = {name: waiting(person) for name, person in cast.people().items()}
    assert {name: count for name, count in told.items() if count} == {"ha": 2, "son": 1, "phuc": 1, "thu": 1}


def head_elsewhere(cast: Cast, person: Person) -> None:
    """The outsider heads the other school."""
    Role.objects.create(
        source=cast.source, sourced_id="head-elsewhere", person=person, org=cast.other_school, role="principal"
    )
