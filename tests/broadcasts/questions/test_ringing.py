"""A question that nobody answered for a day rings once, for whoever was asked."""

import datetime as dt
from typing import Any

from django.utils import timezone

from broadcasts.models import Broadcast, Question
from broadcasts.questions import ringing
from delivery.models import Dispatch
from delivery.sources import source_named
from tests.broadcasts.questions.conftest import Desk
from tests.broadcasts.writing import publish
from tests.cast import Cast

TODAY = dt.date(2026, 10, 6)


def asked(desk: Desk, cast: Cast, notice: Broadcast, at: dt.datetime, body: str) -> Any:
    """Hoa asked about An at that time; her teacher is asked."""
    made = desk.ask(cast.hoa, notice, cast.an, body)
    newest = Question.objects.order_by("-pk").values_list("pk", flat=True)[:1]
    Question.objects.filter(pk=newest[0]).update(asked_at=at)
    return made


def rung(day: dt.date) -> dict[int, str]:
    """Who is told what that morning."""
    source = source_named(ringing.OVERDUE)
    people = source.recipients(day.toordinal(), after=0, limit=100)
    return {person: told.title for person, told in source.notices_for(day.toordinal(), people, language="vi").items()}


def test_each_rings_on_one_morning_for_who_was_asked(desk: Desk, cast: Cast) -> None:
    notice, ring = publish(cast.hanh, cast.school, roles=["guardians"]), ringing.ring_time(TODAY)
    day, minute = dt.timedelta(days=1), dt.timedelta(minutes=1)
    asked(desk, cast, notice, ring - day - minute, "Mấy giờ tập trung ạ?")
    asked(desk, cast, notice, ring - day - 2 * minute, "Có phải mặc đồng phục không ạ?")
    asked(desk, cast, notice, ring - day + minute, "Con đi cùng ai ạ?")
    told = rung(TODAY)
    assert list(told) == [cast.lan.pk]
    assert told[cast.lan.pk].endswith(": 2")
    assert list(rung(TODAY + day)) == [cast.lan.pk]
    assert (rung(TODAY - day), rung(TODAY + 2 * day)) == ({}, {})


def test_what_was_answered_meanwhile_rings_no_more(desk: Desk, cast: Cast) -> None:
    notice, ring = publish(cast.hanh, cast.school, roles=["guardians"]), ringing.ring_time(TODAY)
    asked(desk, cast, notice, ring - dt.timedelta(hours=30), "Mấy giờ tập trung ạ?")
    assert list(rung(TODAY)) == [cast.lan.pk]
    desk.answer(cast.lan, notice, [Question.objects.get().pk])
    assert rung(TODAY) == {}


def test_a_morning_is_written_down_once(cast: Cast) -> None:
    ringing.ring_today()
    ringing.ring_today()
    [written] = Dispatch.objects.filter(source=ringing.OVERDUE)
    assert timezone.localtime(written.due_at).time() == ringing.RINGS_AT
    assert written.due_at > timezone.now()
