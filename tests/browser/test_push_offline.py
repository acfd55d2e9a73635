"""A notice that arrives before the line goes: read whole and answered without it, recorded with the time of the tap."""

import datetime as dt
import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from broadcasts.models import Acknowledgement, Broadcast
from registry.models import Device, Person
from tests.browser.conftest import Publish, sign_in
from tests.browser.telephone import Phone, pushed_to
from tests.cast import Cast
from tests.wire import Server

BODY = "Nước sông đang lên. Gia đình giữ con ở nhà, không ra gần sông suối."
NOT_THERE = "Không có nội dung này"
HOUR = dt.timedelta(hours=1)


def test_read_and_answered_in_airplane_mode_it_is_recorded_with_the_time_of_the_tap(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish
) -> None:
    cast = committed_cast
    phone = Phone(person("hoa"), site)
    # The page is closed: nothing but the push tells this telephone of the notice.
    phone.page.goto("about:blank")
    notice = publish("hanh", {"org": cast.school.pk}, urgency="khan", title="Nghỉ học ngày mai", body=BODY)
    # As if it had been sent an hour ago, so that the tap lies well before everything that follows.
    Broadcast.objects.update(published_at=timezone.now() - HOUR)
    (shown,) = phone.hears(pushed_to(cast.hoa, notice))
    assert (shown["body"], shown["actions"]) == (BODY, ["Đã rõ", "Đọc"])

    phone.page.context.set_offline(True)
    tapped = timezone.now()
    (note,) = phone.taps("acknowledge")
    assert (note["body"], note["actions"]) == ("Đã ghi trên máy – sẽ gửi khi có mạng", [])
    # Tapping it opens the app at the notice; nothing of it was ever fetched.
    phone.page.goto(f"{site.url}/thong-bao/{notice}")
    expect(phone.page.get_by_text(BODY)).to_be_visible()
    for child in ("Trần Minh An", "Trần Linh Chi"):
        expect(phone.page.get_by_role("listitem").filter(has_text=child).get_by_text("Đã rõ")).to_be_visible()
    assert not answers_of(cast.hoa), "the server has heard nothing"

    # Her tablet had a line, and she answered there too, later: the first tap stands.
    at_home = timezone.now() + HOUR
    Acknowledgement.objects.filter(person=cast.hoa, student=cast.an).update(acknowledged_at=at_home)
    phone.page.goto("about:blank")
    line_back = timezone.now()
    phone.page.context.set_offline(False)
    phone.has_a_line()
    recorded = phone.until(lambda: answers_of(cast.hoa) if len(answers_of(cast.hoa)) == 2 else None)
    for answer in recorded:
        assert tapped <= answer.acknowledged_at < line_back <= answer.recorded_at
    assert tapped <= Broadcast.objects.get().receipts.get(person=cast.hoa).seen_at < line_back


def test_an_answer_outlives_the_session_and_nobody_elses_telephone_gives_it(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish
) -> None:
    cast = committed_cast
    phone, outsider = Phone(person("hoa"), site), Phone(person("van"), site)
    for one in (phone, outsider):
        one.page.goto("about:blank")
    notice = publish("hanh", {"org": cast.school.pk}, urgency="khan", body=BODY)
    push = pushed_to(cast.hoa, notice)
    # What was meant for somebody else, on whatever way it came here, is answered for nobody.
    outsider.hears(push)
    outsider.taps("acknowledge")
    outsider.page.goto(f"{site.url}/thong-bao/{notice}")
    expect(outsider.page.get_by_text(NOT_THERE)).to_be_visible()
    assert not answers_of(cast.hoa)

    phone.hears(push)
    phone.page.context.set_offline(True)
    tapped = timezone.now()
    phone.taps("acknowledge")
    Device.objects.filter(account__person=cast.hoa).update(ended_at=timezone.now())
    end_sessions()
    line_back = timezone.now()
    phone.page.context.set_offline(False)
    phone.has_a_line()
    phone.page.goto(f"{site.url}/thong-bao")
    phone.page.wait_for_url(re.compile("dang-nhap"))
    assert not answers_of(cast.hoa), "a session that has ended answers nothing"

    sign_in(phone.page, cast, cast.hoa)
    recorded = phone.until(lambda: answers_of(cast.hoa))
    assert {answer.student_id for answer in recorded} == {cast.an.pk, cast.chi.pk}
    assert all(tapped <= answer.acknowledged_at < line_back <= answer.recorded_at for answer in recorded)


def answers_of(who: Person) -> list[Acknowledgement]:
    """What the server has heard of her."""
    return list(Acknowledgement.objects.filter(person=who, recorded_at__isnull=False))


def end_sessions() -> None:
    """As an administrator ends them."""
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
