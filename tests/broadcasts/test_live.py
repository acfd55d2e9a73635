"""Notices over real sockets: who has one at once, and how the live board moves."""

import datetime as dt
import json
import time
import urllib.request
import uuid
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from broadcasts import actions, board
from broadcasts.models import Broadcast
from broadcasts.serializers import moment
from registry.models import Org, Role
from tests.assured import assure
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast
from tests.wire import Server, Socket, session_for

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "a" * 32


def test_online_recipients_have_a_notice_at_once_and_others_of_the_org_nothing(
    server: Server, committed_cast: Cast
) -> None:
    cast = committed_cast
    sockets = {name: open_socket(server, cast, name) for name in ("hoa", "dung", "lan", "thu", "van", "quang", "tu")}
    told = publish_over_http(server, cast, "hanh", cast.school, roles=["guardians"])
    assert told["state"] == "leaving"
    for name in ("hoa", "dung"):
        # When the ten seconds are over in which it could have been taken back.
        event = sockets[name].next_event("broadcast.published", seconds=30)
        sent = Broadcast.objects.get()
        assert event["broadcast"] == {
            "id": sent.pk,
            "issuer": {"name": cast.school.name, "is_official": True},
            "kind": "thong_tin",
            "urgency": "thuong",
            "title": told["content"]["title"],
            "published_at": moment(sent.published_at),
            "wants_acknowledgement": True,
            "wants_carrying_out": False,
            "is_exercise": False,
            "version": 1,
            "corrects": None,
            "superseded": None,
        }
    for name in ("lan", "thu", "van", "quang", "tu"):
        sockets[name].expect_nothing(seconds=0.3)
    for socket in sockets.values():
        socket.close()


def test_the_officer_watches_an_answer_come_in(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    broadcast = publish(cast.son, cast.dong_sen, urgency="khan", roles=["guardians"])
    with open_socket(server, cast, "son") as son, open_socket(server, cast, "hoa") as hoa:
        watched = son.ask("broadcast.watch", broadcast=broadcast.pk)
        assert (watched["totals"]["wanted"], watched["totals"]["acknowledged"]) == (3, 0)
        answer = hoa.ask("broadcast.acknowledge", broadcast=broadcast.pk, students=[cast.an.pk])
        assert [bool(child["acknowledged_at"]) for child in answer["broadcast"]["for"]] == [True, False]
        event = son.next_event("broadcast.progressed", seconds=4)
        assert event["broadcast"] == broadcast.pk
        assert (event["totals"]["acknowledged"], event["totals"]["seen"]) == (1, 1)
        assert [unit["unit"]["id"] for unit in event["units"]] == [cast.school.pk]
        hoa.expect_nothing("broadcast.progressed", seconds=0.2)
        # The one that came within the second after the telling is told by the look that follows.
        assert hoa.ask("broadcast.acknowledge", broadcast=broadcast.pk, students=[cast.chi.pk])["type"] == "ok"
        until(son, acknowledged=2)
        assert "seen_at" in hoa.ask("broadcast.read", broadcast=broadcast.pk)


def test_answers_that_come_thick_are_told_once_a_second(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    broadcast = publish(cast.son, cast.so)
    people = [name for name in cast.people() if name != "son" and name not in {"hoa", "dung", "van"}]
    with open_socket(server, cast, "son") as son:
        son.ask("broadcast.watch", broadcast=broadcast.pk)
        began = time.monotonic()
        for name in people:
            with open_socket(server, cast, name) as socket:
                assert socket.ask("broadcast.acknowledge", broadcast=broadcast.pk)["type"] == "ok"
        tellings = until(son, acknowledged=len(people))
        assert tellings <= time.monotonic() - began + 1


def test_who_may_not_see_the_board_cannot_watch_it(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    broadcast = publish(cast.son, cast.dong_sen)
    for name in ("hoa", "quang", "tu", "lan", "van"):
        with open_socket(server, cast, name) as socket:
            answer = socket.ask("broadcast.watch", broadcast=broadcast.pk)
            assert (answer["type"], answer["code"]) == ("refused", "not_found")
    with open_socket(server, cast, "quang") as quang:
        assert quang.ask("broadcast.read", broadcast=broadcast.pk)["code"] == "not_found"
        assert quang.ask("broadcast.acknowledge", broadcast=broadcast.pk, students=[])["code"] == "not_found"
        assert quang.ask("broadcast.watch", broadcast=999999)["code"] == "not_found"
        assert quang.ask("broadcast.watch", broadcast="x")["code"] == "bad_frame"
    assert not Broadcast.objects.filter(watched_until__isnull=False).exists()


def test_the_turn_to_tell_is_taken_once_a_second_and_only_while_somebody_watches(committed_cast: Cast) -> None:
    cast, boards = committed_cast, board.Boards()
    broadcast = publish(cast.son, cast.so, roles=["guardians"])
    topic = board.topic_of(broadcast.pk)
    assert boards.topics_for([cast.son.pk]) == {cast.son.pk: set()}
    actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk])
    assert stands(broadcast).told_rev == 0
    board.watch(broadcast)
    assert boards.heads([topic, "broadcast.999999"]) == {topic: 1}
    (missed,) = boards.changes_since(topic, 0)
    assert missed.rev == 1
    assert f'"topic":"{topic}"' in missed.text
    assert list(boards.changes_since(topic, 1)) == []
    actions.acknowledge(cast.van, broadcast.pk, students=[cast.khanh.pk])
    assert boards.heads([topic]) == {topic: 1}
    Broadcast.objects.filter(pk=broadcast.pk).update(told_at=timezone.now() - dt.timedelta(seconds=2))
    actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.chi.pk])
    assert stands(broadcast).told_rev == 2
    assert boards.heads([topic]) == {topic: 2}


