"""An answer given without a line: what is recorded is when it was given, and when the server heard of it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from broadcasts import actions, board
from broadcasts.ledger.facts import moved_since
from broadcasts.models import Broadcast
from broadcasts.serializers import moment
from broadcasts.tap import Tap
from tests.broadcasts.test_rest import Browser
from tests.broadcasts.writing import publish
from tests.cast import Cast

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def broadcast(cast: Cast) -> Broadcast:
    """Sent three hours ago to the guardians, to be answered within one."""
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    sent.published_at -= 3 * HOUR
    sent.acknowledge_by = sent.published_at + HOUR
    sent.save()
    return sent


def said(cast: Cast, broadcast: Broadcast, **fields: Any) -> Any:
    """Hoa's "Đã rõ" for An, as her telephone tells of it now."""
    body = {name: at.isoformat() if isinstance(at, dt.datetime) else at for name, at in fields.items()}
    Browser(cast, cast.hoa).post(f"/{broadcast.pk}/acknowledge", {"students": [cast.an.pk], **body})
    return broadcast.acknowledgements.get(person=cast.hoa, student=cast.an)


def test_the_time_of_the_tap_is_recorded_and_when_the_server_heard_of_it(cast: Cast, broadcast: Broadcast) -> None:
    tapped, before = broadcast.published_at + 10 * MINUTE, timezone.now()
    answer = said(cast, broadcast, at=tapped, sent_at=before)
    assert answer.acknowledged_at == tapped
    assert before <= answer.recorded_at <= timezone.now()
    receipt = broadcast.receipts.get(person=cast.hoa)
    assert (receipt.seen_at, receipt.delivered_at) == (tapped, tapped), "who answers has had it and seen it by then"
    assert before <= receipt.recorded_at
    (card,) = Browser(cast, cast.hoa).get("")["broadcasts"]
    assert card["for"][0]["acknowledged_at"] == moment(tapped) < moment(broadcast.acknowledge_by)


def test_an_answer_after_its_time_is_taken_and_late_by_its_own_time(cast: Cast, broadcast: Broadcast) -> None:
    tapped = broadcast.acknowledge_by + 5 * MINUTE
    assert said(cast, broadcast, at=tapped, sent_at=timezone.now()).acknowledged_at == tapped > broadcast.acknowledge_by


def test_who_answered_late_is_said_to_the_class_by_the_time_of_the_tap(cast: Cast, broadcast: Broadcast) -> None:
    in_time, late = broadcast.acknowledge_by - MINUTE, broadcast.acknowledge_by + MINUTE
    said(cast, broadcast, at=in_time, sent_at=timezone.now())
    body = {"students": [cast.binh.pk], "at": late.isoformat(), "sent_at": timezone.now().isoformat()}
    Browser(cast, cast.dung).post(f"/{broadcast.pk}/acknowledge", body)
    subjects = Browser(cast, cast.lan).get(f"/{broadcast.pk}/reach/subjects?class={cast.class_7a.pk}")["subjects"]
    answers = {
        one["student"]["given_name"]: [each for each in one["people"] if each["acknowledged_at"]] for one in subjects
    }
    assert [(name, each["is_late"]) for name, people in answers.items() for each in people] == [
        ("An", False),
        ("Bình", True),
    ]
    Browser(cast, cast.van).get(f"/{broadcast.pk}/reach/subjects?class={cast.class_7a.pk}", status=404)


def test_opening_has_its_time_too(cast: Cast, broadcast: Broadcast) -> None:
    opened = broadcast.published_at + 7 * MINUTE
    body = {"at": opened.isoformat(), "sent_at": timezone.now().isoformat()}
    told = Browser(cast, cast.hoa).post(f"/{broadcast.pk}/read", body)
    assert told == {"seen_at": moment(opened)}
    assert Browser(cast, cast.hoa).post(f"/{broadcast.pk}/read", {}) == told, "again: nothing changes"


@pytest.mark.parametrize("off", [-5 * 365 * 24 * HOUR, -3 * HOUR, 2 * MINUTE, 9 * HOUR])
def test_a_clock_that_is_wrong_knows_how_long_ago_it_was(cast: Cast, broadcast: Broadcast, off: dt.timedelta) -> None:
    tapped, now = broadcast.published_at + 10 * MINUTE, timezone.now()
    answer = said(cast, broadcast, at=tapped + off, sent_at=now + off)
    assert tapped <= answer.acknowledged_at < tapped + MINUTE


