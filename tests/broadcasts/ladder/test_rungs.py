"""The ladder of a notice as phones hear it: those alone who are silent, once, until the end."""

import datetime as dt

import pytest
from django.utils import timezone

from broadcasts import actions
from broadcasts.ladder.words import FIRST, RUNG
from broadcasts.models import Broadcast, Rung
from delivery.models import Dispatch
from registry.models import GuardianLink, Person
from tests.broadcasts.ladder.conftest import Phones, at
from tests.broadcasts.writing import publish
from tests.cast import Cast

HOUSEHOLDS = ["guardians", "students"]


def clear(person: Person, broadcast: Broadcast) -> None:
    """Says "Đã rõ" for whomever they have it."""
    students = [pk for pk in broadcast.acknowledgements.filter(person=person).values_list("student", flat=True) if pk]
    actions.acknowledge(person, broadcast.pk, students=students)


def test_khan_comes_back_to_the_silent_alone(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.hanh, cast.school, urgency="khan")
    assert set(phones.ring(at(10))) == {"lan", "minh", "mai", "thu", "an", "binh", "chi", "hoa", "dung"}

    clear(cast.lan, notice)
    clear(cast.hoa, notice)
    actions.record_read(cast.minh, notice.pk)
    # Half an hour later the staff; whoever only looked has not confirmed.
    assert phones.ring(at(10, 29)) == {}
    rang = phones.ring(at(10, 30))
    assert set(rang) == {"minh", "mai", "thu"}
    assert rang["mai"][0]["title"] == "Nhắc lại: Nghỉ học do mưa bão"
    assert rang["mai"][0]["tag"] == f"broadcast-{notice.pk}"
    # After two hours the families, and nobody twice.
    assert set(phones.ring(at(12, 1))) == {"an", "binh", "chi", "dung"}
    assert phones.ring(at(23)) == {}


def test_who_was_told_by_hand_is_told_no_more(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.hanh, cast.class_7a, urgency="khan", roles=["guardians"])
    assert set(phones.ring(at(10))) == {"hoa", "dung"}
    notice.contacts.create(
        subject=cast.an, unit=cast.school, channel="call", at=timezone.now(), by=cast.lan,
        client_contact_id="3f0e6a52-7d7f-4a6e-9a56-0d7c9a0f1f11", content_digest=b"",
    )  # fmt: skip
    assert set(phones.ring(at(12))) == {"dung"}


def test_where_no_answer_is_wanted_opening_it_is_enough(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.hanh, cast.class_7a, urgency="khan", roles=["guardians"], wants_acknowledgement=False)
    phones.ring(at(10))
    actions.record_read(cast.hoa, notice.pk)
    assert set(phones.ring(at(12))) == {"dung"}


def test_hoa_toc_climbs_to_deputies_and_the_call_list(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.son, cast.dong_sen, urgency="hoa_toc", roles=["staff"])
    assert set(phones.ring(at(10))) == {"phuc", "hanh", "thu"}
    assert set(phones.ring(at(10, 5))) == {"phuc", "hanh", "thu"}
    # The head of the school is silent: her office is told that her unit is. Phúc leads alone.
    rang = phones.ring(at(10, 10))
    assert set(rang) == {"thu"}
    assert rang["thu"][0]["title"] == "Đơn vị của anh/chị chưa xác nhận"
    assert rang["thu"][0]["url"] == f"/thong-bao/{notice.pk}"
    clear(cast.phuc, notice)
    # The author, and who leads the unit that it went to.
    rang = phones.ring(at(10, 20))
    assert set(rang) == {"son", "phuc"}
    assert rang["son"][0]["title"] == "Cần gọi 1 đơn vị: chưa xác nhận"
    assert rang["son"][0]["url"] == f"/bang-dieu-hanh/{notice.pk}"


def test_after_the_last_has_confirmed_nobody_is_told(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.son, cast.dong_sen, urgency="hoa_toc", roles=["staff"])
    phones.ring(at(10))
    for person in (cast.phuc, cast.hanh, cast.thu):
        clear(person, notice)
    assert phones.ring(at(10, 30)) == {}


def test_one_leader_answers_for_the_unit(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.son, cast.school, urgency="hoa_toc", roles=["staff"])
    phones.ring(at(10))
    clear(cast.thu, notice)
    assert set(phones.ring(at(10, 5))) == {"hanh"}
    assert phones.ring(at(10, 20)) == {}


