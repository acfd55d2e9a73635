"""Who sees the ledger of a notice where, and who sees whom by name: every role, at every door, and always the outsider."""

import uuid
from typing import Any

import pytest

from broadcasts.models import Broadcast, Contact
from registry.models import Enrolment, Org, OrgClosure, Person, PersonLink, Role
from tests.broadcasts.ledger.conftest import Ask, Log
from tests.broadcasts.writing import publish
from tests.cast import Cast

OF_THE_CLASS = ("lan", "minh")
OF_THE_SCHOOL = ("hanh", "thu")
ABOVE = ("phuc", "son", "ha")
NOBODY = ("hoa", "dung", "an", "binh", "van", "khanh", "tu", "mai", "quang")


@pytest.fixture
def sent(cast: Cast) -> Broadcast:
    """A notice of the commune to all households and staff of the small school; 6B has none of it."""
    return publish(cast.phuc, cast.dong_sen, audience={"org": cast.dong_sen.pk, "classes": [cast.class_7a.pk]})


def doors(cast: Cast, sent: Broadcast) -> list[tuple[str, Any]]:
    """Every door of the ledger with what is asked there; a contact exists already."""
    contact = Contact.objects.create(
        broadcast=sent, subject=cast.binh, unit=cast.school, channel="call", at=sent.published_at, by=cast.hanh,
        client_contact_id=uuid.uuid4(), content_digest=b"",
    )  # fmt: skip
    body = {"client_contact_id": str(uuid.uuid4()), "student": cast.an.pk, "channel": "visit"}
    places = ["", f"?org={cast.school.pk}", f"?class={cast.class_7a.pk}", f"?org={cast.so.pk}"]
    reach = f"/{sent.pk}/reach"
    return [
        *((f"{reach}{part}{place}", None) for place in places for part in ("", "/subjects", "/export")),
        (f"{reach}/contacts", body),
        (f"{reach}/contacts/{contact.pk}/withdraw", {}),
    ]


def test_guardians_pupils_and_outsiders_find_nothing(cast: Cast, ask: Ask, sent: Broadcast) -> None:
    asked = doors(cast, sent)
    for name in NOBODY:
        person = cast.people()[name]
        assert sent.pk not in [one["id"] for one in ask(person, "/boards")["broadcasts"]]
        for path, body in asked:
            assert ask(person, path, body, status=404)["code"] == "not_found", f"{name} at {path}"
    assert Contact.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_who_works_with_the_pupils_sees_them_by_name(cast: Cast, ask: Ask, sent: Broadcast) -> None:
    for name in OF_THE_CLASS + OF_THE_SCHOOL:
        person = cast.people()[name]
        told = ask(person, f"/{sent.pk}/reach/subjects?class={cast.class_7a.pk}")
        assert [one["student"]["name"] for one in told["subjects"]] == [cast.an.name, cast.binh.name]
        assert (told["count"], told["named"]) == (2, 2)
        assert [one["id"] for one in ask(person, "/boards")["broadcasts"]] == [sent.pk]


def test_above_the_school_pupils_are_numbers_and_staff_have_names(cast: Cast, ask: Ask, sent: Broadcast) -> None:
    for name in ABOVE:
        person = cast.people()[name]
        if person == cast.ha:
            continue
        for place in (f"?class={cast.class_7a.pk}", f"?org={cast.school.pk}&role=pupil", "?role=pupil"):
            told = ask(person, f"/{sent.pk}/reach/subjects{place}")
            assert (told["subjects"], told["count"], told["named"]) == ([], 2, 0), f"{name} at {place}"
            # Nor by asking for a name whether somebody of that name is there.
            found = ask(person, f"/{sent.pk}/reach/subjects{place}{'&' if place else '?'}q=binh")
            assert (found["subjects"], found["count"]) == ([], 0)
    told = ask(cast.ha, f"/{sent.pk}/reach/subjects?role=adult")
    assert {one["person"]["name"] for one in told["subjects"]} == {cast.lan.name, cast.minh.name}
    assert ask(cast.ha, f"/{sent.pk}/reach")["names"] == ["adult"]
    assert ask(cast.hanh, f"/{sent.pk}/reach")["names"] == ["pupil", "adult"]


