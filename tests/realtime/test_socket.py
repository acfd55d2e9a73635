"""A socket as the app uses it, against a real server."""

import uuid

import pytest

from rooms.models import Member, Room
from tests.cast import Cast
from tests.wire import Server, session_for

pytestmark = pytest.mark.django_db(transaction=True)


def class_room(cast: Cast) -> Room:
    return Room.objects.get(kind="guardians", school_class=cast.class_7a)


def post(socket, room: Room, body: str, **options):
    return socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body, **options)


def test_a_message_reaches_the_other_members_and_nobody_else(server: Server, committed_cast: Cast) -> None:
    room = class_room(committed_cast)
    assert not Member.objects.filter(room=room, person=committed_cast.quang).exists()
    lan = server.socket(session_for(committed_cast, committed_cast.lan))
    hoa = server.socket(session_for(committed_cast, committed_cast.hoa))
    quang = server.socket(session_for(committed_cast, committed_cast.quang))
    assert lan.hello["person"] == committed_cast.lan.pk
    assert lan.hello["heads"][str(room.pk)] == 0

    answer = post(lan, room, "Chào cả lớp")

    assert answer["type"] == "ok", answer
    assert (answer["seq"], answer["rev"]) == (1, 1)
    heard = hoa.next_event("message.posted")
    assert heard["topic"] == f"room.{room.pk}"
    assert heard["message"]["body"] == "Chào cả lớp"
    assert lan.next_event("message.posted") == heard
    quang.expect_nothing()


def test_nobody_is_told_to_sign_in(server: Server) -> None:
    socket = server.socket(hello=False)
    assert socket.answer(None)["code"] == "not_signed_in"
    assert socket.close_code() == 4401


def test_a_browsers_offer_of_compression_is_declined_and_its_socket_opens(server: Server, committed_cast: Cast) -> None:
    """Every browser offers permessage-deflate; a server that trips over the offer leaves them all outside."""
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    socket = server.socket(session_for(committed_cast, committed_cast.hoa), extra=offer)
    assert "Sec-WebSocket-Extensions" not in socket.connection.response.headers
    assert socket.ask("ping")["type"] == "ok"
