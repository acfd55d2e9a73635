"""The hub by itself: who gets what, in which order, and what happens when rights end or the database is away."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.db import OperationalError

from realtime import access, arrivals, topics
from realtime.fanout import SOCKETS
from realtime.frame import Frame
from realtime.hub import Hub
from realtime.keepalive import KeepAlive
from realtime.limits import FOLLOWED_TOPICS, OUTGOING_BYTES, SOCKETS_A_PERSON
from realtime.watch import Watch
from tests.realtime.toys import ToyOwner, Wire, arrive

LAN, HOA, QUANG = 1, 2, 9


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToyOwner]:
    found = ToyOwner(members={"toy.1": {LAN, HOA}, "toy.2": {LAN}})
    monkeypatch.setattr(arrivals, "epoch", lambda: "the-epoch")
    before, audiences_before = dict(topics.owners), dict(topics.audiences)
    topics.owners.clear()
    # The real ones ask the database.
    topics.audiences.clear()
    topics.owners["toy"] = found  # type: ignore[assignment]
    yield found
    topics.owners.clear()
    topics.owners.update(before)
    topics.audiences.clear()
    topics.audiences.update(audiences_before)


@pytest.fixture
async def hub(owner: ToyOwner) -> Hub:
    """A hub whose endless work is not started: tests take its steps themselves."""
    return Hub(asyncio.get_running_loop())


async def until(truth: Callable[[], object], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not truth():
            await asyncio.sleep(0.005)


async def test_hello_tells_where_each_topic_stands(hub: Hub, owner: ToyOwner) -> None:
    owner.say("toy.1", "one")
    _connection, lan = await arrive(hub, LAN)
    assert lan.frames == [
        {"type": "hello", "epoch": "the-epoch", "person": LAN, "heartbeat": 25, "heads": {"1": 1, "2": 0}}
    ]


async def test_an_event_reaches_those_who_follow_and_nobody_else(hub: Hub, owner: ToyOwner) -> None:
    assert QUANG not in owner.members["toy.1"]
    (_, lan), (_, hoa), (_, quang) = [await arrive(hub, pk) for pk in (LAN, HOA, QUANG)]
    hub.post(owner.say("toy.1", "hello"))
    await until(hoa.said)
    assert lan.said() == hoa.said() == ["hello"]
    assert quang.said() == []


async def test_newcomers_at_the_same_moment_share_their_questions(hub: Hub, owner: ToyOwner) -> None:
    owner.members["toy.1"] = set(range(100, 150))
    await asyncio.gather(*(arrive(hub, pk) for pk in range(100, 150)))
    assert owner.asked == ["topics_for", "heads"]


async def test_what_came_twice_is_told_once(hub: Hub, owner: ToyOwner) -> None:
    _connection, lan = await arrive(hub, LAN)
    frame = owner.say("toy.1", "once")
    hub.post(frame)
    hub.post(frame)
    await until(lan.said)
    await asyncio.sleep(0.02)
    assert lan.said() == ["once"]


async def test_the_watch_brings_what_no_hint_brought(hub: Hub, owner: ToyOwner) -> None:
    _connection, lan = await arrive(hub, LAN)
    owner.say("toy.1", "the hint of this was lost")
    late = owner.say("toy.1", "and of this it comes late")
    await Watch(hub).look()
    await until(lambda: len(lan.said()) == 2)
    hub.post(late)
    await asyncio.sleep(0.02)
    assert lan.said() == ["the hint of this was lost", "and of this it comes late"]


async def test_an_event_that_overtook_another_does_not_hide_it(hub: Hub, owner: ToyOwner) -> None:
    _connection, lan = await arrive(hub, LAN)
    owner.say("toy.1", "first, its hint lost")
    hub.post(owner.say("toy.1", "second"))
    await until(lan.said)
    await Watch(hub).look()
    await until(lambda: len(lan.said()) == 2)
    assert lan.said() == ["second", "first, its hint lost"]


async def test_no_message_after_a_right_ended_even_when_nobody_says_so(hub: Hub, owner: ToyOwner) -> None:
    (_, lan), (hoas, hoa) = [await arrive(hub, pk) for pk in (LAN, HOA)]
    hub.post(owner.say("toy.1", "for both"))
    await until(hoa.said)
    owner.remove("toy.1", HOA)
    hub.post(owner.say("toy.1", "for Lan alone"))
    await until(lambda: len(lan.said()) == 2)
    await until(lambda: hoa.heard("access.changed"))
    assert hoa.said() == ["for both"]
    assert hoa.heard("access.changed") == [{"type": "access.changed", "toys": []}]
    assert "toy.1" not in hoas.topics


async def test_a_socket_let_in_on_an_old_answer_is_checked_before_the_next_message(hub: Hub, owner: ToyOwner) -> None:
    """Its rights were read before the removal, it joined after the hub had read the members: the dangerous order."""
    (_, lan), (hoas, hoa) = [await arrive(hub, pk) for pk in (LAN, HOA)]
    asked_at = hub.loop.time()
    owner.remove("toy.1", HOA)
    hub.post(owner.say("toy.1", "after the removal"))
    await until(lan.said)
    hub.follow(hoas, "toy.1", head=0, asked_at=asked_at)
    hub.post(owner.say("toy.1", "the next"))
    await until(lambda: len(lan.said()) == 2)
    assert hoa.said() == []


async def test_members_that_cannot_be_read_get_nothing_until_they_can(hub: Hub, owner: ToyOwner) -> None:
    (_, lan), (_, hoa) = [await arrive(hub, pk) for pk in (LAN, HOA)]
    owner.remove("toy.1", HOA)
    owner.failures = [OperationalError("away")]
    hub.post(owner.say("toy.1", "kept back"))
    await until(lambda: not owner.failures)
    await asyncio.sleep(0.02)
    assert lan.said() == hoa.said() == []
    hub.post(owner.say("toy.1", "the next"))
    await until(lan.said)
    assert hoa.said() == []


async def test_refreshed_access_drops_what_ended_and_joins_what_began(hub: Hub, owner: ToyOwner) -> None:
    _connection, lan = await arrive(hub, LAN)
    owner.remove("toy.2", LAN)
    owner.members["toy.3"] = {LAN}
    hub.post({"type": "hub.access", "people": [LAN, QUANG]})
    await until(lambda: lan.heard("access.changed"))
    assert lan.heard("access.changed")[0]["toys"] == [1, 3]
    hub.post(owner.say("toy.2", "no longer hers"))
    hub.post(owner.say("toy.3", "hers now"))
    await until(lan.said)
    assert lan.said() == ["hers now"]


async def test_nobody_is_told_of_access_that_did_not_change(hub: Hub) -> None:
    _connection, lan = await arrive(hub, LAN)
    await access.refresh(hub, None)
    assert lan.heard("access.changed") == []


async def test_a_person_s_own_topic_reaches_every_socket_of_hers(hub: Hub) -> None:
    (_, phone), (_, tablet), (_, hoa) = await arrive(hub, LAN), await arrive(hub, LAN), await arrive(hub, HOA)
    hub.post({"type": "hub.frame", "topic": f"person.{LAN}", "text": '{"type":"room.opened","room":7}'})
    await until(lambda: tablet.heard("room.opened"))
    assert phone.heard("room.opened") == [{"type": "room.opened", "room": 7}]
    assert not hoa.heard("room.opened")


async def test_an_audience_is_those_whom_the_finder_names(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def recent(seconds: float) -> list[tuple[int, str]]:
        assert seconds >= 30
        return [(5, '{"type":"toy.published","id":5}'), (6, '{"type":"toy.published","id":6}')]

    def finder(subject: int, people: list[int]) -> set[int]:
        asked.append((subject, list(people)))
        return {HOA} & set(people)

    monkeypatch.setitem(topics.audiences, "toys", topics.Audience(finder, recent))
    (_, lan), (_, hoa) = [await arrive(hub, pk) for pk in (LAN, HOA)]
    hub.post({"type": "hub.audience", "audience": "toys", "subject": 5, "text": '{"type":"toy.published","id":5}'})
    await until(lambda: hoa.heard("toy.published"))
    assert not lan.heard("toy.published")
    assert asked == [(5, [LAN, HOA])]
    await Watch(hub).look()
    await Watch(hub).look()
    await until(lambda: len(hoa.heard("toy.published")) == 2)
    assert [frame["id"] for frame in hoa.heard("toy.published")] == [5, 6]
    assert len(asked) == 2


async def test_a_cut_session_closes_its_sockets_and_no_others(hub: Hub) -> None:
    (_, phone), (_, tablet) = await arrive(hub, LAN, session="phone"), await arrive(hub, LAN, session="tablet")
    hub.post({"type": "hub.cut", "sessions": ["phone"]})
    await until(lambda: phone.code)
    assert (phone.code, tablet.code) == (4401, None)


async def test_the_sixth_socket_ends_the_one_that_was_silent_longest(hub: Hub) -> None:
    arrived = [await arrive(hub, LAN) for _ in range(SOCKETS_A_PERSON)]
    for connection, _wire in arrived:
        connection.heard_at += 1
    arrived[3][0].heard_at -= 30
    _sixth, newest = await arrive(hub, LAN)
    assert [wire.code for _connection, wire in arrived] == [None, None, None, 4029, None]
    assert newest.code is None
    assert len(hub.by_person[LAN]) == SOCKETS_A_PERSON


async def test_a_reader_too_far_behind_is_closed_and_keeps_nobody_waiting(hub: Hub, owner: ToyOwner) -> None:
    (_, lan), (_, hoa) = [await arrive(hub, pk) for pk in (LAN, HOA)]
    hoa.unread = OUTGOING_BYTES + 1
    hub.post(owner.say("toy.1", "one"))
    hub.post(owner.say("toy.1", "two"))
    await until(lambda: len(lan.said()) == 2)
    assert hoa.code == 4008
    assert hoa.said() == ["one"]


async def test_a_socket_that_cannot_be_written_to_does_not_stop_the_others(
    hub: Hub, owner: ToyOwner, caplog: pytest.LogCaptureFixture
) -> None:
    (first, _), (_, hoa) = [await arrive(hub, pk) for pk in (LAN, HOA)]

    class Broken(Wire):
        def write(self, frame: Frame) -> int:
            raise RuntimeError("a bug in a transport")

    first.transport = Broken()
    hub.post(owner.say("toy.1", "for Hoa"))
    await until(hoa.said)
    assert "could not be written to" in caplog.text


async def test_a_small_room_does_not_wait_for_a_large_one(hub: Hub, owner: ToyOwner) -> None:
    written = count()
    order: dict[str, int] = {}

    class Counting(Wire):
        def write(self, frame: Frame) -> int:
            order["small" if '"toy.1"' in frame.text else "large"] = next(written)
            return 0

    owner.members["toy.9"] = set(range(1_000, 1_600))
    for pk in [*sorted(owner.members["toy.9"]), LAN, HOA]:
        connection, _wire = await arrive(hub, pk)
        connection.transport = Counting()
    hub.post(owner.say("toy.9", "to 600"))
    hub.post(owner.say("toy.1", "to 2"))
    await until(lambda: order.get("large", 0) >= 600)
    assert order["small"] <= 2 * SOCKETS + 2


async def test_order_within_a_topic_is_kept_while_others_are_written(hub: Hub, owner: ToyOwner) -> None:
    owner.members["toy.1"] = set(range(100, 300))
    wires = [(await arrive(hub, pk))[1] for pk in range(100, 300)]
    expected = [f"message {n}" for n in range(20)]
    for what in expected:
        hub.post(owner.say("toy.1", what))
    await until(lambda: all(len(wire.said()) == 20 for wire in wires))
    assert all(wire.said() == expected for wire in wires)


async def test_heartbeats_name_the_heads_that_moved(hub: Hub, owner: ToyOwner) -> None:
    connection, lan = await arrive(hub, LAN)
    hub.follow_on_request(connection, "toy.7", hub.loop.time())
    hub.post(owner.say("toy.1", "one"))
    hub.post({**owner.say("toy.7", "followed by order"), "roster": None})
    await until(lambda: len(lan.said()) == 2)
    await KeepAlive(hub)._beat({connection: None})
    assert lan.heard("heartbeat")[0]["heads"] == {"1": 1}


async def test_heartbeats_leave_out_what_is_followed_by_order(hub: Hub, owner: ToyOwner) -> None:
    """Heads carry no prefix: the number of board 5 would pass for that of room 5."""
    owner.members["toy.5"] = {HOA}
    connection, lan = await arrive(hub, LAN)
    hub.follow_on_request(connection, "toy.5", hub.loop.time())
    hub.post({**owner.say("toy.5", "one"), "roster": None})
    await until(lan.said)
    assert "toy.5" in hub.moved
    await KeepAlive(hub)._beat({connection: None})
    assert lan.heard("heartbeat")[0]["heads"] == {}


async def test_silence_is_closed(hub: Hub) -> None:
    connection, lan = await arrive(hub, LAN)
    connection.heard_at -= 46
    for residue in range(5):
        await hub.keepalive._close_silent(residue)
    assert lan.code == 4408
    assert not hub.connections


async def test_without_a_database_there_is_no_hello(hub: Hub, owner: ToyOwner) -> None:
    owner.failures = [OperationalError("away")]
    _connection, lan = await arrive(hub, LAN)
    assert lan.code == 4503
    assert [(frame["type"], frame["code"]) for frame in lan.frames] == [("closing", 4503)]


async def test_what_is_left_behind_after_all_have_gone_is_nothing(hub: Hub, owner: ToyOwner) -> None:
    arrived = [await arrive(hub, pk) for pk in (LAN, HOA, LAN)]
    hub.post(owner.say("toy.1", "one"))
    for connection, _wire in arrived:
        hub.leave(connection)
        hub.leave(connection)
    assert not hub.connections
    assert not hub.by_person
    assert not hub.by_session
    assert not hub.topics
    assert not any(hub.keepalive._buckets)


async def test_a_topic_followed_by_order_ends_with_the_right(hub: Hub, owner: ToyOwner) -> None:
    owner.members["toy.5"] = set()
    connection, hoa = await arrive(hub, HOA)
    hub.follow_on_request(connection, "toy.5", hub.loop.time())
    hub.post({**owner.say("toy.5", "progress"), "roster": None})
    await until(hoa.said)
    await access.refresh(hub, [HOA])
    assert "toy.5" not in connection.topics
    assert connection.followed == []


async def test_only_so_many_topics_are_followed_by_order(hub: Hub) -> None:
    connection, _wire = await arrive(hub, HOA)
    for number in range(100, 100 + FOLLOWED_TOPICS + 5):
        hub.follow_on_request(connection, f"toy.{number}", hub.loop.time())
    assert len(connection.followed) == FOLLOWED_TOPICS
    assert "toy.100" not in connection.topics
