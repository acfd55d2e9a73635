"""Asking a room: who may, what a poll may be, one vote a person, and who learns what."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from realtime.errors import BadInput, NotFound
from registry.changes import AccessChange
from registry.models import AuditLine, GuardianLink, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms import actions, polls, reactions, selectors
from rooms.commands import CastVote, cast_vote
from rooms.errors import AlreadyRemoved, MayNotModerate, NoPollHere, PollClosed, StaysAsItIs, VotesAreSecret
from rooms.models import Message, Room, Vote
from rooms.polls import Ballot
from tests.cast import Cast
from tests.rooms.conftest import ODD_TEXTS, class_room, guardians_room, say, square, staff_room

DAYS = ("Thứ Bảy", "Chủ nhật", "Tuần sau")


def ask(cast: Cast, room: Room, *, several: bool = False, shows_names: bool = False, **more: Any) -> Message:
    """A poll of the teacher's."""
    return say(cast.lan, room, "Họp hôm nào?", poll=Ballot(DAYS, several, shows_names, **more)).message


def counted(cast: Cast, room: Room) -> tuple[list[int], int]:
    """The numbers of the room's last poll."""
    poll = selectors.history(cast.lan, room.pk)["messages"][-1]["poll"]
    return [option["votes"] for option in poll["options"]], poll["voters"]


