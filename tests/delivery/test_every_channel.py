"""What holds for every way of delivering that there is."""

import datetime as dt

import pytest
from django.utils import timezone

from delivery.channels import DeliveryChannel
from delivery.models import Delivery
from tests.cast import Cast
from tests.delivery.push_service import Browser

FCM = "https://fcm.googleapis.com/fcm/send/"


def test_the_shipped_channels_are_found() -> None:
    assert sorted(DeliveryChannel.registered) == ["webpush"]


@pytest.mark.parametrize("channel", [channel() for channel in DeliveryChannel.registered.values()])
def test_addresses_belong_to_those_asked_for_and_end_when_forgotten(cast: Cast, channel: DeliveryChannel) -> None:
    for person in (cast.hoa, cast.dung):
        for number in range(2):
            Browser(f"{FCM}{person.pk}-{number}").subscribe(person)
    found = channel.addresses_of([cast.hoa.pk])

    assert len(channel.slug) <= Delivery._meta.get_field("channel").max_length
    assert [person for person, _address in found] == [cast.hoa.pk] * 2
    known = channel.addresses([address for _person, address in found])
    assert [(known[address].person_id, known[address].id) for _person, address in found] == found
    assert channel.addresses_of([]) == []
    channel.forget([found[0][1]])
    assert channel.addresses_of([cast.hoa.pk, cast.dung.pk])[0] == found[1]


@pytest.mark.parametrize("channel", [channel() for channel in DeliveryChannel.registered.values()])
def test_asking_for_many_addresses_costs_no_more_than_for_one(
    cast: Cast, channel: DeliveryChannel, django_assert_num_queries
) -> None:
    for number in range(9):
        Browser(f"{FCM}{number}").subscribe(cast.hoa)
    with django_assert_num_queries(1):
        assert len(channel.addresses_of([cast.hoa.pk, cast.dung.pk])) == 9
    now = timezone.now()
    with django_assert_num_queries(1):
        channel.record_accepted(set(range(100)), now=now + dt.timedelta(days=1))
