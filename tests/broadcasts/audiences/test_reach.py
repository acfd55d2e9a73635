"""What a sender is told before sending: numbers, channels, a forecast, and who may be missed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadcasts import reach_shapes, recipients
from broadcasts.audiences import audience_named
from broadcasts.models import Broadcast, Receipt
from delivery.models import PushSubscription
from registry.models import Account, Device, Person
from tests.broadcasts.audiences.conftest import EVERY_ROLE, Ask, reach
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast

PARENTS = ["guardians"]


def sign_in(cast: Cast, person: Person, *, ended: bool = False) -> None:
    """A device of this person."""
    at = timezone.now() if ended else None
    Device.objects.create(account=cast.account(person), session_hash=f"{person.pk}-{ended}", ended_at=at)


def push_to(person: Person) -> None:
    """A push address of this person."""
    PushSubscription.objects.create(person=person, endpoint=f"https://push.example/{person.pk}", p256dh="k", auth="a")


def earlier(cast: Cast, seen: dict[Person, float | None], *, hours_ago: float = 24, **different: object) -> Broadcast:
    """A notice to the school's guardians so long ago, opened so many minutes after it."""
    broadcast = publish(cast.hanh, cast.school, roles=PARENTS, **different)
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    Broadcast.objects.filter(pk=broadcast.pk).update(published_at=at)
    for person, minutes in seen.items():
        if minutes is not None:
            Receipt.objects.filter(broadcast=broadcast, person=person).update(
                seen_at=at + dt.timedelta(minutes=minutes)
            )
    return broadcast


def test_all_of_it_by_request(cast: Cast, ask: Ask) -> None:
    told = ask(cast.hanh, "POST", "/preview", draft(cast.school))
    assert set(told) >= set(reach_shapes.Reach.__annotations__)
    assert (told["units"], told["schools"], told["classes"], told["households"], told["people"]) == (1, 1, 2, 2, 9)
    assert told["by_role"] == {"guardians": 2, "students": 3, "teachers": 3, "staff": 1}
    assert told["forecast"] == {"share_in_an_hour": None, "based_on": 0}
    assert told["channels"] == {"app": 0, "push": 0, "none": 9}
    (missed,) = told["easily_missed"]
    assert missed["org"]["name"] == cast.school.name
    assert (missed["households"], missed["without_app"]) == (2, 2)


def test_strangers_preview_nothing(cast: Cast, ask: Ask) -> None:
    for stranger, to in ((cast.quang, cast.school), (cast.hoa, cast.class_7a), (cast.hanh, cast.so)):
        assert ask(stranger, "POST", "/preview", draft(to), status=403)["code"] == "not_your_audience"


def test_the_app_is_a_device_that_is_signed_in(cast: Cast) -> None:
    sign_in(cast, cast.hoa)
    sign_in(cast, cast.dung, ended=True)
    sign_in(cast, cast.lan)
    push_to(cast.lan)
    push_to(cast.minh)
    channels = reach(cast.school, cast.hanh).channels
    assert (channels.app, channels.push, channels.none) == (2, 2, 9 - 3)
    Account.objects.filter(person=cast.hoa).update(is_active=False)
    assert reach(cast.school, cast.hanh).channels.app == 1


def test_somebody_elsewhere_changes_nothing(cast: Cast) -> None:
    for person in (cast.van, cast.quang, cast.hanh):
        sign_in(cast, person)
        push_to(person)
    channels = reach(cast.school, cast.hanh).channels
    assert (channels.app, channels.push, channels.none) == (0, 0, 9)


def test_units_with_the_most_households_without_an_app_come_first(cast: Cast) -> None:
    crowd(cast, 5)
    told = [(one.unit, one.households, one.without_app) for one in reach(cast.so, cast.son, PARENTS).easily_missed]
    assert told == [(cast.school.pk, 7, 7), (cast.other_school.pk, 1, 1)]
    sign_in(cast, cast.van)
    sign_in(cast, cast.hoa)
    told = [(one.unit, one.households, one.without_app) for one in reach(cast.so, cast.son, PARENTS).easily_missed]
    assert told == [(cast.school.pk, 7, 6)]


def test_one_phone_reaches_its_household(cast: Cast) -> None:
    Person.objects.filter(pk__in=[cast.hoa.pk, cast.dung.pk]).update(household=1)
    sign_in(cast, cast.hoa)
    told = reach(cast.school, cast.hanh, PARENTS)
    assert (told.households, told.easily_missed) == (1, [])


def test_the_forecast_is_what_became_of_the_last_notices(cast: Cast) -> None:
    """Hoa opened one of two in time, Dũng one of two an hour too late and the other never."""
    earlier(cast, {cast.hoa: 10, cast.dung: None})
    earlier(cast, {cast.hoa: 180, cast.dung: 61})
    forecast = reach(cast.school, cast.hanh, PARENTS).forecast
    assert (forecast.share_in_an_hour, forecast.based_on) == (0.25, 2)
    Person.objects.filter(pk__in=[cast.hoa.pk, cast.dung.pk]).update(household=1)
    assert reach(cast.school, cast.hanh, PARENTS).forecast.share_in_an_hour == 0.5


def test_the_forecast_leaves_out_what_says_nothing(cast: Cast) -> None:
    """A drill, one whose hour is not over, and one from another season."""
    earlier(cast, {cast.hoa: 1}, is_exercise=True)
    earlier(cast, {cast.hoa: 1}, hours_ago=0.5)
    earlier(cast, {cast.hoa: 1}, hours_ago=24 * 100)
    forecast = reach(cast.school, cast.hanh, PARENTS).forecast
    assert (forecast.share_in_an_hour, forecast.based_on) == (None, 0)


def test_of_each_person_only_the_last_ten_count(cast: Cast) -> None:
    for _each in range(10):
        earlier(cast, {cast.hoa: 1, cast.dung: 1}, hours_ago=48)
    for _each in range(10):
        earlier(cast, {}, hours_ago=24)
    forecast = reach(cast.school, cast.hanh, PARENTS).forecast
    assert (forecast.share_in_an_hour, forecast.based_on) == (0.0, 10)


def test_a_notice_to_staff_is_judged_by_its_people(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school, roles=["teachers"])
    at = timezone.now() - dt.timedelta(hours=3)
    Broadcast.objects.filter(pk=broadcast.pk).update(published_at=at)
    broadcast.receipts.filter(person=cast.lan).update(seen_at=at + dt.timedelta(minutes=5))
    forecast = reach(cast.school, cast.hanh, ["teachers"]).forecast
    assert (forecast.share_in_an_hour, forecast.based_on) == (0.333, 1)


@pytest.mark.parametrize("slug", ["org", "class"])
def test_as_many_statements_for_five_hundred_as_for_ten(cast: Cast, slug: str) -> None:
    audience = audience_named(slug, (cast.school if slug == "org" else cast.class_7a).pk)
    assert audience is not None

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            recipients.count(audience, roles=EVERY_ROLE, author=cast.hanh)
        return len(captured)

    few = statements()
    crowd(cast, 500)
    assert statements() == few <= 14