def test_a_teacher_sees_pupils_alone_and_only_her_own(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.son, cast.so)
    told = ask(cast.lan, f"/{sent.pk}/reach/subjects")
    assert [one["student"]["id"] for one in told["subjects"]] == [cast.an.pk, cast.binh.pk]
    assert all(one["person"] is None for one in told["subjects"])
    for place in (f"?class={cast.class_6b.pk}", f"?org={cast.school.pk}", f"?org={cast.so.pk}"):
        assert ask(cast.lan, f"/{sent.pk}/reach{place}", status=404)["code"] == "not_found"
    assert [one["student"]["id"] for one in ask(cast.mai, f"/{sent.pk}/reach/subjects")["subjects"]] == [cast.chi.pk]
    assert [one["student"]["id"] for one in ask(cast.quang, f"/{sent.pk}/reach/subjects")["subjects"]] == [
        cast.khanh.pk
    ]


def test_a_commune_sees_its_own_part_of_what_the_department_sent(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.son, cast.so)
    board = ask(cast.phuc, f"/{sent.pk}/reach")
    assert board["place"]["org"]["id"] == cast.dong_sen.pk
    assert ask(cast.phuc, f"/{sent.pk}/reach?org={cast.school.pk}")["totals"]["subjects"] > 0
    for org in (cast.so, cast.tan_son, cast.other_school):
        assert ask(cast.phuc, f"/{sent.pk}/reach?org={org.pk}", status=404)["code"] == "not_found"
    told = ask(cast.phuc, f"/{sent.pk}/reach/subjects")
    assert {one["unit"]["id"] for one in told["subjects"]} <= {cast.dong_sen.pk, cast.school.pk}
    assert cast.quang.name not in str(told)


def test_a_class_notice_is_the_matter_of_its_school(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.lan, cast.class_7a, roles=["guardians"])
    for name in OF_THE_CLASS + OF_THE_SCHOOL:
        board = ask(cast.people()[name], f"/{sent.pk}/reach")
        assert (board["place"]["class"]["id"], board["totals"]["subjects"]) == (cast.class_7a.pk, 2)
    for name in (*ABOVE, "mai", "quang", "hoa"):
        assert ask(cast.people()[name], f"/{sent.pk}/reach", status=404)["code"] == "not_found"
        assert ask(cast.people()[name], "/boards")["broadcasts"] == []


def test_an_author_who_left_keeps_the_numbers_and_no_name(cast: Cast, ask: Ask) -> None:
    of_org, of_class = publish(cast.phuc, cast.dong_sen), publish(cast.lan, cast.class_7a, roles=["guardians"])
    Role.objects.filter(person=cast.phuc).update(role="aide")
    board = ask(cast.phuc, f"/{of_org.pk}/reach")
    assert (board["place"]["org"]["id"], board["is_named"]) == (cast.dong_sen.pk, False)
    assert board["totals"]["subjects"] > 0
    told = ask(cast.phuc, f"/{of_org.pk}/reach/subjects")
    assert (told["subjects"], told["named"], told["count"]) == ([], 0, board["totals"]["subjects"])
    assert ask(cast.phuc, f"/{of_org.pk}/reach?org={cast.tan_son.pk}", status=404)
    Enrolment.objects.filter(person=cast.lan).delete()
    assert ask(cast.lan, f"/{of_class.pk}/reach")["names"] == []
    assert ask(cast.lan, f"/{of_class.pk}/reach?org={cast.school.pk}", status=404)


def test_a_pupil_who_left_is_counted_and_named_to_nobody_there(cast: Cast, ask: Ask, log: Log) -> None:
    sent = publish(cast.son, cast.so)
    Enrolment.objects.filter(person=cast.an).update(status="tobedeleted")
    told = ask(cast.lan, f"/{sent.pk}/reach/subjects")
    assert ([one["student"]["id"] for one in told["subjects"]], told["count"]) == ([cast.binh.pk], 2)
    assert log(cast.lan, sent, cast.an, status=404)["code"] == "not_found"
    # The school has her still.
    assert log(cast.hanh, sent, cast.an)["state"] == "contacted"
    Role.objects.filter(person=cast.an).update(status="tobedeleted")
    assert log(cast.hanh, sent, cast.an, status=404)["code"] == "not_found"
    told = ask(cast.hanh, f"/{sent.pk}/reach/subjects?class={cast.class_7a.pk}")
    assert ([one["student"]["id"] for one in told["subjects"]], told["count"]) == ([cast.binh.pk], 2)