def test_no_time_is_before_the_notice_or_in_the_future(cast: Cast, broadcast: Broadcast) -> None:
    published, now = broadcast.published_at, timezone.now()
    far = {"past": dt.datetime.min.replace(tzinfo=dt.UTC), "future": dt.datetime.max.replace(tzinfo=dt.UTC)}
    for at, sent_at, expected in [
        (published - HOUR, None, published),
        (now + HOUR, None, now),
        (now + HOUR, now, now),
        (far["past"], None, published),
        (far["future"], None, now),
        # What no telephone says, and somebody may write.
        (far["past"], far["future"], published),
        (far["future"], far["past"], now),
        (far["past"], far["past"], now),
        (None, far["past"], now),
    ]:
        assert Tap(at, sent_at).true_time(published_at=published, now=now) == expected, (at, sent_at)


@pytest.mark.parametrize("wrong", ["gestern", "2026-11-23T20:00:00", 5, "9999999-01-01T00:00:00Z"])
def test_what_is_no_time_is_refused(cast: Cast, broadcast: Broadcast, wrong: object) -> None:
    hoa = Browser(cast, cast.hoa)
    for door in ("acknowledge", "read"):
        for field in ("at", "sent_at"):
            assert hoa.post(f"/{broadcast.pk}/{door}", {field: wrong}, status=400)["facts"] == {"field": field}
    assert not broadcast.receipts.exclude(seen_at=None).exists()


def test_of_two_devices_the_first_tap_stands_whichever_is_heard_first(cast: Cast, broadcast: Broadcast) -> None:
    on_the_bus, at_home = broadcast.published_at + 10 * MINUTE, broadcast.published_at + 90 * MINUTE
    assert said(cast, broadcast, at=at_home, sent_at=timezone.now()).acknowledged_at == at_home
    first = said(cast, broadcast, at=on_the_bus, sent_at=timezone.now())
    assert first.acknowledged_at == on_the_bus
    assert broadcast.receipts.get(person=cast.hoa).seen_at == on_the_bus
    again = said(cast, broadcast, at=at_home, sent_at=timezone.now())
    assert (again.acknowledged_at, again.recorded_at) == (on_the_bus, first.recorded_at)
    # The same tap once more, by way of a clock that is wrong and a slow line.
    once_more = said(cast, broadcast, at=on_the_bus - HOUR, sent_at=timezone.now() - HOUR + 5 * dt.timedelta(seconds=1))
    assert once_more.recorded_at == first.recorded_at


def test_it_was_had_no_later_than_it_was_opened(cast: Cast, broadcast: Broadcast) -> None:
    """The line came back, the list was fetched, and only then was told what had been tapped."""
    receipt = broadcast.receipts.get(person=cast.hoa)
    actions.record_delivered(cast.hoa, [receipt])
    tapped = broadcast.published_at + 10 * MINUTE
    said(cast, broadcast, at=tapped, sent_at=timezone.now())
    receipt.refresh_from_db()
    assert receipt.delivered_at == tapped


def test_boards_hear_of_it_now_however_long_ago_it_was(cast: Cast, broadcast: Broadcast, monkeypatch: Any) -> None:
    told: list[int] = []
    monkeypatch.setattr(board, "progressed", lambda one: told.append(one.pk))
    since = timezone.now()
    said(cast, broadcast, at=broadcast.published_at + 10 * MINUTE, sent_at=timezone.now())
    assert told == [broadcast.pk]
    assert moved_since(broadcast, since) == {cast.school.pk}


def test_the_outsider_has_no_time_to_tell(cast: Cast, broadcast: Broadcast) -> None:
    van = Browser(cast, cast.van)
    assert van.get("")["broadcasts"] == [], "she has no part in it"
    body = {"at": timezone.now().isoformat(), "sent_at": timezone.now().isoformat()}
    van.post(f"/{broadcast.pk}/acknowledge", {"students": [cast.an.pk], **body}, status=404)
    van.post(f"/{broadcast.pk}/read", body, status=404)
    assert not broadcast.acknowledgements.exclude(acknowledged_at=None).exists()
