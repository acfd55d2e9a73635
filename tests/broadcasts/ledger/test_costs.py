"""Boards and lists cost the same few statements for ten people and for a hundred."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from broadcasts.ledger import contacting, finding, listing, people, places
from broadcasts.ledger.boards import board_of
from broadcasts.ledger.filters import Wanted
from broadcasts.ledger.policy import Standing, standing_of
from broadcasts.models import Broadcast
from tests.broadcasts.ledger.test_lists import gathered
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import publish
from tests.cast import Cast


def cost(act: Callable[[], Any]) -> int:
    """How many statements; opening and closing a transaction are not counted."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


@pytest.fixture(params=[10, 100])
def sent(cast: Cast, request: Any) -> Broadcast:
    """A directive to so many more households in 7A."""
    crowd(cast, request.param)
    return publish(cast.son, cast.so)


def place_of(who: Standing, sent: Broadcast, **where: int) -> places.Place:
    """Where somebody looks."""
    return places.place_named(who, sent, org=where.get("org"), school_class=where.get("school_class"))


def test_boards(cast: Cast, sent: Broadcast) -> None:
    teacher, head, officer = map(standing_of, (cast.lan, cast.hanh, cast.ha))
    at_class, at_school = place_of(teacher, sent), place_of(head, sent)
    at_top = place_of(officer, sent)
    board_of(at_top, by_unit=False)
    assert cost(lambda: standing_of(cast.lan)) == 2
    assert cost(lambda: place_of(head, sent)) == 3
    assert cost(lambda: board_of(at_class, by_unit=False)) == 1
    assert cost(lambda: board_of(at_school, by_unit=False)) == 2
    assert cost(lambda: board_of(at_top, by_unit=False)) == 5
    assert cost(lambda: places.above(head, at_class)) == 3


def test_a_list_and_its_people(cast: Cast, sent: Broadcast) -> None:
    head, officer = standing_of(cast.hanh), standing_of(cast.ha)
    at_school, at_top = place_of(head, sent), place_of(officer, sent)
    board_of(at_top, by_unit=False)
    pages = []
    assert cost(lambda: pages.append(listing.page_of(head, at_school, Wanted(), after=None, limit=100))) == 3
    assert cost(lambda: listing.page_of(officer, at_top, Wanted(levels=("thcs",)), after=None, limit=100)) == 6
    assert len(pages[0].listed) > 10
    assert cost(lambda: people.subjects_told(head, sent, pages[0].listed)) == 9


def test_the_list_of_boards(cast: Cast, sent: Broadcast) -> None:
    standing = standing_of(cast.hanh)
    one = cost(lambda: finding.with_boards(standing, before=None, limit=20))
    for _more in range(5):
        publish(cast.son, cast.so)
    # Two of each notice: where one's board of it begins.
    assert cost(lambda: finding.with_boards(standing, before=None, limit=20)) == one + 5 * 2


def test_noting_a_contact(cast: Cast, sent: Broadcast) -> None:
    said = contacting.Contacted(client_contact_id=uuid.uuid4(), student=cast.an.pk, channel="call")
    assert cost(lambda: contacting.log(cast.lan, sent.pk, said)) <= 30


def test_an_export_costs_by_pages_and_not_by_people(cast: Cast, sent: Broadcast) -> None:
    client = Client()
    client.force_login(cast.account(cast.hanh), backend="allauth.account.auth_backends.AuthenticationBackend")
    path = f"/api/broadcasts/{sent.pk}/reach/export?format=csv"
    assert cost(lambda: async_to_sync(gathered)(client.get(path))) <= 40
