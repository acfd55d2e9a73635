"""Every order on the socket, as the outsider and as nobody."""

import uuid
from typing import Any

from msgspec import structs

from realtime import ping
from realtime.commands import registered
from rooms.models import Message, Room
from tests.cast import Cast
from tests.invariants.test_doors import publish_small
from tests.wire import Server, session_for

HEARTBEAT = str(ping.Ping.__struct_config__.tag)
CATCHING_UP = "room.resume"


def test_the_outsider_is_refused_every_order(committed_cast: Cast, server: Server) -> None:
    cast = committed_cast
    assert not cast.quang.enrolments.filter(school=cast.school).exists()
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    broadcast = publish_small(cast)
    with server.socket(session_for(cast, cast.lan)) as lan:
        posted = lan.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body="Mai mang áo mưa")
        assert posted["type"] == "ok"
    before = Message.objects.values_list("seq", "rev", "body", "removed_at").get()
    with server.socket(session_for(cast, cast.quang)) as quang:
        for name in orders():
            answer = quang.ask(name, **fields_of(name, room.pk, broadcast, quang.hello["epoch"]))
            if name == HEARTBEAT:
                assert answer["type"] == "ok"
            elif name == CATCHING_UP:
                assert (answer["rooms"], answer["gone"]) == ({}, [room.pk])
            else:
                assert (answer["type"], answer["code"]) == ("refused", "not_found"), (
                    f"{name} told the outsider {answer}"
                )
            assert "áo mưa" not in str(answer)
        quang.expect_nothing("message.posted", seconds=0.5)
    assert Message.objects.values_list("seq", "rev", "body", "removed_at").get() == before


def test_nobody_is_sent_away_before_any_order(committed_cast: Cast, server: Server) -> None:
    assert registered
    with server.socket(None, hello=False) as nobody:
        assert nobody.close_code() == 4401


def orders() -> list[str]:
    """Every order of the server, whichever modules other tests have imported by now."""
    ours = {name for name, found in registered.items() if not found.handler.__module__.startswith("tests.")}
    return sorted(ours | {HEARTBEAT})


def fields_of(name: str, room: int, broadcast: int, epoch: str) -> dict[str, Any]:
    """A well-formed order that names things of the small school."""
    values: dict[str, Any] = {
        "room": room,
        "seq": 1,
        "read_seq": 1,
        "have_seq": 1,
        "client_message_id": str(uuid.uuid4()),
        "body": "Chào cả lớp",
        "epoch": epoch,
        "rooms": {str(room): 0},
        "broadcast": broadcast,
        "students": [],
        "here": True,
        "kind": "tim",
        "options": [1],
    }
    wanted = [field.name for field in structs.fields(registered[name].order) if field.required and field.name != "ref"]
    return {field: values[field] for field in wanted} | ({"body": values["body"]} if name == "message.post" else {})