def test_a_teacher_asks_and_guardians_choose(cast: Cast, browser: Any, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    ends = (timezone.now() + dt.timedelta(days=2)).isoformat()
    ballot = {"options": ["Thứ Bảy", " Chủ  nhật "], "several": False, "shows_names": False, "closes_at": ends}
    asked = browser(cast.lan).say(room, "Họp hôm nào?", poll=ballot).json()
    assert [(o["id"], o["text"], o["votes"]) for o in asked["poll"]["options"]] == [
        (1, "Thứ Bảy", 0),
        (2, "Chủ nhật", 0),
    ]
    path = f"rooms/{room.pk}/messages/1/vote"
    (frame,) = told(lambda: browser(cast.hoa).put(path, options=[2]))
    assert (frame["type"], frame["seq"], frame["rev"], frame["poll"]["voters"]) == ("poll.moved", 1, 2, 1)
    # An event is the same for every reader: nobody's choice is in it.
    assert set(frame["poll"]) == {"options", "voters", "closes_at", "closed_at", "several", "shows_names"}
    assert "person" not in frame
    assert told(lambda: browser(cast.hoa).put(path, options=[2])) == []
    voted = browser(cast.dung).put(path, options=[1]).json()
    assert voted["mine"] == {"reaction": None, "vote": [1]}
    assert counted(cast, room) == ([1, 1], 2)
    browser(cast.dung).put(path, options=[2])
    assert counted(cast, room) == ([0, 2], 2)
    assert browser(cast.dung).get(f"rooms/{room.pk}/messages")["mine"] == {"1": {"reaction": None, "vote": [2]}}
    browser(cast.dung).put(path, options=[])
    assert counted(cast, room) == ([0, 1], 1)
    assert "mine" not in browser(cast.dung).get(f"rooms/{room.pk}/messages")


def test_several_only_where_it_is_said(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    ask(cast, room)
    with pytest.raises(BadInput):
        polls.vote(cast.hoa, room.pk, 1, options=[1, 2])
    ask(cast, room, several=True)
    polls.vote(cast.hoa, room.pk, 2, options=[1, 3, 3])
    polls.vote(cast.dung, room.pk, 2, options=[3])
    assert counted(cast, room) == ([1, 0, 2], 2)
    for options in ([0], [4], [1, 9], [2**62]):
        with pytest.raises(BadInput):
            polls.vote(cast.hoa, room.pk, 2, options=options)
    assert counted(cast, room) == ([1, 0, 2], 2)


def test_who_may_ask(cast: Cast, browser: Any) -> None:
    ballot = {"options": ["Có", "Không"], "several": False, "shows_names": False}
    for person, room, status in (
        (cast.hoa, guardians_room(cast.class_7a), 403),
        (cast.quang, guardians_room(cast.class_7a), 404),
        (cast.an, class_room(cast.class_7a), 403),
        (cast.minh, class_room(cast.class_7a), 201),
        (cast.minh, staff_room(cast.school), 201),
        (cast.hanh, square(cast.school), 201),
    ):
        assert browser(person).say(room, "Đồng ý?", poll=ballot).status_code == status, (person, room.kind)


def test_who_reads_may_vote(cast: Cast) -> None:
    room = class_room(cast.class_7a)
    ask(cast, room)
    polls.vote(cast.an, room.pk, 1, options=[1])
    for person in (cast.quang, cast.hoa, cast.mai):
        with pytest.raises(NotFound):
            polls.vote(person, room.pk, 1, options=[1])
        with pytest.raises(NotFound):
            polls.voters(person, room.pk, 1)
        with pytest.raises(NotFound):
            polls.close_poll(person, room.pk, 1)
    assert counted(cast, room) == ([1, 0, 0], 1)
    say(cast.lan, room, "Không phải bình chọn")
    with pytest.raises(NoPollHere):
        polls.vote(cast.an, room.pk, 2, options=[1])


def test_it_ends_by_hand(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    ask(cast, room)
    polls.vote(cast.hoa, room.pk, 1, options=[1])
    with pytest.raises(MayNotModerate):
        polls.close_poll(cast.hoa, room.pk, 1)
    closed = browser(cast.minh).post(f"rooms/{room.pk}/messages/1/close").json()
    assert closed["poll"]["closed_at"]
    assert closed["rev"] == 3
    assert browser(cast.lan).post(f"rooms/{room.pk}/messages/1/close").json() == closed
    for person, options in ((cast.dung, [1]), (cast.hoa, [])):
        with pytest.raises(PollClosed):
            polls.vote(person, room.pk, 1, options=options)
    assert AuditLine.objects.get().act == "poll.closed"


def test_it_ends_by_its_time(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    message = ask(cast, room, closes_at=timezone.now() + dt.timedelta(hours=1))
    polls.vote(cast.hoa, room.pk, 1, options=[1])
    past = (timezone.now() - dt.timedelta(seconds=1)).isoformat()
    Message.objects.filter(pk=message.pk).update(poll=message.poll | {"closes_at": past})
    with pytest.raises(PollClosed):
        polls.vote(cast.dung, room.pk, 1, options=[1])
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["Có"],
        [str(n) for n in range(11)],
        ["Có", "CÓ"],
        ["Lê", "Le"],
        ["Có", " "],
        ["Có", "\u200d"],
        ["Có", "a" * 101],
        ["Có", "a" * 500],
    ],
)
def test_what_no_poll_is(cast: Cast, browser: Any, options: list[str]) -> None:
    ballot = {"options": options, "several": False, "shows_names": False}
    lan = browser(cast.lan)
    assert lan.refused(lan.say(guardians_room(cast.class_7a), "?", poll=ballot)) == (400, "poll_not_possible")
    assert not Message.objects.exists()


def test_bad_input_is_refused(cast: Cast, browser: Any) -> None:
    room, lan = guardians_room(cast.class_7a), browser(cast.lan)
    ballot = {"options": ["Có", "Không"], "several": False, "shows_names": False}
    for wrong in (
        {"options": "Có"},
        {"options": [1, 2]},
        {"options": ["a"] * 1_000},
        {"several": "maybe"},
        {"closes_at": "mai"},
        {"votes": 10},
    ):
        assert lan.say(room, "?", poll=ballot | wrong).status_code == 400
    for when in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        assert lan.refused(lan.say(room, "?", poll=ballot | {"closes_at": when})) == (400, "time_not_possible")
    assert lan.refused(lan.say(room, " ", poll=ballot)) == (400, "empty")
    lan.say(room, "?", poll=ballot)
    for options in ("1", [None], ["x"], {"1": 1}, [1] * 100, [-1]):
        assert lan.put(f"rooms/{room.pk}/messages/1/vote", options=options).status_code == 400


def test_odd_options_come_back_as_they_are_kept(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "?", poll=Ballot(ODD_TEXTS, True, False))
    told = selectors.history(cast.hoa, room.pk)["messages"][0]["poll"]["options"]
    assert [option["text"] for option in told][:2] == list(ODD_TEXTS[:2])
    assert not any("\u202e" in option["text"] for option in told)


def test_who_chose_what(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    ask(cast, room)
    ask(cast, room, shows_names=True)
    for seq in (1, 2):
        polls.vote(cast.hoa, room.pk, seq, options=[2])
        polls.vote(cast.minh, room.pk, seq, options=[2])
    with pytest.raises(VotesAreSecret):
        polls.voters(cast.dung, room.pk, 1)
    for person, seq in ((cast.lan, 1), (cast.dung, 2)):
        told = polls.voters(person, room.pk, seq)
        assert [[one["name"] for one in option["people"]] for option in told["options"]] == [
            [],
            ["Phạm Thị Hoa", "Vũ Đức Minh"],
            [],
        ]
        assert told["truncated"] is False


def test_no_names_before_a_whole_commune(cast: Cast, browser: Any) -> None:
    ballot = {"options": ["Có", "Không"], "several": False, "shows_names": True}
    hanh = browser(cast.hanh)
    assert hanh.refused(hanh.say(square(cast.school), "?", poll=ballot)) == (400, "poll_not_possible")


def test_who_has_left_counts_no_more_until_it_is_over(cast: Cast, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    ask(cast, room)
    ask(cast, room)
    for seq in (1, 2):
        polls.vote(cast.hoa, room.pk, seq, options=[1])
    polls.close_poll(cast.lan, room.pk, 1)
    GuardianLink.objects.filter(guardian=cast.hoa).update(valid_to=today())
    (frame, _access) = told(lambda: access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk})))
    assert (frame["type"], frame["seq"], frame["poll"]["voters"]) == ("poll.moved", 2, 0)
    assert counted(cast, room) == ([0, 0, 0], 0)
    polls.vote(cast.dung, room.pk, 2, options=[2])
    assert counted(cast, room) == ([0, 1, 0], 1)
    assert selectors.history(cast.lan, room.pk)["messages"][0]["poll"]["voters"] == 1
    assert [option["people"] for option in polls.voters(cast.lan, room.pk, 1)["options"]] == [[], [], []]


def test_the_question_stays_and_taking_it_back_takes_the_votes(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    ask(cast, room)
    polls.vote(cast.hoa, room.pk, 1, options=[1])
    reactions.react(cast.hoa, room.pk, 1, kind="like")
    with pytest.raises(StaysAsItIs):
        actions.edit_message(cast.lan, room.pk, 1, body="Nghỉ hôm nào?")
    actions.remove_message(cast.lan, room.pk, 1)
    assert Vote.objects.count() == 0
    page = selectors.history(cast.hoa, room.pk)
    assert "poll" not in page["messages"][0]
    assert "mine" not in page
    with pytest.raises(AlreadyRemoved):
        polls.vote(cast.hoa, room.pk, 1, options=[1])


def test_the_socket_votes_too(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    ask(cast, room)
    answer = cast_vote(cast.hoa, CastVote(ref=1, room=room.pk, seq=1, options=(3,)))
    assert answer == browser(cast.hoa).put(f"rooms/{room.pk}/messages/1/vote", options=[3]).json()