def test_the_classes_teachers_get_the_list_of_families(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.hanh, cast.school, urgency="thuong_khan", roles=HOUSEHOLDS)
    phones.ring(at(10))
    clear(cast.hoa, notice)
    rang = phones.ring(at(11))
    # Of An and Chi somebody has confirmed; Bình's family has not. Both teachers of 7A can call, Mai need not.
    assert set(rang) == {"lan", "minh"}
    assert rang["lan"][0]["title"] == "Cần gọi 1 gia đình: chưa xác nhận"
    assert rang["lan"][0]["url"] == f"/lop/{notice.pk}/lop/{cast.class_7a.pk}"
    assert "Bình" not in str(rang)


def test_nothing_happens_after_its_end(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.son, cast.school, urgency="hoa_toc", roles=["staff"], ends_at=at(10, 7).isoformat())
    assert list(notice.rungs.filter(told_by=RUNG).values_list("after", flat=True)) == [5]
    assert set(phones.ring(at(10, 5))) == {"hanh", "thu"}
    assert phones.ring(at(10, 30)) == {}
    # By itself after a day.
    other = publish(cast.son, cast.school, urgency="thuong_khan")
    assert other.ends_at == other.published_at + dt.timedelta(hours=24)
    assert publish(cast.hanh, cast.school, urgency="khan").ends_at is None


def test_a_rung_that_was_late_is_not_done_after_the_end(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    publish(cast.son, cast.school, urgency="hoa_toc", roles=["staff"], ends_at=at(10, 7).isoformat())
    phones.ring(at(10))
    assert phones.ring(at(10, 8)) == {}


@pytest.mark.usefixtures("night")
def test_a_familys_khan_waits_for_the_morning_and_the_staffs_does_not(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    phones.ring(at(23))
    notice = publish(cast.hanh, cast.school, urgency="khan")
    assert set(phones.ring(at(23))) == {"lan", "minh", "mai", "thu"}
    # What waits is a moment in a row.
    first = Rung.objects.get(broadcast=notice, side="households", after=0)
    assert (first.told_by, first.due_at) == (RUNG, at(6, days=1))
    clear(cast.dung, notice)
    phones.ring(at(5, 59, days=1))
    rang = phones.ring(at(6, days=1))
    assert set(rang) == {"an", "binh", "chi", "hoa"}
    assert rang["hoa"][0]["title"] == "Nghỉ học do mưa bão"


@pytest.mark.usefixtures("night")
def test_hoa_toc_passes_at_night(phones: Phones, committed_cast: Cast) -> None:
    phones.ring(at(23))
    publish(committed_cast.hanh, committed_cast.school, urgency="hoa_toc", roles=HOUSEHOLDS)
    assert {"hoa", "dung"} <= set(phones.ring(at(23)))


@pytest.mark.usefixtures("night")
def test_a_class_notice_of_the_evening_rings_in_the_morning(phones: Phones, committed_cast: Cast) -> None:
    phones.ring(at(21, 30))
    notice = publish(committed_cast.lan, committed_cast.class_7a, roles=["guardians"])
    assert Dispatch.objects.get(source=FIRST, subject=notice.pk).due_at == at(6, days=1)
    assert phones.ring(at(21, 31)) == {}
    assert set(phones.ring(at(6, days=1))) == {"hoa", "dung"}


def test_what_has_no_channel_is_kept_and_not_done(phones: Phones, committed_cast: Cast) -> None:
    notice = publish(committed_cast.son, committed_cast.school, urgency="hoa_toc")
    sms = notice.rungs.filter(action="sms")
    assert sorted(sms.values_list("side", "after", "told_by")) == [("households", 10, ""), ("staff", 0, "")]
    assert not Dispatch.objects.filter(source=RUNG, subject__in=sms.values("pk")).exists()


def test_rungs_done_twice_ring_once(phones: Phones, committed_cast: Cast) -> None:
    publish(committed_cast.hanh, committed_cast.class_7a, urgency="khan", roles=["guardians"])
    phones.ring(at(10))
    assert set(phones.ring(at(12))) == {"hoa", "dung"}
    # A worker that was killed after its batch was written, and before the dispatch was over.
    Dispatch.objects.update(done_at=None, cursor=0, lease_until=None)
    assert phones.ring(at(12, 1)) == {}


def test_a_right_that_ended_is_told_nothing(phones: Phones, committed_cast: Cast) -> None:
    publish(committed_cast.hanh, committed_cast.class_7a, urgency="khan", roles=["guardians"])
    phones.ring(at(10))
    GuardianLink.objects.filter(guardian=committed_cast.hoa).update(state="blocked")
    assert set(phones.ring(at(12))) == {"dung"}
