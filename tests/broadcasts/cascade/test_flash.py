"""G02 from the outside: a flash direction to the heads of a department, 15 % of whom are silent, over real sockets. The
slice is of 21 schools; `make prove` takes the 849 of the goal."""

import contextlib
import time
from typing import Any

import pytest

from broadcasts import actions
from broadcasts.ladder import telling
from broadcasts.models import Broadcast, Node, Rung
from registry.models import Org, Person, Role
from tests.broadcasts.cascade.orders import add_schools, direct, long_ago, node_of, pass_down
from tests.broadcasts.drafts.desk import Desk
from tests.cast import Cast
from tests.proofs import WHOLE
from tests.wire import Server, Socket, session_for

SIZES = [21, pytest.param(849, marks=pytest.mark.prove)] if WHOLE else [21]
# Of every twenty heads three say nothing.
SILENT, OF = 3, 20
# How many of them sit at an open app, how many open one to answer, how many pass it down. The rest of the 849 answer where
# the socket's order would: the call list is made of the same rows.
ONLINE, OVER_SOCKETS, RELAYS = 10, 60, 3


@pytest.mark.parametrize("size", SIZES)
def test_at_twenty_minutes_the_call_list_is_exactly_the_silent(server: Server, committed_cast: Cast, size: int) -> None:
    cast = committed_cast
    schools = add_schools(cast, size)
    answering = [one for place, one in enumerate(schools) if place % OF >= SILENT]
    for school, _head in answering[:RELAYS]:
        teacher_of(cast, school)
    silent = {school.pk for place, (school, _head) in enumerate(schools) if place % OF < SILENT}
    with contextlib.ExitStack() as open_sockets:
        online = {head.pk: open_sockets.enter_context(socket_of(server, cast, head)) for _s, head in answering[:ONLINE]}
        sent = direct(cast.son, cast.so, urgency="hoa_toc")
        began = time.monotonic()
        for line in online.values():
            assert line.next_event("broadcast.published", seconds=10)["broadcast"]["id"] == sent.pk
        # Heads at an open app have it within ten seconds (G02).
        assert time.monotonic() - began < 10
        for place, (_school, head) in enumerate(answering):
            if head.pk in online:
                confirm(online[head.pk], sent)
            elif place >= OVER_SOCKETS:
                actions.acknowledge(head, sent.pk, students=[])
            else:
                with socket_of(server, cast, head) as line:
                    confirm(line, sent)

    # The clerk answers for the school: then its head is not reminded either.
    for person in (cast.thu, cast.phuc):
        with socket_of(server, cast, person) as line:
            confirm(line, sent)
    long_ago(sent, minutes=20.5)
    if WHOLE:
        tell_times(cast, sent)
    assert {row["unit"]["id"] for row in called(cast, sent)} == silent
    # Whose number is wrong is noted and stays; who confirms late leaves it.
    late = schools[0][1]
    with socket_of(server, cast, late) as line:
        confirm(line, sent)
    assert {row["unit"]["id"] for row in called(cast, sent)} == silent - {schools[0][0].pk}

    confirmed = {head.pk for _school, head in answering} | {late.pk, cast.thu.pk, cast.hanh.pk, cast.phuc.pk}
    rungs = [rung for rung in Rung.objects.filter(broadcast=sent) if rung.action != "call_list"]
    assert rungs
    for rung in rungs:
        if rung.to == "all":
            continue
        assert confirmed.isdisjoint(telling.concerned(rung, after=0, limit=10_000))

    for number, (school, head) in enumerate(answering[:RELAYS]):
        told = pass_down(Desk(cast, head), sent, school, roles=["teachers"], urgency="thuong", title=f"Số {number}")
        assert (told.relays, node_of(sent, school).relay) == (sent, told)
    relayed = Node.objects.filter(broadcast=sent, relay__isnull=False)
    assert all(node.relay and node.relay.relays_id == sent.pk for node in relayed)
    assert not Broadcast.objects.filter(relays=sent).exclude(carries_out__broadcast=sent).exists()


def socket_of(server: Server, cast: Cast, person: Person) -> Socket:
    """An open app of this person."""
    return server.socket(session_for(cast, person))


def tell_times(cast: Cast, sent: Broadcast) -> None:
    """How long the officer's doors take, for who reads the figures: nothing is asserted of them."""
    son = Desk(cast, cast.son)
    for name, door in (("board", "cascade"), ("rows", "cascade/nodes?limit=50"), ("calls", "cascade/calls?limit=100")):
        times = []
        for _turn in range(20):
            began = time.perf_counter()
            son.get(f"/{sent.pk}/{door}")
            times.append((time.perf_counter() - began) * 1000)
        units = Node.objects.filter(broadcast=sent).count()
        print(f"PROVE cascade_{name}_p95_ms={sorted(times)[18]:.0f} units={units}")


def confirm(line: Socket, sent: Broadcast) -> None:
    """Xác nhận, as the app sends it."""
    answer = line.ask("broadcast.acknowledge", broadcast=sent.pk, students=[])
    (node,) = answer["broadcast"]["nodes"]
    assert node["state"] == "confirmed"


def called(cast: Cast, sent: Broadcast) -> list[Any]:
    """The whole call list."""
    son, after, found = Desk(cast, cast.son), 0, list[Any]()
    while True:
        page = son.get(f"/{sent.pk}/cascade/calls?limit=100" + (f"&after={after}" if after else ""))
        found += page["nodes"]
        if page["complete"]:
            assert len(found) == page["count"]
            assert all(row["people"][0]["phone"] for row in found)
            return found
        after = page["after"]


def teacher_of(cast: Cast, school: Org) -> Person:
    """Somebody to pass it down to."""
    teacher = Person.objects.create(
        source=cast.source, sourced_id=f"t-{school.pk}", given_name="T", family_name="Lù", name=f"Lù T{school.pk}"
    )
    Role.objects.create(source=cast.source, sourced_id=f"tr-{school.pk}", person=teacher, org=school, role="teacher")
    return teacher