def test_a_watch_is_renewed_by_those_who_serve_it(committed_cast: Cast) -> None:
    broadcast = publish(committed_cast.son, committed_cast.so)
    board.watch(broadcast)
    nearly_over = timezone.now() + dt.timedelta(seconds=30)
    Broadcast.objects.filter(pk=broadcast.pk).update(watched_until=nearly_over)
    board.Boards().heads([board.topic_of(broadcast.pk)])
    renewed = stands(broadcast).watched_until
    assert renewed is not None
    assert renewed > nearly_over + dt.timedelta(seconds=60)


def test_a_board_is_lost_with_the_right(committed_cast: Cast) -> None:
    cast, boards = committed_cast, board.Boards()
    broadcast = publish(cast.son, cast.dong_sen, roles=["guardians"])
    topic, asked = board.topic_of(broadcast.pk), [cast.phuc.pk, cast.ha.pk, cast.quang.pk]
    assert boards.roster(topic, asked) == (0, {cast.phuc.pk, cast.ha.pk})
    Role.objects.filter(person=cast.phuc).update(role="aide")
    assert boards.roster(topic, asked) == (0, {cast.ha.pk})
    assert boards.roster("broadcast.999999", asked) == (0, set())


def stands(broadcast: Broadcast) -> Broadcast:
    """The notice as it is in the database now."""
    return Broadcast.objects.get(pk=broadcast.pk)


def open_socket(server: Server, cast: Cast, name: str) -> Socket:
    """A socket of this person."""
    return server.socket(session_for(cast, cast.people()[name]))


def until(socket: Socket, *, acknowledged: int) -> int:
    """Read the board until it says so; how often it was told."""
    for tellings in count(1):
        event = socket.next_event("broadcast.progressed", seconds=6)
        if event["totals"]["acknowledged"] == acknowledged:
            return tellings
    raise AssertionError


def publish_over_http(server: Server, cast: Cast, name: str, to: Org, **different: Any) -> dict[str, Any]:
    """Send a notice through the running server, as the app does."""
    session = session_for(cast, cast.people()[name])
    assure(session)
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    request = urllib.request.Request(
        f"{server.url}/api/broadcasts",
        json.dumps(draft(to, **different) | {"client_broadcast_id": str(uuid.uuid4())}).encode(),
        {
            "Content-Type": "application/json",
            "Cookie": cookies,
            "X-CSRFToken": TOKEN,
            "Origin": "http://127.0.0.1:8000",
        },
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 202
        return dict(json.load(answer))
