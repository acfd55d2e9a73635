"""Contacts by hand: noted once, counted once, taken back, never lost."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from broadcasts import actions
from broadcasts.models import Broadcast, Contact
from broadcasts.serializers import moment
from registry.models import AuditLine, GuardianLink
from tests.broadcasts.ledger.conftest import Ask, Log
from tests.broadcasts.writing import publish
from tests.cast import Cast


@pytest.fixture
def sent(cast: Cast) -> Broadcast:
    """A directive of the department to everybody."""
    return publish(cast.son, cast.so)


def reached(ask: Ask, cast: Cast, sent: Broadcast) -> tuple[int, int]:
    """What the class board says: reached, and by a call."""
    totals = ask(cast.lan, f"/{sent.pk}/reach")["totals"]
    return totals["reached"], totals["by_hand"]["call"]


def test_the_same_contact_sent_again_is_one(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    name = str(uuid.uuid4())
    first = log(cast.lan, sent, cast.an, client_contact_id=name, note="Đã báo mẹ.")
    again = log(cast.lan, sent, cast.an, client_contact_id=name, note="Đã báo mẹ.", status=200)
    assert again == first
    assert Contact.objects.count() == 1
    for other in ({"note": "Khác"}, {"channel": "visit"}, {"at": moment(timezone.now())}):
        refused = log(cast.lan, sent, cast.an, client_contact_id=name, status=409, **({"note": "Đã báo mẹ."} | other))
        assert refused["code"] == "name_taken"
    assert log(cast.lan, sent, cast.binh, client_contact_id=name, status=409)["code"] == "name_taken"
    # Another's name is another's.
    assert len(log(cast.minh, sent, cast.an, client_contact_id=name)["contacts"]) == 2


def test_two_contacts_count_once_and_each_channel_once(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    for person in (cast.lan, cast.minh, cast.hanh):
        told = log(person, sent, cast.an)
    told = log(cast.lan, sent, cast.an, channel="visit")
    assert [one["channel"] for one in told["contacts"]] == ["call", "call", "call", "visit"]
    totals = ask(cast.lan, f"/{sent.pk}/reach")["totals"]
    assert (totals["reached"], totals["contacted"]) == (1, 1)
    assert {channel: number for channel, number in totals["by_hand"].items() if number} == {"call": 1, "visit": 1}


def test_an_answer_that_comes_later_is_the_stronger(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    log(cast.lan, sent, cast.an)
    actions.acknowledge(cast.hoa, sent.pk, students=[cast.an.pk])
    (told, _binh) = ask(cast.lan, f"/{sent.pk}/reach/subjects")["subjects"]
    assert (told["state"], len(told["contacts"])) == ("acknowledged", 1)
    assert reached(ask, cast, sent) == (1, 1)


def test_a_contact_taken_back_stays_in_the_ledger(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    (contact,) = log(cast.lan, sent, cast.an)["contacts"]
    assert (contact["is_own"], contact["may_withdraw"], contact["by"]["name"]) == (True, True, cast.lan.name)
    path = f"/{sent.pk}/reach/contacts/{contact['id']}/withdraw"
    # Who works with the pupil sees it, and who did not log it leaves it.
    assert ask(cast.minh, path, {}, status=403)["code"] == "not_allowed"
    assert ask(cast.thu, path, {}, status=403)["code"] == "not_allowed"
    assert reached(ask, cast, sent) == (1, 1)
    told = ask(cast.lan, path, {}, status=200)
    assert (told["state"], told["contacts"][0]["is_withdrawn"]) == ("waiting", True)
    assert ask(cast.lan, path, {}, status=200)["contacts"] == told["contacts"]
    assert reached(ask, cast, sent) == (0, 0)
    (of_minh,) = [one for one in log(cast.minh, sent, cast.binh)["contacts"] if one["is_own"]]
    told = ask(cast.hanh, f"/{sent.pk}/reach/contacts/{of_minh['id']}/withdraw", {}, status=200)
    assert told["contacts"][0]["is_withdrawn"]
    assert Contact.objects.count() == 2
    acts = list(AuditLine.objects.filter(act__startswith="contact.").order_by("pk").values_list("act", "actor"))
    assert acts == [
        ("contact.log", cast.lan.pk), ("contact.withdraw", cast.lan.pk),
        ("contact.log", cast.minh.pk), ("contact.withdraw", cast.hanh.pk),
    ]  # fmt: skip


def test_a_contact_of_another_notice_is_not_found(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    (contact,) = log(cast.lan, sent, cast.an)["contacts"]
    other = publish(cast.son, cast.so)
    path = f"/{other.pk}/reach/contacts/{contact['id']}/withdraw"
    assert ask(cast.lan, path, {}, status=404)["code"] == "not_found"
    assert ask(cast.lan, f"/{sent.pk}/reach/contacts/999999/withdraw", {}, status=404)["code"] == "not_found"


def test_when_it_was(cast: Cast, log: Log, sent: Broadcast) -> None:
    now = timezone.now()
    early, late = moment(sent.published_at - dt.timedelta(minutes=1)), moment(now + dt.timedelta(hours=1))
    for at in (early, late):
        refused = log(cast.lan, sent, cast.an, at=at, status=400)
        assert (refused["code"], refused["facts"]["field"]) == ("time_not_possible", "at")
    assert not Contact.objects.exists()
    # A telephone's clock that goes a little fast.
    (contact,) = log(cast.lan, sent, cast.an, at=moment(now + dt.timedelta(minutes=2)))["contacts"]
    assert contact["at"] <= moment(timezone.now())
    (contact,) = log(cast.lan, sent, cast.binh, at=moment(sent.published_at))["contacts"]
    assert contact["at"] == moment(sent.published_at)


def test_what_cannot_be_noted(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    for wrong in (
        {"channel": "sms"},
        {"channel": "app"},
        {"person": cast.lan.pk},
        {"note": 7},
        {"unit": 1},
        {"at": "x"},
    ):
        assert log(cast.lan, sent, cast.an, status=400, **wrong)["code"] == "bad_input", wrong
    body = {"client_contact_id": str(uuid.uuid4()), "channel": "call"}
    assert ask(cast.lan, f"/{sent.pk}/reach/contacts", body, status=400)["code"] == "bad_input"
    assert log(cast.lan, sent, cast.an, status=400, note="x" * 301)["code"] == "too_long"
    # A pupil is no grown-up, a guardian is nobody's subject, and who has not got it is not in it.
    assert log(cast.lan, sent, cast.an, is_adult=True, status=404)["code"] == "not_found"
    assert log(cast.hanh, sent, cast.hoa, is_adult=True, status=404)["code"] == "not_found"
    of_class = publish(cast.lan, cast.class_7a, roles=["guardians"])
    assert log(cast.hanh, of_class, cast.chi, status=404)["code"] == "not_found"
    assert log(cast.hanh, of_class, cast.minh, is_adult=True, status=404)["code"] == "not_found"


def test_an_officer_calls_heads_and_no_household(cast: Cast, log: Log, sent: Broadcast) -> None:
    told = log(cast.ha, sent, cast.hanh, is_adult=True)
    assert (told["person"]["name"], told["state"]) == (cast.hanh.name, "contacted")
    assert [one["relation"] for one in told["people"]] == ["self"]
    assert log(cast.ha, sent, cast.an, status=404)["code"] == "not_found"
    assert log(cast.phuc, sent, cast.quang, is_adult=True, status=404)["code"] == "not_found"


def test_the_people_of_a_pupil_are_the_guardians_of_today(cast: Cast, ask: Ask, sent: Broadcast) -> None:
    cast.hoa.phone = "0912 345 678"
    cast.hoa.save()
    actions.acknowledge(cast.hoa, sent.pk, students=[cast.an.pk])
    (an, _binh) = ask(cast.lan, f"/{sent.pk}/reach/subjects")["subjects"]
    mother, self = an["people"]
    assert (mother["name"], mother["relation"], mother["phone"]) == (cast.hoa.name, "mother", "0912 345 678")
    assert mother["acknowledged_at"]
    assert mother["seen_at"]
    assert (self["id"], self["relation"], self["acknowledged_at"]) == (cast.an.pk, "self", None)
    GuardianLink.objects.filter(guardian=cast.hoa).update(state="blocked")
    (an, _binh) = ask(cast.lan, f"/{sent.pk}/reach/subjects")["subjects"]
    assert cast.hoa.name not in str(an)
    assert an["state"] == "acknowledged"
