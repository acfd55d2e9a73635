"""A right that ends between two statements of one answer, with something said after it: the answer does not tell it."""

from collections.abc import Callable
from typing import Any

import pytest

from realtime import epoch
from rooms import catching_up, listing, policy, selectors
from rooms.catching_up import catch_up
from rooms.models import Member, Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say

End = Callable[[], None]


@pytest.fixture
def room(cast: Cast) -> Room:
    """In which something was said while Hoa was there."""
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Trước")
    return room


@pytest.fixture
def end(cast: Cast, room: Room) -> End:
    """Hoa's right ends, and then something is said."""

    def act() -> None:
        Member.objects.filter(room=room, person=cast.hoa).delete()
        say(cast.lan, room, "Sau")

    return act


def first(act: End, then: Callable[..., Any]) -> Callable[..., Any]:
    """`then`, after `act` has happened once."""
    left = [act]

    def both(*args: Any, **named: Any) -> Any:
        if left:
            left.pop()()
        return then(*args, **named)

    return both


def test_history(cast: Cast, room: Room, end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    find = policy.find

    def found(*args: Any, **named: Any) -> Any:
        place = find(*args, **named)
        monkeypatch.setattr(policy, "find", find)
        end()
        return place

    monkeypatch.setattr(policy, "find", found)
    page = selectors.history(cast.hoa, room.pk)
    assert [message["body"] for message in page["messages"]] == ["Trước"]
    assert page["head"] == 1


def test_catching_up(cast: Cast, room: Room, end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up.tails, "of", first(end, catching_up.tails.of))
    told = catch_up(cast.hoa, known_epoch=epoch(), revs={room.pk: 0})["rooms"][str(room.pk)]
    assert [message["body"] for message in told["messages"]] == ["Trước"]
    assert (told["head"], told["last_seq"]) == (1, 1)


def test_the_list_of_rooms(cast: Cast, room: Room, end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "last_messages", first(end, selectors.last_messages))
    [shown] = [shown for shown in listing.rooms_for(cast.hoa) if shown["id"] == room.pk]
    assert "Sau" not in str(shown)
    assert (shown["head"], shown["last"]) == (1, None)
