"""Sending a draft off: what is asked, in which order, and what becomes of it."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from broadcasts.drafts import departing
from broadcasts.models import Broadcast, Draft
from registry.models import AuditLine, Enrolment, GuardianLink, Person, Role
from tests.assured import assure
from tests.broadcasts.drafts.desk import Desk, in_the_past, only_notice, pass_time
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast


def in_hours(hours: float) -> str:
    """So many hours from now, as clients write it."""
    return (timezone.now() + dt.timedelta(hours=hours)).isoformat()


def test_a_notice_to_one_school_leaves_after_the_seconds_of_undo(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    before = timezone.now()
    told = hanh.send(cast.school)
    assert (told["state"], told["why"], told["needs_approval"]) == ("leaving", [], False)
    assert told["issuer"] == {"name": cast.school.name, "is_official": True}
    leaves_at = Draft.objects.get().leaves_at
    assert leaves_at
    assert before + dt.timedelta(seconds=10) <= leaves_at <= timezone.now() + dt.timedelta(seconds=10)
    departing.look()
    assert not Broadcast.objects.exists()
    pass_time(told)
    left = hanh.now(told)
    assert (left["state"], left["broadcast"]) == ("left", only_notice().pk)
    assert only_notice().receipts.count() == told["people"]
    assert hanh.get("/drafts")["drafts"] == []
    departing.look()
    assert Broadcast.objects.count() == 1


def test_undone_it_never_leaves(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school)
    back = hanh.undo(told)
    assert (back["state"], back["leaves_at"], back["people"], back["why"]) == ("writing", None, None, [])
    assert back["content"]["title"] == told["content"]["title"]
    assert hanh.undo(told) == back
    pass_time(told)
    assert not Broadcast.objects.exists()
    # A retry of the first order that was under way all the time does not send it after all.
    refusal = hanh.submit(told, status=409)
    assert (refusal["code"], refusal["facts"]["version"]) == ("changed_elsewhere", told["version"] + 1)
    hanh.submit(back)
    pass_time(told)
    assert only_notice().receipts.count() == told["people"]


def test_what_has_left_is_not_undone(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school)
    pass_time(told)
    assert hanh.undo(told, status=409)["code"] == "already_left"


def test_the_same_order_again_gives_the_same_answer(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    kept = hanh.keep(cast.school)
    told = hanh.submit(kept)
    assert hanh.submit(kept) == told
    pass_time(told)
    left = hanh.submit(kept)
    assert (left["state"], left["broadcast"]) == ("left", only_notice().pk)
    assert AuditLine.objects.filter(act="draft.submit").count() == 1


def test_what_is_on_its_way_is_not_changed(cast: Cast) -> None:
    hanh, son = Desk(cast, cast.hanh), Desk(cast, cast.son)
    for desk, told in ((hanh, hanh.send(cast.school)), (son, son.send(cast.so))):
        path = f"/drafts/{told['id']}"
        for answer in (
            desk.put(path, {"version": told["version"], "content": {}}, status=409),
            desk.delete(path, status=409),
        ):
            assert (answer["code"], answer["facts"]["state"]) == ("on_its_way", told["state"])
        assert desk.now(told) == told


def test_the_text_is_cleaned_when_it_is_sent_off_and_stays_so(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(
        cast.school, title="Nghi\u0309 \n ho\u0323c\u202e", body="  Kính gửi\r\nquý vị ", symbol=" SGDĐT\t-VP "
    )
    assert told["content"]["title"] == "Nghỉ học"
    assert told["content"]["body"] == "Kính gửi\nquý vị"
    pass_time(told)
    assert (only_notice().title, only_notice().body, only_notice().symbol) == (
        "Nghỉ học",
        "Kính gửi\nquý vị",
        "SGDĐT -VP",
    )


WRONG: dict[str, dict[str, Any]] = {
    # Each with everything that is asked after it wrong, too.
    "not_your_audience": {"who": "quang"},
    "not_your_urgency": {"who": "lan", "to": "class_7a", "urgency": "khan"},
    "empty": {},
    "time_not_possible": {"title": "Họp"},
    "second_factor_missing": {"title": "Họp", "leaves_at": None},
    "confirm_again": {"title": "Họp", "leaves_at": None, "factor": True},
    "duplicate_document": {"title": "Họp", "leaves_at": None, "factor": True, "minutes": 4},
    "audience_changed": {"title": "Họp", "leaves_at": None, "factor": True, "minutes": 4, "meant": True},
}


@pytest.mark.parametrize("code", WRONG)
def test_refusals_come_in_a_fixed_order(cast: Cast, code: str) -> None:
    wrong = {"who": "hanh", "to": "school", "urgency": "thuong", "title": "", "leaves_at": in_hours(-1)}
    wrong |= {"factor": False, "minutes": 6, "meant": False} | WRONG[code]
    publish(cast.hanh, cast.school, number=12, symbol="TB-THCS", issued_on="2026-03-01")
    desk = Desk(cast, cast.people()[wrong["who"]], has_second_factor=wrong["factor"], minutes_ago=wrong["minutes"])
    content = draft(
        getattr(cast, wrong["to"]), urgency=wrong["urgency"], title=wrong["title"], leaves_at=wrong["leaves_at"]
    )
    told = desk.keep_raw(content | {"number": 12, "symbol": "tb-thcs", "issued_on": "2026-09-30"})
    said = {"version": 1, "people": 1, "duplicate_is_meant": wrong["meant"]}
    answer = desk.client.post(f"/api/broadcasts/drafts/{told['id']}/submit", said, content_type="application/json")
    assert answer.json()["code"] == code, answer.json()
    # Nothing has happened, and nothing that was written is lost.
    assert desk.now(told) == told
    assert not AuditLine.objects.filter(act="draft.submit").exists()


def test_an_unfit_draft_is_refused_by_its_field(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    for different, code, field in (
        ({"body": ""}, "empty", "body"),
        ({"title": "x" * 501}, "too_long", "title"),
        ({"symbol": "x" * 61}, "too_long", "symbol"),
        ({"signer_name": "x" * 201}, "too_long", "signer_name"),
        ({"roles": []}, "bad_input", "roles"),
        ({"audience": {"org": cast.school.pk, "class": cast.class_7a.pk}}, "bad_input", "audience"),
        ({"number": 0}, "bad_input", "number"),
        ({"issued_on": "28/5/2021"}, "bad_input", "issued_on"),
        ({"leaves_at": "2099-01-01T00:00:00"}, "bad_input", "leaves_at"),
        ({"leaves_at": in_hours(-0.01)}, "time_not_possible", "leaves_at"),
        ({"leaves_at": in_hours(24 * 366)}, "time_not_possible", "leaves_at"),
        ({"acknowledge_by": in_hours(-0.01)}, "time_not_possible", "acknowledge_by"),
        ({"leaves_at": in_hours(5), "acknowledge_by": in_hours(4)}, "time_not_possible", "acknowledge_by"),
        ({"leaves_at": "9999-12-31T23:59:59-14:00"}, "time_not_possible", "leaves_at"),
        ({"attachments": [2**62]}, "not_found", "attachments"),
        ({"surprise": 1}, "bad_input", "surprise"),
    ):
        kept = {"client_broadcast_id": str(uuid.uuid4()), "content": draft(cast.school, **different)}
        answer = hanh.client.post("/api/broadcasts/drafts", kept, content_type="application/json")
        if answer.status_code == 201:
            path = f"/api/broadcasts/drafts/{answer.json()['id']}/submit"
            answer = hanh.client.post(path, {"version": 1, "people": 1}, content_type="application/json")
        assert (answer.json()["code"], answer.json()["facts"]["field"]) == (code, field)


def test_a_teachers_notice_to_the_class_needs_no_second_factor(cast: Cast) -> None:
    lan = Desk(cast, cast.lan, has_second_factor=False, minutes_ago=600)
    told = lan.send(cast.class_7a)
    assert told["issuer"] == {"name": cast.school.name, "is_official": False}
    pass_time(told)
    assert not only_notice().is_official
    # The head of the school speaks in its name, also to a class.
    refusal = Desk(cast, cast.hanh, has_second_factor=False).submit(
        Desk(cast, cast.hanh).keep(cast.class_7a), status=403
    )
    assert refusal["code"] == "second_factor_missing"


def test_who_confirmed_five_minutes_ago_confirms_again_and_goes_on(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh, minutes_ago=5)
    told = hanh.keep(cast.school)
    assert hanh.submit(told, status=403)["code"] == "confirm_again"
    assure(hanh.client, browser="another")
    assert hanh.submit(told)["state"] == "leaving"


def test_the_author_sends_to_as_many_as_they_saw(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.keep(cast.school, roles=["guardians"])
    seen = hanh.people(told)
    becomes_guardian(cast, cast.van)
    refusal = hanh.submit(told, people=seen, status=409)
    assert (refusal["code"], refusal["facts"]) == ("audience_changed", {"people": seen + 1})
    assert f" {seen + 1} " in refusal["detail"]
    assert hanh.submit(told, people=seen + 1)["people"] == seen + 1


def test_who_reaches_nobody_sends_nothing(cast: Cast) -> None:
    Role.objects.filter(person__in=[cast.hanh, cast.thu]).update(status="tobedeleted")
    phuc = Desk(cast, cast.phuc)
    assert phuc.submit(phuc.keep(cast.dong_sen, roles=["staff"]), people=0, status=400)["code"] == "empty_audience"


def test_a_notice_leaves_at_the_hour_for_which_it_was_set(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school, leaves_at=in_hours(48))
    assert told["state"] == "leaving"
    assert [one["leaves_at"] for one in hanh.get("/drafts")["drafts"]] == [told["leaves_at"]]
    departing.look()
    assert not Broadcast.objects.exists()
    # Two days later the school has another guardian: that is why it was set for then and not written then.
    becomes_guardian(cast, cast.van)
    pass_time(told)
    assert only_notice().receipts.count() == told["people"] + 1
    again = hanh.send(cast.school, leaves_at=in_hours(48))
    hanh.undo(again)
    pass_time(again)
    assert Broadcast.objects.count() == 1


def test_what_changed_in_the_last_ten_seconds_brings_it_back(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school)
    becomes_guardian(cast, cast.van)
    pass_time(told)
    back = hanh.now(told)
    assert (back["state"], back["problem"], back["version"]) == ("returned", "audience_changed", told["version"] + 1)
    assert not Broadcast.objects.exists()
    sent = hanh.submit(back)
    assert (sent["state"], sent["problem"], sent["people"]) == ("leaving", "", told["people"] + 1)


def test_who_lost_the_right_meanwhile_sends_nothing(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school, leaves_at=in_hours(48))
    Role.objects.filter(person=cast.hanh).update(role="teacher")
    pass_time(told)
    back = hanh.now(told)
    assert (back["state"], back["problem"]) == ("returned", "not_your_audience")
    assert not Broadcast.objects.exists()


def test_what_grew_beyond_one_school_meanwhile_comes_back_for_a_second_person(cast: Cast) -> None:
    phuc = Desk(cast, cast.phuc)
    told = phuc.send(cast.dong_sen, leaves_at=in_hours(48))
    assert told["why"] == []
    move_below(cast)
    pass_time(told)
    back = phuc.now(told)
    assert (back["state"], back["problem"]) == ("returned", "second_person_wanted")
    assert phuc.submit(back)["state"] == "submitted"


def test_a_document_is_not_sent_twice_unnoticed(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    document = {"number": 688, "symbol": "SGDĐT-VP", "issued_on": "2021-05-28"}
    first = hanh.send(cast.school, **document)
    pass_time(first)
    again = hanh.keep(cast.school, **(document | {"symbol": "sgddt-vp", "issued_on": "2021-12-31"}))
    told = hanh.post("/preview", again["content"])
    assert told["duplicate"] == {"broadcast": only_notice().pk, "issued_on": "2021-05-28"}
    refusal = hanh.submit(again, status=409)
    assert (refusal["code"], refusal["facts"]) == ("duplicate_document", told["duplicate"])
    assert hanh.submit(again, duplicate_is_meant=True)["state"] == "leaving"
    pass_time(again)
    assert Broadcast.objects.count() == 2
    for other in ({"number": 689}, {"symbol": "SGDĐT-GDTrH"}, {"issued_on": "2022-05-28"}, {"is_exercise": True}):
        assert hanh.post("/preview", draft(cast.school, **(document | other)))["duplicate"] is None
    # Of another issuer it is another document.
    assert Desk(cast, cast.phuc).post("/preview", draft(cast.school, **document))["duplicate"] is None


def test_of_two_drafts_of_one_document_only_the_first_leaves(cast: Cast) -> None:
    hanh, thu = Desk(cast, cast.hanh), Desk(cast, cast.thu)
    document = {"number": 7, "symbol": "TB", "issued_on": "2026-09-01"}
    first, second = hanh.send(cast.school, **document), thu.send(cast.school, **document)
    in_the_past(first, seconds=2)
    pass_time(second)
    assert hanh.now(first)["state"] == "left"
    assert (thu.now(second)["state"], thu.now(second)["problem"]) == ("returned", "duplicate_document")


def test_a_document_keeps_its_number_date_and_signer(cast: Cast) -> None:
    hanh, hoa = Desk(cast, cast.hanh), Desk(cast, cast.hoa)
    fields = {"number": 12, "symbol": "12/TB-THCS", "issued_on": "2026-09-01", "signer_name": "Đỗ Thị Hạnh"}
    fields |= {"signer_position": "Hiệu trưởng", "acknowledge_by": "2026-12-01T10:00:00+07:00"}
    fields["acknowledge_by"] = (timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    pass_time(hanh.send(cast.school, **fields))
    told = hoa.get(f"/{only_notice().pk}")
    assert {name: told[name] for name in fields} == fields
    assert {name: hanh.get("/sent")["broadcasts"][0][name] for name in fields} == fields
    # A numbered document that names no day is of the day on which it is issued.
    pass_time(hanh.send(cast.school, number=13))
    newest = hanh.get("/sent")["broadcasts"][0]
    assert newest["issued_on"] == timezone.localdate().isoformat()


def test_the_short_way_is_a_draft_too(cast: Cast) -> None:
    hanh, name = Desk(cast, cast.hanh), uuid.uuid4()
    told = hanh.publish(cast.school, status=202, name=name)
    assert (told["state"], told["client_broadcast_id"]) == ("leaving", str(name))
    assert hanh.publish(cast.school, status=202, name=name) == told
    assert hanh.publish(cast.school, status=409, name=name, title="Khác")["code"] == "name_taken"
    pass_time(told)
    sent = hanh.publish(cast.school, status=200, name=name)
    assert (sent["id"], sent["totals"]["recipients"]) == (only_notice().pk, told["people"])


def test_the_short_way_keeps_nothing_that_it_refuses(cast: Cast) -> None:
    hanh, name = Desk(cast, cast.hanh, minutes_ago=6), uuid.uuid4()
    assert hanh.publish(cast.school, status=403, name=name)["code"] == "confirm_again"
    assert hanh.publish(cast.school, status=400, name=name, title="")["code"] == "empty"
    assert not Draft.objects.exists()
    assure(hanh.client)
    assert hanh.publish(cast.school, status=409, name=name, people=1)["code"] == "audience_changed"
    # A draft of that name that was kept before is what is sent.
    hanh.keep_raw({"title": "N"}, name=name)
    assert hanh.publish(cast.school, status=202, name=name)["state"] == "leaving"
    assert Draft.objects.count() == 1


def test_audit_says_who_did_what_without_words(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school)
    hanh.undo(told)
    lines = list(AuditLine.objects.filter(subject=f"draft:{told['id']}").order_by("pk"))
    assert [(line.act, line.actor) for line in lines] == [("draft.submit", cast.hanh), ("draft.undo", cast.hanh)]
    assert told["content"]["title"] not in str([line.details for line in lines])


def becomes_guardian(cast: Cast, person: Person) -> None:
    """A guardian elsewhere is An's, too."""
    Role.objects.create(source=cast.source, sourced_id="guardian-too", person=person, org=cast.school, role="guardian")
    GuardianLink.objects.create(source=cast.source, guardian=person, student=cast.an, state="active")


def move_below(cast: Cast) -> None:
    """The school of Tân Sơn belongs to Đồng Sen from now on, as a reorganisation has it."""
    from registry.models import OrgClosure

    OrgClosure.objects.create(ancestor=cast.dong_sen, descendant=cast.other_school, depth=1)
    assert Enrolment.objects.filter(school=cast.other_school).exists()
