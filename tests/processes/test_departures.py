"""A server that is killed between sending off and leaving loses nothing and sends nothing twice."""

import signal
import time

import pytest

from broadcasts.models import Broadcast, Draft, Receipt
from delivery.models import Dispatch
from tests.broadcasts.drafts.desk import Desk, in_the_past
from tests.cast import Cast
from tests.wire import serving

pytestmark = pytest.mark.django_db(transaction=True)


def left(told: dict[str, int], seconds: float = 30) -> Draft:
    """The draft, when it has left."""
    deadline = time.monotonic() + seconds
    while (draft := Draft.objects.get(pk=told["id"])).state != "left":
        assert time.monotonic() < deadline, f"it is still {draft.state}, {draft.problem}"
        time.sleep(0.1)
    return draft


def test_killed_between_sending_off_and_leaving_it_still_leaves_once(committed_cast: Cast) -> None:
    cast = committed_cast
    with serving() as killed:
        told = Desk(cast, cast.hanh).send(cast.school)
        killed.stop(by=signal.SIGKILL)
    assert Draft.objects.get().state == "leaving"
    in_the_past(told)
    with serving():
        draft = left(told)
    assert draft.broadcast == Broadcast.objects.get()
    assert Receipt.objects.count() == told["people"]
    assert Dispatch.objects.filter(source="broadcast").count() == 1


def test_two_servers_and_many_kills_send_each_once(committed_cast: Cast) -> None:
    """Killed while they let leave: what was half done is undone by the database and done by the next."""
    cast = committed_cast
    hanh = Desk(cast, cast.hanh)
    told = [hanh.send(cast.school, title=f"Thông báo {n}") for n in range(12)]
    for one in told:
        in_the_past(one)
    # The first look comes a second after the start: before it, in its middle, when it may be over.
    for seconds in (0.9, 1.1, 1.3):
        with serving() as one, serving() as other:
            time.sleep(seconds)
            one.stop(by=signal.SIGKILL)
            other.stop(by=signal.SIGKILL)
    with serving():
        for one_told in told:
            left(one_told)
    assert Broadcast.objects.count() == len(told)
    assert Receipt.objects.count() == sum(one["people"] for one in told)
    assert sorted(Broadcast.objects.values_list("title", flat=True)) == sorted(one["content"]["title"] for one in told)
