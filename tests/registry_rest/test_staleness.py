"""A registry that is not heard any more: an alarm, a word to staff, and no new rights."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from registry import staleness
from registry.models import Enrolment, GuardianLink, Role, SchoolClass, Source
from registry.selectors import children_of, live_enrolments, live_roles
from registry.staleness import silent_sources
from registry.sync.rest.sources import set_up
from rooms.models import Member
from rooms.receivers import revise_for_today
from tests.cast import Cast
from tests.registry_rest.provider import Provider
from tests.signin.conftest import sign_in

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def heard(cast: Cast, ago: dt.timedelta, *, scheduled: bool = True) -> dt.datetime:
    """The cast's source was last read so long ago."""
    at = timezone.now() - ago
    Source.objects.update(heard_at=at, runs_at=dt.time(2, 30) if scheduled else None)
    staleness.look()
    return at


def me(cast: Cast, person, client: Client) -> dict:
    sign_in(client, cast.account(person).username)
    return client.get("/api/me").json()


@pytest.mark.parametrize(("ago", "status"), [(25 * HOUR, 200), (27 * HOUR, 503)])
def test_the_alarm_rings_when_a_night_was_missed(cast: Cast, client: Client, ago: dt.timedelta, status: int) -> None:
    heard(cast, ago)
    answer = client.get("/registryz")
    assert (answer.status_code, answer.json()) == (status, {"stale": status == 503})
    assert answer["Cache-Control"] == "no-store"
    assert client.get("/readyz").status_code == 200, "people go on with what they have"


def test_who_uploads_by_hand_is_never_late(cast: Cast, client: Client) -> None:
    heard(cast, 400 * DAY, scheduled=False)
    assert client.get("/registryz").status_code == 200
    assert me(cast, cast.lan, client)["registry_stale_since"] is None
    assert silent_sources(DAY) == {}


def test_a_source_that_was_never_read_counts_from_when_it_was_made(cast: Cast, client: Client) -> None:
    Source.objects.update(heard_at=None, runs_at=dt.time(2, 30), created_at=timezone.now() - 27 * HOUR)
    assert client.get("/registryz").status_code == 503


def test_after_two_days_staff_are_told_and_nobody_else(cast: Cast) -> None:
    assert not Role.objects.filter(person=cast.hoa, role__in=["teacher", "principal"]).exists()
    heard(cast, 47 * HOUR)
    assert me(cast, cast.lan, Client())["registry_stale_since"] is None
    at = heard(cast, 49 * HOUR)
    told = me(cast, cast.lan, Client())["registry_stale_since"]
    assert dt.datetime.fromisoformat(told).replace(microsecond=0) == at.replace(microsecond=0)
    assert me(cast, cast.hoa, Client())["registry_stale_since"] is None


@pytest.mark.parametrize(("ago", "is_given"), [(6 * DAY, True), (9 * DAY, False)])
def test_what_begins_after_a_week_of_silence_does_not_begin(cast: Cast, ago: dt.timedelta, is_given: bool) -> None:
    """By a day pinned in the row: it begins today, and its source was last heard so long before."""
    heard(cast, ago)
    today = timezone.localdate()
    Role.objects.filter(person=cast.lan).update(begins_on=today)
    revise_for_today()
    assert live_roles().filter(person=cast.lan).exists() == is_given
    assert Member.objects.filter(person=cast.lan).exists() == is_given


def test_what_began_before_the_silence_goes_on_and_ends_in_time(cast: Cast) -> None:
    heard(cast, 30 * DAY)
    today = timezone.localdate()
    Role.objects.filter(person=cast.lan).update(begins_on=today - 40 * DAY)
    revise_for_today()
    assert Member.objects.filter(person=cast.lan).exists()
    Role.objects.filter(person=cast.lan).update(ends_on=today)
    revise_for_today()
    assert not Member.objects.filter(person=cast.lan).exists()


def test_enrolments_and_children_wait_too(cast: Cast) -> None:
    today = timezone.localdate()
    heard(cast, 30 * DAY)
    assert live_enrolments().filter(person=cast.lan).exists()
    assert children_of(cast.hoa.pk).exists()
    Enrolment.objects.filter(person=cast.lan).update(begins_on=today - DAY)
    GuardianLink.objects.filter(guardian=cast.hoa).update(valid_from=today - DAY)
    assert not live_enrolments().filter(person=cast.lan).exists()
    assert not children_of(cast.hoa.pk).exists()
    heard(cast, HOUR)
    assert live_enrolments().filter(person=cast.lan).exists()
    assert children_of(cast.hoa.pk).exists()


def test_a_class_that_begins_in_silence_waits_with_all_who_are_in_it(cast: Cast) -> None:
    heard(cast, 30 * DAY)
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(begins_on=timezone.localdate())
    assert not live_enrolments().filter(school_class=cast.class_7a).exists()
    heard(cast, HOUR)
    assert live_enrolments().filter(school_class=cast.class_7a).exists()


def test_a_source_that_is_heard_again_gives_at_once_what_waited(source: Source, pull, provider: Provider) -> None:
    """Nothing changed there; only somebody's first day came while nobody listened."""
    pull()
    set_up(source, by=None, runs_at=dt.time(2, 30))
    Role.objects.filter(person__sourced_id="lan").update(begins_on=timezone.localdate())
    Source.objects.update(heard_at=timezone.now() - 9 * DAY)
    revise_for_today()
    assert not Member.objects.filter(person__sourced_id="lan").exists()
    provider.change("orgs", "truong", "2026-09-02T00:00:00.000Z")
    for users in provider.data["users"].values():
        users["dateLastModified"] = "2026-08-01T00:00:00.000Z"
    pull()
    assert Member.objects.filter(person__sourced_id="lan").exists()


def test_no_query_asks_who_is_silent(cast: Cast, django_assert_num_queries) -> None:
    """Rights are asked for with every message; whether a source is silent is not."""
    heard(cast, 30 * DAY)
    with django_assert_num_queries(1):
        assert live_enrolments().filter(person=cast.lan).exists()


def test_nothing_waits_for_a_source_that_is_uploaded_by_hand(cast: Cast) -> None:
    heard(cast, 400 * DAY, scheduled=False)
    Role.objects.filter(person=cast.lan).update(begins_on=timezone.localdate())
    assert live_roles().filter(person=cast.lan).exists()