def test_a_pupil_in_no_class_is_taken_for_no_grown_up(cast: Cast, ask: Ask) -> None:
    Enrolment.objects.filter(person=cast.an).delete()
    sent = publish(cast.son, cast.so, roles=["students", "teachers"])
    Role.objects.filter(person=cast.an).update(status="tobedeleted")
    assert cast.an.name not in str(ask(cast.son, f"/{sent.pk}/reach/subjects"))
    school = ask(cast.hanh, f"/{sent.pk}/reach")
    (unplaced,) = [part for part in school["parts"] if part["kind"] == "unplaced"]
    assert (unplaced["totals"]["subjects"], unplaced["may_open"]) == (1, False)


def test_who_left_the_staff_is_named_no_more(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.son, cast.so, roles=["staff"])
    assert cast.thu.name in str(ask(cast.son, f"/{sent.pk}/reach/subjects"))
    Role.objects.filter(person=cast.thu).update(status="tobedeleted")
    told = ask(cast.ha, f"/{sent.pk}/reach/subjects")
    assert cast.thu.name not in str(told)
    assert told["named"] == told["count"] - 1


def test_of_two_records_of_one_human_each_keeps_to_its_own(cast: Cast, ask: Ask) -> None:
    """A teacher who is a parent elsewhere sees no board there."""
    PersonLink.objects.create(one=cast.quang, other=cast.hoa, how="test")
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    assert ask(cast.quang, f"/{sent.pk}/reach", status=404)["code"] == "not_found"


def test_a_school_that_moved_is_still_in_the_whole(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.son, cast.so)
    before = ask(cast.ha, f"/{sent.pk}/reach")["totals"]
    OrgClosure.objects.filter(descendant=cast.other_school, depth__gt=0).delete()
    board = ask(cast.ha, f"/{sent.pk}/reach")
    assert board["totals"] == before
    assert cast.other_school.pk in [part["org"]["id"] for part in board["parts"]]


def test_a_branch_of_a_school_is_a_place_of_nobody(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.son, cast.so)
    branch = Org.objects.create(source=cast.source, sourced_id="b", name="Điểm trường", type="ext:diemTruong")
    OrgClosure.objects.create(ancestor=branch, descendant=branch, depth=0)
    OrgClosure.objects.create(ancestor=cast.school, descendant=branch, depth=1)
    assert ask(cast.hanh, f"/{sent.pk}/reach?org={branch.pk}", status=404)["code"] == "not_found"
    head = Person.objects.create(source=cast.source, sourced_id="h", given_name="X", family_name="Y", name="Y X")
    Role.objects.create(source=cast.source, sourced_id="h", person=head, org=branch, role="principal")
    assert ask(head, f"/{sent.pk}/reach", status=404)["code"] == "not_found"


def test_odd_addresses_are_refused(cast: Cast, ask: Ask) -> None:
    sent = publish(cast.son, cast.so)
    for question in ("?org=x", "?class=-1", f"?org={cast.so.pk}&class=1", "?parts=all"):
        assert ask(cast.son, f"/{sent.pk}/reach{question}", status=400)["code"] == "bad_input"
    for question in ("?org=999999", "?class=999999"):
        assert ask(cast.son, f"/{sent.pk}/reach{question}", status=404)["code"] == "not_found"
    for filters in ("state=done", "reason=x", "level=x", "grade=13", "role=head", "contact=sms", "contact=any,call",
                    "after=1", "after=a.b.c", f"q={'x' * 101}", "limit=0"):  # fmt: skip
        assert ask(cast.son, f"/{sent.pk}/reach/subjects?{filters}", status=400)["code"] == "bad_input", filters
    assert ask(cast.son, f"/{sent.pk}/reach/export?format=pdf", status=400)["code"] == "bad_input"
    assert ask(cast.son, "/999999/reach", status=404)["code"] == "not_found"
