"""State + what is told of it = fresh state, after every action there is."""

from collections.abc import Callable
from typing import Any

import pytest

from realtime import epoch
from rooms import actions, listing, pins, polls, reactions, selectors
from rooms.carrying import Source
from rooms.catching_up import catch_up
from rooms.models import Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say


class Client:
    """What the app does with what it is told: upsert by seq, keep one rev a room."""

    def __init__(self, person: Any, room: Room) -> None:
        self.person, self.room = person, room
        self.messages: dict[int, Any] = {}
        self.rev = 0
        self.pins: list[Any] = []

    def fetch(self) -> dict[int, Any]:
        """The room as a new client would read it."""
        page = selectors.history(self.person, self.room.pk, limit=100)
        assert page["complete"]
        return {message["seq"]: message for message in page["messages"]}

    def apply(self, frames: list[Any]) -> None:
        """Live events."""
        for frame in frames:
            if frame.get("rev") is None:
                continue
            assert frame["rev"] == self.rev + 1
            self.rev = frame["rev"]
            if "message" in frame:
                assert frame["message"]["rev"] == frame["rev"]
                self.messages[frame["message"]["seq"]] = frame["message"]
                continue
            # A part of a message, or what stands above the room.
            message = self.messages[frame["seq"]] | {"rev": frame["rev"]}
            message |= {part: frame[part] for part in ("reactions", "poll") if part in frame}
            self.messages[frame["seq"]] = {name: part for name, part in message.items() if part != []}
            self.pins = frame.get("pins", self.pins)

    def resume(self) -> None:
        """A catch-up."""
        answer = catch_up(self.person, known_epoch=epoch(), revs={self.room.pk: self.rev})
        changes = answer["rooms"][str(self.room.pk)]
        self.messages |= {message["seq"]: message for message in changes["messages"]}
        self.rev = changes["head"]
        self.pins = changes.get("pins", [])


Act = Callable[[Cast, Room], Any]
ACTS: list[Act] = [
    lambda c, r: say(c.lan, r, "Một"),
    lambda c, r: say(c.hoa, r, "Hai"),
    lambda c, r: actions.edit_message(c.hoa, r.pk, 2, body="Hai, sửa"),
    lambda c, r: actions.mark_read(c.dung, r.pk, read_seq=2),
    lambda c, r: actions.remove_message(c.lan, r.pk, 2),
    lambda c, r: actions.remove_message(c.lan, r.pk, 2),
    lambda c, r: say(c.dung, r, "Ba"),
    lambda c, r: actions.edit_message(c.dung, r.pk, 3, body="Ba"),
    lambda c, r: actions.edit_message(c.dung, r.pk, 3, body="Bốn"),
    lambda c, r: reactions.react(c.hoa, r.pk, 3, kind="tim"),
    lambda c, r: say(c.hoa, r, "@Cô Lan: vâng", reply_to=3, mentions=(c.lan.pk,)),
    lambda c, r: pins.pin(c.lan, r.pk, 3),
    lambda c, r: actions.edit_message(c.dung, r.pk, 3, body="Năm"),
    lambda c, r: reactions.react(c.hoa, r.pk, 3, kind=None),
    lambda c, r: say(c.lan, r, "Họp?", poll=polls.Ballot(("Có", "Không"), several=True, shows_names=False)),
    lambda c, r: polls.vote(c.dung, r.pk, 5, options=[1, 2]),
    lambda c, r: pins.pin(c.minh, r.pk, 5),
    lambda c, r: actions.remove_message(c.lan, r.pk, 3),
    lambda c, r: polls.close_poll(c.lan, r.pk, 5),
    lambda c, r: say(c.lan, r, "", forward=Source(r.pk, 4)),
    lambda c, r: actions.remove_message(c.hoa, r.pk, 4),
]


def test_events_replay_to_what_one_would_fetch(cast: Cast, told: Any) -> None:
    live = Client(cast.minh, guardians_room(cast.class_7a))
    for act in ACTS:
        live.apply(told(lambda act=act: act(cast, live.room)))
        assert live.messages == live.fetch()
        assert live.pins == listing.room_for(cast.minh, live.room.pk).get("pins", [])
    live.room.refresh_from_db()
    assert live.rev == live.room.head


@pytest.mark.parametrize("away_from", range(0, len(ACTS), 2))
def test_a_gap_anywhere_is_closed_by_one_catch_up(cast: Cast, told: Any, away_from: int) -> None:
    client = Client(cast.minh, guardians_room(cast.class_7a))
    for act in ACTS[:away_from]:
        client.apply(told(lambda act=act: act(cast, client.room)))
    for act in ACTS[away_from:]:
        act(cast, client.room)
    client.resume()
    assert client.messages == client.fetch()
    assert client.pins == listing.room_for(cast.minh, client.room.pk).get("pins", [])
    client.room.refresh_from_db()
    assert client.rev == client.room.head
    before = dict(client.messages)
    client.resume()
    assert client.messages == before
