"""What is over is cleared away, and what is in use lasts."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from chatserver.upkeep import tidy
from delivery.models import PushSubscription
from registry.models import ActivationCode, Device, Enrolment
from registry.sessions import hash_of
from rooms.models import Room
from tests.cast import Cast
from tests.signin.conftest import sign_in

YEAR_AND_A_DAY = dt.timedelta(days=366)


def test_a_session_that_ran_out_ends_its_device_and_its_pushes(cast: Cast, client: Client) -> None:
    other = Client()
    for browser in (client, other):
        key = sign_in(browser, cast.account(cast.lan).username).cookies["sid"].value
        device = Device.objects.get(session_hash=hash_of(key))
        PushSubscription.objects.create(
            person=cast.lan, device=device, endpoint=f"https://fcm.googleapis.com/{device.pk}", p256dh="p", auth="a"
        )
    Device.objects.update(created_at=timezone.now() - dt.timedelta(days=200))
    Session.objects.filter(session_key=device.session_hash).update(expire_date=timezone.now() - dt.timedelta(seconds=1))

    told = tidy() | {"attempts_forgotten": 0}
    assert {what: count for what, count in told.items() if count} == {"sessions": 1, "devices_ended": 1}

    device.refresh_from_db()
    assert device.ended_at is not None
    assert [push.device.ended_at for push in PushSubscription.objects.all()] == [None]
    assert client.get("/api/me").status_code == 200
    assert set(tidy().values()) == {0}


def test_records_of_signing_in_are_kept_a_year(cast: Cast, client: Client, letter) -> None:
    sign_in(client, cast.account(cast.lan).username)
    client.delete("/api/session")
    letter(cast.hoa)
    assert (tidy()["devices_forgotten"], tidy()["codes_forgotten"]) == (0, 0)

    Device.objects.update(ended_at=timezone.now() - YEAR_AND_A_DAY)
    ActivationCode.objects.update(expires_at=timezone.now() - YEAR_AND_A_DAY)

    told = tidy()
    assert (told["devices_forgotten"], told["codes_forgotten"]) == (1, 1)


def test_who_opens_the_app_now_and_then_stays_signed_in(cast: Cast, client: Client) -> None:
    sign_in(client, cast.account(cast.lan).username)
    soon = timezone.now() + dt.timedelta(days=2)
    Session.objects.update(expire_date=soon)
    client.get("/api/me")
    assert Session.objects.get().expire_date == soon

    Device.objects.update(last_seen_at=timezone.now() - dt.timedelta(days=100))
    answer = client.get("/api/me")

    assert Session.objects.get().expire_date > timezone.now() + dt.timedelta(days=179)
    assert answer.cookies["sid"]["max-age"] == 180 * 24 * 3600


def test_a_right_that_ends_by_date_alone_ends_with_the_day(cast: Cast) -> None:
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    assert room.members.filter(person=cast.minh).exists()
    Enrolment.objects.filter(person=cast.minh).update(begins_on=dt.date(2020, 1, 1), ends_on=timezone.localdate())

    assert tidy()["members_revised"] == 1

    assert not room.members.filter(person=cast.minh).exists()
    assert tidy()["members_revised"] == 0
