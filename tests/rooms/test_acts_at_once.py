"""Many people who do something to the same messages at the same moment: numbers are those of the rows, and nobody waits
for somebody who waits for them."""

import itertools
from contextlib import suppress
from typing import Any

from realtime import Refusal
from registry.models import Person
from rooms import actions, polls, reactions, selectors
from rooms.carrying import Source
from rooms.models import Message, Reaction, Room, Vote
from rooms.polls import Ballot
from tests.cast import Cast
from tests.invariants.test_sequence import check, in_threads
from tests.rooms.conftest import guardians_room, say, square
from tests.wire import Server, session_for

KINDS = itertools.cycle(reactions.KINDS)


def people_of(cast: Cast) -> list[Person]:
    """Everybody in the guardians' room of 7A."""
    return [cast.lan, cast.minh, cast.hoa, cast.dung]


def test_votes_and_reactions_at_once(committed_cast: Cast) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    say(cast.lan, room, "Họp?", poll=Ballot(("Có", "Không", "Tùy"), several=True, shows_names=False))
    acts: list[Any] = []
    for number in range(12):
        for person in people_of(cast):
            options = [[1], [2, 3], []][number % 3]
            acts.append(lambda person=person, options=options: polls.vote(person, room.pk, 1, options=options))
            kind = next(KINDS)
            acts.append(lambda person=person, kind=kind: reactions.react(person, room.pk, 1, kind=kind))
    acts.append(lambda: say(cast.hoa, room, "Vâng"))
    in_threads(acts)
    message = selectors.history(cast.lan, room.pk)["messages"][0]
    for option in message["poll"]["options"]:
        assert option["votes"] == Vote.objects.filter(option=option["id"]).count()
    assert message["poll"]["voters"] == Vote.objects.values("person").distinct().count()
    counts = {one["kind"]: (one["count"], set(one["people"])) for one in message["reactions"]}
    for kind in reactions.KINDS:
        people = set(Reaction.objects.filter(kind=kind).values_list("person", flat=True))
        assert counts.get(kind, (0, set())) == (len(people), people)
    assert Reaction.objects.count() == 4
    check(room)


def test_forwarding_and_taking_back_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    board, ours, theirs = square(cast.school), guardians_room(cast.class_7a), guardians_room(cast.class_6b)
    for person in (cast.hanh, cast.lan, cast.mai, cast.hoa):
        actions.open_room(person, board.pk)
    for _ in range(4):
        say(cast.hanh, board, "Trường nghỉ ngày mai")

    def quietly(act: Any) -> Any:
        def done() -> None:
            with suppress(Refusal):
                act()

        return done

    def forward(person: Person, target: Room, seq: int) -> Any:
        return quietly(lambda: say(person, target, "", forward=Source(board.pk, seq)))

    def take_back(seq: int) -> Any:
        return quietly(lambda: actions.remove_message(cast.hanh, board.pk, seq))

    acts: list[Any] = []
    for seq in range(1, 5):
        acts += [
            forward(cast.lan, ours, seq),
            forward(cast.mai, theirs, seq),
            take_back(seq),
            forward(cast.hoa, ours, seq),
        ]
        acts.append(quietly(lambda: say(cast.hoa, ours, "Vâng", reply_to=1)))
    in_threads(acts)
    assert not Message.objects.filter(room=board, removed_at=None).exists()
    # No copy of what was taken back keeps its words, whichever came first.
    assert not Message.objects.filter(forwarded_from__isnull=False, removed_at=None).exists()
    assert not Message.objects.filter(body__contains="Trường nghỉ").exists()
    for room in (board, ours, theirs):
        check(room)


def test_on_real_sockets(committed_cast: Cast, server: Server) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    say(cast.lan, room, "Mai nghỉ học")
    with (
        server.socket(session_for(cast, cast.hoa)) as hoa,
        server.socket(session_for(cast, cast.lan)) as lan,
        server.socket(session_for(cast, cast.quang)) as quang,
    ):
        answer = hoa.ask("message.react", room=room.pk, seq=1, kind="tim")
        told = lan.next_event("message.reacted")
        assert (told["rev"], told["reactions"]) == (answer["rev"], answer["reactions"])
        poll = {"options": ["Có", "Không"], "several": False, "shows_names": True}
        asked = lan.ask(
            "message.post",
            room=room.pk,
            client_message_id="4fd1d1a4-6f4c-4b39-9d4c-0c4f8a0e6a01",
            body="Họp?",
            poll=poll,
        )
        assert asked["message"]["poll"]["voters"] == 0
        assert hoa.next_event("message.posted")["message"]["poll"] == asked["message"]["poll"]
        voted = hoa.ask("poll.vote", room=room.pk, seq=2, options=[2])
        assert voted["mine"] == {"reaction": None, "vote": [2]}
        assert lan.next_event("poll.moved")["poll"] == voted["poll"]
        answered = hoa.ask(
            "message.post",
            room=room.pk,
            client_message_id="4fd1d1a4-6f4c-4b39-9d4c-0c4f8a0e6a02",
            body="Vâng",
            reply_to=1,
        )
        assert answered["message"]["reply_to"]["excerpt"] == "Mai nghỉ học"
        for bad in ({"reply_to": "1"}, {"poll": {"options": ["a", "b"]}}):
            refused = hoa.ask(
                "message.post",
                room=room.pk,
                client_message_id="4fd1d1a4-6f4c-4b39-9d4c-0c4f8a0e6a03",
                body="Vâng",
                **bad,
            )
            assert refused["type"] == "refused"
        resumed = hoa.ask("room.resume", epoch=hoa.hello["epoch"], rooms={str(room.pk): 0})
        assert resumed["rooms"][str(room.pk)]["mine"] == {
            "1": {"reaction": "tim", "vote": []},
            "2": {"reaction": None, "vote": [2]},
        }
        quang.expect_nothing(seconds=0.3)
