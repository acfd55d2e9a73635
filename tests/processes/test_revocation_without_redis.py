"""A right that ends while Redis is dead or mute ends in the other process too: nothing said afterwards arrives, and within the
thirty seconds of the backstop (registry rules 5.5) the socket is told, or closed."""

import signal
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rooms.models import Room
from tests import services
from tests.cast import Cast
from tests.rooms.conftest import guardians_room
from tests.rooms.test_revocation import Page
from tests.wire import Server, Socket, serving, session_for

BACKSTOP = 30.0
AFTERWARDS = "Chỉ những ai còn trong lớp đọc được câu này"
Redis = subprocess.Popen[bytes]


def killed(redis: Redis) -> None:
    """Connections are refused."""
    services.stop(redis, by=signal.SIGKILL)


def mute(redis: Redis) -> None:
    """Connections stay open, and nothing is answered."""
    redis.send_signal(signal.SIGSTOP)


EITHER = pytest.mark.parametrize("take_away", [killed, mute], ids=lambda way: way.__name__)


@pytest.fixture
def redis() -> Iterator[tuple[Redis, str]]:
    url = services.start_redis()
    process = services.STARTED[-1]
    yield process, url
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
    services.stop(process)


@pytest.fixture
def two(committed_cast: Cast, redis: tuple[Redis, str]) -> Iterator[tuple[Server, Server]]:
    with serving(redis_url=redis[1]) as one, serving(redis_url=redis[1]) as other:
        yield one, other


def post(socket: Socket, room: Room, body: str) -> dict[str, object]:
    return socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body, seconds=15)


@contextmanager
def talking(cast: Cast, one: Server, other: Server) -> Iterator[tuple[Socket, Socket, Socket]]:
    """Lan on one server; Hoa and Dũng on the other, who hear her while Redis is there."""
    with (
        one.socket(session_for(cast, cast.lan)) as lan,
        other.socket(session_for(cast, cast.hoa)) as hoa,
        other.socket(session_for(cast, cast.dung)) as dung,
    ):
        assert post(lan, guardians_room(cast.class_7a), "Chào các phụ huynh")["type"] == "ok"
        for guardian in (hoa, dung):
            assert guardian.next_event("message.posted")["message"]["body"] == "Chào các phụ huynh"
        yield lan, hoa, dung


@EITHER
def test_a_deny_is_felt_on_the_other_server(
    take_away: Callable[[Redis], None], committed_cast: Cast, two: tuple[Server, Server], redis: tuple[Redis, str]
) -> None:
    cast, (one, other) = committed_cast, two
    room = guardians_room(cast.class_7a)
    head = Page(one, session_for(cast, cast.hanh))
    with talking(cast, one, other) as (lan, hoa, dung):
        take_away(redis[0])
        body = {"person": cast.hoa.pk, "student": cast.an.pk, "reason": "Quyết định của tòa", "review_on": "2099-01-01"}
        assert head.ask("POST", "denies", body)[0] == 201
        assert post(lan, room, AFTERWARDS)["type"] == "ok"
        # It does arrive there, by the heads that are compared; only not with her.
        assert dung.next_event("message.posted", seconds=BACKSTOP)["message"]["body"] == AFTERWARDS
        assert post(hoa, room, "Tôi vẫn còn đây")["code"] == "not_found"
        told = hoa.next_event("access.changed", seconds=BACKSTOP)
        assert room.pk not in told["rooms"]
        hoa.expect_nothing("message.posted")
        assert post(dung, room, "Vâng, thưa cô")["type"] == "ok"


@EITHER
def test_the_last_right_closes_the_socket_on_the_other_server(
    take_away: Callable[[Redis], None], committed_cast: Cast, two: tuple[Server, Server], redis: tuple[Redis, str]
) -> None:
    cast, (one, other) = committed_cast, two
    head = Page(one, session_for(cast, cast.hanh))
    session = session_for(cast, cast.dung)
    with talking(cast, one, other) as (lan, hoa, _dung), other.socket(session) as dung:
        take_away(redis[0])
        body = {"person": cast.dung.pk, "org": cast.school.pk, "reason": "Quyết định", "review_on": "2099-01-01"}
        assert head.ask("POST", "denies", body)[0] == 201
        assert post(lan, guardians_room(cast.class_7a), AFTERWARDS)["type"] == "ok"
        assert hoa.next_event("message.posted", seconds=BACKSTOP)["message"]["body"] == AFTERWARDS
        assert dung.close_code(seconds=BACKSTOP) == 4401
        dung.expect_nothing("message.posted", seconds=0.1)
    assert Page(other, session).ask("GET", "me")[0] == 401


@EITHER
def test_a_device_that_is_ended_is_cut_off_on_the_other_server(
    take_away: Callable[[Redis], None], committed_cast: Cast, two: tuple[Server, Server], redis: tuple[Redis, str]
) -> None:
    cast, (one, other) = committed_cast, two
    kept = Page(one, session_for(cast, cast.hoa))
    with other.socket(session_for(cast, cast.hoa)) as lost, other.socket(session_for(cast, cast.dung)) as dung:
        take_away(redis[0])
        (device,) = [each["id"] for each in kept.ask("GET", "devices")[1]["devices"] if not each["is_this"]]
        assert kept.ask("DELETE", f"devices/{device}")[0] == 200
        assert lost.close_code(seconds=BACKSTOP) == 4401
        assert dung.ask("ping")["type"] == "ok"
    assert kept.ask("GET", "me")[0] == 200
