"""A notice that has left is corrected, replaced or recalled: to exactly those who had it, and by nobody who may not."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from broadcasts import actions, selectors
from broadcasts.correcting.errors import Superseded
from broadcasts.drafts import departing
from broadcasts.files.policy import may_open
from broadcasts.models import Acknowledgement, Broadcast, Contact, Draft
from broadcasts.tap import Tap
from delivery.models import Dispatch
from registry.models import AuditLine, Enrolment, GuardianLink, Person, Role
from tests.broadcasts.correcting.desk import begin, correct, write
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.writing import publish
from tests.cast import Cast

HOW = ("dinh_chinh", "thay_the", "thu_hoi")


def held(broadcast: Broadcast) -> set[tuple[int, int | None, int, int | None]]:
    """Who has it for whom, and where that is counted."""
    rows = broadcast.acknowledgements.values_list("person", "student", "unit", "school_class")
    return {(person, student, unit, school_class) for person, student, unit, school_class in rows}


def people(broadcast: Broadcast) -> set[int]:
    return set(broadcast.receipts.values_list("person", flat=True))


@pytest.mark.parametrize("how", HOW)
def test_it_goes_to_exactly_those_who_had_the_first_whoever_they_are_today(cast: Cast, how: str) -> None:
    sent = publish(cast.hanh, cast.school)
    # Since then one family has come, a pupil has changed class, a colleague has left and a guardian was parted from a child.
    Enrolment.objects.filter(person=cast.binh).update(school_class=cast.class_6b)
    Role.objects.filter(person=cast.minh).update(status="tobedeleted")
    GuardianLink.objects.filter(student=cast.chi).update(state="blocked")
    GuardianLink.objects.create(source=cast.source, guardian=cast.van, student=cast.an, state="active")
    hanh = Desk(cast, cast.hanh)
    draft = begin(hanh, sent, how)
    assert hanh.people(write(hanh, draft, body="Lý do: sai ngày.")) == len(people(sent))
    told = correct(hanh, sent, how)
    assert (people(told), held(told)) == (people(sent), held(sent))
    assert not Acknowledgement.objects.filter(broadcast=told, acknowledged_at__isnull=False).exists()
    assert (told.corrects, told.correction_how, told.version, told.first) == (sent, how, 2, sent)


def test_rights_of_today_decide_who_reads_it(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    GuardianLink.objects.filter(guardian=cast.dung).update(state="blocked")
    told = correct(Desk(cast, cast.hanh), sent)
    assert cast.dung.pk in people(told)
    Desk(cast, cast.dung).get(f"/{told.pk}", 404)
    assert Desk(cast, cast.hoa).get(f"/{told.pk}")["body"] == "Sửa lại: nghỉ từ thứ Năm."
    Desk(cast, cast.van).get(f"/{told.pk}", 404)


def test_the_old_one_links_to_what_holds_and_can_no_longer_be_confirmed(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    hoa = Desk(cast, cast.hoa)
    assert hoa.get("")["broadcasts"][0]["superseded"] is None
    told = correct(Desk(cast, cast.hanh), sent)
    new, old = hoa.get("")["broadcasts"]
    assert (new["id"], new["corrects"], new["version"]) == (told.pk, {"id": sent.pk, "how": "dinh_chinh"}, 2)
    assert (old["id"], old["superseded"]["by"], old["superseded"]["how"]) == (sent.pk, told.pk, "dinh_chinh")
    assert old["body"] == sent.body
    refused = hoa.post(f"/{sent.pk}/acknowledge", {"students": [cast.an.pk]}, status=409)
    assert (refused["code"], refused["facts"]["by"], refused["facts"]["how"]) == ("superseded", told.pk, "dinh_chinh")
    assert refused["detail"].startswith("Thông báo này không còn hiệu lực")
    assert hoa.post(f"/{told.pk}/acknowledge", {"students": [cast.an.pk]})["for"][0]["acknowledged_at"]


def test_what_is_recalled_keeps_its_title_for_its_readers_and_its_text_for_its_senders(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    hoa, hanh = Desk(cast, cast.hoa), Desk(cast, cast.hanh)
    hoa.get("")
    told = correct(hanh, sent, "thu_hoi", body="Ban hành nhầm.")
    old = hoa.get(f"/{sent.pk}")
    assert (old["title"], old["body"], old["files"]) == (sent.title, "", [])
    assert hoa.get(f"/{told.pk}")["body"] == "Ban hành nhầm."
    assert Desk(cast, cast.phuc).get(f"/{sent.pk}")["body"] == sent.body
    seen = hanh.get(f"/{sent.pk}")
    assert (seen["body"], seen["may_correct"]) == (sent.body, False)
    # A recall is the end of the row.
    assert begin(hanh, told, status=409)["code"] == "already_corrected"


def test_who_had_not_received_it_yet_has_the_new_one_alone(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, urgency="khan", roles=["guardians"])
    Desk(cast, cast.hoa).get("")
    told = correct(Desk(cast, cast.hanh), sent)
    assert [one["id"] for one in Desk(cast, cast.hoa).get("")["broadcasts"]] == [told.pk, sent.pk]
    assert [one["id"] for one in Desk(cast, cast.dung).get("")["broadcasts"]] == [told.pk]
    Desk(cast, cast.dung).get(f"/{sent.pk}", 404)
    assert not Dispatch.objects.filter(source="broadcast", subject=sent.pk, done_at=None).exists()
    rungs = list(sent.rungs.values_list("pk", flat=True))
    assert rungs
    assert not Dispatch.objects.filter(source="rung", subject__in=rungs, done_at=None).exists()
    assert Dispatch.objects.filter(source="broadcast", subject=told.pk, done_at=None).exists()


def test_an_answer_given_before_without_a_line_keeps_its_time_and_counts_nothing(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    Desk(cast, cast.hoa).get("")
    before = timezone.now()
    told = correct(Desk(cast, cast.hanh), sent)
    actions.acknowledge(cast.hoa, sent.pk, students=[cast.an.pk], tap=Tap(before))
    kept = Acknowledgement.objects.get(broadcast=sent, person=cast.hoa, student=cast.an)
    assert kept.acknowledged_at == before
    assert not told.acknowledgements.filter(acknowledged_at__isnull=False).exists()
    with pytest.raises(Superseded):
        actions.acknowledge(
            cast.hoa, sent.pk, students=[cast.chi.pk], tap=Tap(timezone.now() + dt.timedelta(minutes=1))
        )


def test_a_correction_of_a_correction_and_the_newest_holds(cast: Cast) -> None:
    first = publish(cast.hanh, cast.school, roles=["guardians"])
    hanh, hoa = Desk(cast, cast.hanh), Desk(cast, cast.hoa)
    hoa.get("")
    second = correct(hanh, first)
    hoa.get("")
    third = correct(hanh, second, "thay_the", body="Nghỉ cả tuần.")
    assert (third.version, third.first) == (3, first)
    told = {one["id"]: one for one in hoa.get("")["broadcasts"]}
    assert {pk: one["superseded"] and one["superseded"]["by"] for pk, one in told.items()} == {
        third.pk: None, second.pk: third.pk, first.pk: third.pk,
    }  # fmt: skip
    refused = begin(hanh, first, status=409)
    assert (refused["code"], refused["facts"]["by"]) == ("already_corrected", third.pk)
    assert selectors.unread(cast.hoa) == 1


def test_of_two_corrections_one_wins_and_the_other_is_told_which(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    hanh, phuc = Desk(cast, cast.hanh), Desk(cast, cast.phuc)
    slower = write(phuc, begin(phuc, sent), body="Bản của xã.")
    people_ = phuc.people(slower)
    told = correct(hanh, sent)
    refused = phuc.submit(slower, people=people_, status=409)
    assert (refused["code"], refused["facts"]["by"]) == ("already_corrected", told.pk)
    assert Broadcast.objects.filter(corrects=sent).count() == 1


def test_who_may_correct_and_who_may_not(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school)
    allowed = {"hanh", "thu", "phuc", "son", "ha"}
    for name, person in cast.people().items():
        desk = Desk(cast, person)
        if name in allowed:
            assert desk.get(f"/{sent.pk}")["may_correct"]
            begin(desk, sent)
        else:
            # Who has it and no say in it, and who has not even that: nobody learns which.
            assert begin(desk, sent, status=404)["code"] == "not_found"
    of_class = publish(cast.lan, cast.class_7a)
    for name, status in (("lan", 201), ("hanh", 201), ("minh", 403), ("thu", 404), ("phuc", 404), ("hoa", 404)):
        begin(Desk(cast, cast.people()[name]), of_class, status=status)
    assert not Draft.objects.filter(author=cast.hoa).exists()
    # Who teaches there no more corrects nothing there.
    Enrolment.objects.filter(person=cast.lan).update(status="tobedeleted")
    assert begin(Desk(cast, cast.lan), of_class, "thu_hoi", status=403)["code"] == "not_allowed"


def test_an_org_above_corrects_in_its_own_name(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    told = correct(Desk(cast, cast.phuc), sent, "thu_hoi")
    assert (told.issuer, told.is_official, people(told)) == (cast.dong_sen, True, people(sent))


def test_it_is_at_least_as_urgent_and_nothing_else_is_chosen(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, urgency="khan", roles=["guardians"])
    hanh = Desk(cast, cast.hanh)
    draft = begin(hanh, sent)
    weaker = write(hanh, draft, urgency="thuong")
    refused = hanh.submit(weaker, people=2, status=400)
    assert (refused["code"], refused["facts"]["least"]) == ("correction_too_weak", "khan")
    for field, value in (
        ("audience", {"org": cast.so.pk}),
        ("roles", ["staff"]),
        ("kind", "day_hoc"),
        ("is_exercise", True),
        ("wants_acknowledgement", False),
        ("leaves_at", (timezone.now() + dt.timedelta(hours=1)).isoformat()),
    ):
        refused = hanh.post("/preview", draft["content"] | {field: value}, status=400)
        assert (refused["code"], refused["facts"]["field"]) == ("bad_input", field)
    recall = begin(hanh, sent, "thu_hoi")
    assert hanh.submit(recall, people=2, status=400)["code"] == "empty"
    refused = hanh.post("/preview", recall["content"] | {"body": "Nhầm.", "title": "Khác"}, status=400)
    assert refused["facts"]["field"] == "title"


def test_what_needed_a_second_person_needs_one_again(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    first = son.submit(son.keep(cast.school, body="Nộp học phí bằng chuyển khoản.", roles=["guardians"]))
    ha.approve(first)
    Draft.objects.filter(pk=first["id"]).update(leaves_at=timezone.now())
    sent = _left(first)
    draft = write(son, begin(son, sent), body="Thầy cô không thu gì cả.")
    told = son.submit(draft)
    assert (told["state"], told["why"]) == ("submitted", ["corrects"])
    ha.approve(told)
    assert _left(told).approved_by == cast.ha


def test_one_tap_again_is_the_same_draft_with_the_words_of_the_first(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, number=12, symbol="THCS-VP", roles=["guardians"])
    hanh = Desk(cast, cast.hanh)
    draft = begin(hanh, sent)
    assert (draft["content"]["title"], draft["content"]["body"]) == (sent.title, sent.body)
    assert begin(hanh, sent, status=200)["id"] == draft["id"]
    assert begin(hanh, sent, "thu_hoi")["id"] != draft["id"]
    # It bears the number of what it takes the place of, and that is no second document of that number.
    assert hanh.post("/preview", draft["content"])["duplicate"] is None
    name = {"client_broadcast_id": draft["client_broadcast_id"], "how": "thay_the"}
    assert hanh.post(f"/{publish(cast.hanh, cast.school).pk}/correct", name, status=409)["code"] == "name_taken"


def test_files_go_with_it_and_are_shut_when_it_is_recalled(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    _attach(sent, cast.hanh)
    hanh = Desk(cast, cast.phuc)
    draft = begin(hanh, sent)
    assert [one["name"] for one in draft["files"]] == ["lịch.pdf"]
    told = correct(hanh, sent)
    assert told.attachments.get().sha256 == sent.attachments.get().sha256
    recall = correct(hanh, told, "thu_hoi")
    assert recall.attachments.count() == 0
    assert not may_open(cast.hoa, told.attachments.get())
    assert may_open(cast.hanh, told.attachments.get())


def test_who_calls_sees_who_was_told_the_old_one_by_hand(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.class_7a, roles=["guardians"])
    Contact.objects.create(
        broadcast=sent, subject=cast.an, unit=cast.school, channel="slip", at=timezone.now(), by=cast.lan,
        client_contact_id=uuid.uuid4(), content_digest=b"",
    )  # fmt: skip
    told = correct(Desk(cast, cast.hanh), sent)
    lan = Desk(cast, cast.lan)
    subjects = {one["student"]["id"]: one for one in lan.get(f"/{told.pk}/reach/subjects")["subjects"]}
    assert [one["channel"] for one in subjects[cast.an.pk]["told_before"]] == ["slip"]
    assert (subjects[cast.an.pk]["state"], subjects[cast.an.pk]["is_reached"]) == ("waiting", False)
    assert subjects[cast.binh.pk]["told_before"] == []
    # A slip in the bag is the old text at home: it stays to be seen as struck through.
    assert [one["id"] for one in Desk(cast, cast.hoa).get("")["broadcasts"]] == [told.pk, sent.pk]


def test_the_audit_trail_says_which_by_which(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school)
    hanh = Desk(cast, cast.hanh)
    told = correct(hanh, sent)
    recall = correct(hanh, told, "thu_hoi", body="Ban hành nhầm.")
    lines = {line.act: line for line in AuditLine.objects.filter(act__in=["broadcast.correct", "broadcast.recall"])}
    assert lines["broadcast.correct"].subject == f"broadcast:{told.pk}"
    assert lines["broadcast.correct"].details["corrects"] == sent.pk
    assert lines["broadcast.recall"].details["corrects"] == told.pk
    assert "nhầm" not in str(lines["broadcast.recall"].details)
    assert recall.title == sent.title


def test_a_refused_correction_changes_nothing(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    hanh = Desk(cast, cast.hanh)
    draft = write(hanh, begin(hanh, sent), body="Sửa")
    assert hanh.submit(draft, people=1, status=409)["code"] == "audience_changed"
    assert Broadcast.objects.get() == sent
    sent.refresh_from_db()
    assert (sent.superseded_by, sent.ends_at) == (None, None)


def _left(told: Any) -> Broadcast:
    Draft.objects.filter(pk=told["id"], state="leaving").update(leaves_at=timezone.now() - dt.timedelta(seconds=1))
    departing.look()
    return Broadcast.objects.get(draft=told["id"])


def _attach(sent: Broadcast, owner: Person) -> None:
    sent.attachments.create(owner=owner, name="lịch.pdf", media_type="application/pdf", size=10, sha256="a" * 64)
