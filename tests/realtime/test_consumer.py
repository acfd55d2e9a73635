"""The ASGI edge with toy orders: answers, order, strikes, limits, bugs. No database, no network."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

import realtime.hub
from realtime import Follow, Order, Refusal, arrivals, command, topics
from realtime.commands import registered
from realtime.consumer import Consumer
from realtime.hub import Hub
from tests.realtime.toys import Person, ToyOwner

gate = threading.Event()


class Echo(Order, frozen=True, tag="toy.echo", tag_field="type"):
    what: str = ""


class Wait(Order, frozen=True, tag="toy.wait", tag_field="type"):
    pass


class Fail(Order, frozen=True, tag="toy.fail", tag_field="type"):
    how: str


class Watch(Order, frozen=True, tag="toy.watch", tag_field="type"):
    pass


class Quick(Order, frozen=True, tag="toy.quick", tag_field="type"):
    pass


class NotToday(Refusal):
    code = "not_today"
    retry = True
    text = _("Please sign in first.")


@pytest.fixture(autouse=True)
def orders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(registered)
    gate.clear()

    @command(Echo)
    def echo(person: Person, order: Echo) -> dict[str, Any]:
        return {"person": person.pk, "what": order.what, "thread": threading.current_thread().name.split("_")[0]}

    @command(Wait)
    def wait(person: Person, order: Wait) -> None:
        gate.wait(5)

    @command(Fail)
    def fail(person: Person, order: Fail) -> None:
        raise {
            "refusal": NotToday(retry_after=3, room=7),
            "database": OperationalError("away"),
            "bug": KeyError("Hoa"),
        }[order.how]

    @command(Watch)
    def watch(person: Person, order: Watch) -> Follow:
        return Follow("toy.5", {"totals": 3})

    @command(Quick)
    async def quick(person: Person, order: Quick) -> dict[str, Any]:
        return {"thread": threading.current_thread().name}

    monkeypatch.setattr(arrivals, "epoch", lambda: "the-epoch")
    owners = dict(topics.owners)
    topics.owners.clear()
    topics.owners["toy"] = ToyOwner()  # type: ignore[assignment]
    yield
    gate.set()
    topics.owners.clear()
    topics.owners.update(owners)
    registered.clear()
    registered.update(before)


@dataclass
class Line:
    """The server's side of one socket: what it hands in, what it was handed."""

    inbox: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    sent: list[dict[str, Any]] = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def say(self, type_: str, ref: int, **fields: Any) -> None:
        self.text(json.dumps({"type": type_, "ref": ref, **fields}))

    def text(self, text: str | bytes) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "bytes" if isinstance(text, bytes) else "text": text})

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(message["text"]) for message in self.sent if message["type"] == "websocket.send"]

    @property
    def code(self) -> int | None:
        return next((message["code"] for message in self.sent if message["type"] == "websocket.close"), None)

    async def frame(self, ref: int | None) -> dict[str, Any]:
        async with asyncio.timeout(3):
            while True:
                for found in self.frames:
                    if found["type"] in {"ok", "refused"} and found["ref"] == ref:
                        return found
                await asyncio.sleep(0.005)

    async def closed(self) -> int:
        async with asyncio.timeout(3):
            while self.code is None:
                await asyncio.sleep(0.005)
        return self.code


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    found = Hub(asyncio.get_running_loop())
    monkeypatch.setattr(realtime.hub, "_hub", found)
    return found


@pytest.fixture
async def line(hub: Hub) -> AsyncIterator[Line]:
    line = await connected()
    yield line
    line.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
    gate.set()
    assert line.task is not None
    await asyncio.wait_for(line.task, 3)
    assert not hub.connections


async def connected(**scope: Any) -> Line:
    line = Line()
    line.inbox.put_nowait({"type": "websocket.connect"})
    scope = {"type": "websocket", "person": Person(1), "session_hash": "s", "language": "vi", **scope}
    line.task = asyncio.create_task(Consumer.as_asgi()(scope, line.inbox.get, line.send))
    async with asyncio.timeout(3):
        while not line.frames:
            await asyncio.sleep(0.005)
    return line


async def test_hello_is_the_first_frame(line: Line) -> None:
    assert line.sent[0]["type"] == "websocket.accept"
    assert line.frames[0]["type"] == "hello"


async def test_nobody_is_refused_in_his_language(hub: Hub) -> None:
    line = await connected(person=None, language="en")
    assert line.frames == [
        {"type": "refused", "ref": None, "code": "not_signed_in", "detail": "Please sign in first.", "retry": False}
    ]
    assert await line.closed() == 4401
    assert not hub.connections


async def test_an_order_is_answered_from_a_database_thread(line: Line) -> None:
    line.say("toy.echo", 7, what="chào")
    assert await line.frame(7) == {"type": "ok", "ref": 7, "person": 1, "what": "chào", "thread": "database"}


async def test_an_order_that_needs_no_database_takes_no_thread(line: Line) -> None:
    line.say("toy.quick", 7)
    assert (await line.frame(7))["thread"] == threading.main_thread().name


async def test_answers_keep_their_order_and_pings_pass_slow_ones(line: Line) -> None:
    line.say("toy.wait", 1)
    line.say("toy.echo", 2, what="after")
    line.say("ping", 3)
    assert await line.frame(3) == {"type": "ok", "ref": 3}
    assert not [frame for frame in line.frames if frame.get("ref") in {1, 2}]
    gate.set()
    await line.frame(2)
    assert [frame["ref"] for frame in line.frames[1:]] == [3, 1, 2]


async def test_a_refusal_tells_what_helps(line: Line) -> None:
    line.say("toy.fail", 1, how="refusal")
    assert await line.frame(1) == {
        "type": "refused", "ref": 1, "code": "not_today", "detail": "Hãy đăng nhập trước.", "retry": True,
        "retry_after": 3, "facts": {"room": 7},
    }  # fmt: skip


async def test_a_database_that_is_away_is_refused_for_later(line: Line) -> None:
    line.say("toy.fail", 1, how="database")
    answer = await line.frame(1)
    assert (answer["code"], answer["retry"]) == ("unavailable", True)
    assert answer["retry_after"] > 0


async def test_a_bug_has_a_reference_and_the_socket_stays(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    line.say("toy.fail", 1, how="bug")
    answer = await line.frame(1)
    assert answer["code"] == "bug"
    assert answer["facts"]["reference"] in answer["detail"]
    assert answer["facts"]["reference"] in caplog.text
    line.say("toy.echo", 2)
    assert (await line.frame(2))["type"] == "ok"


async def test_three_bad_frames_and_it_ends(line: Line) -> None:
    line.text("not json")
    line.say("no.such", 2)
    assert (await line.frame(2))["code"] == "unknown_order"
    line.say("toy.echo", 3)
    assert (await line.frame(3))["type"] == "ok"
    line.text(b"\x00binary")
    assert await line.closed() == 4400
    line.say("toy.echo", 4)
    await asyncio.sleep(0.05)
    assert not [frame for frame in line.frames if frame.get("ref") == 4]


async def test_a_flood_is_closed(line: Line) -> None:
    for ref in range(60):
        line.say("ping", ref)
    assert await line.closed() == 4029
    assert len(line.frames) <= 42


async def test_a_handler_can_make_the_socket_follow(line: Line, hub: Hub) -> None:
    line.say("toy.watch", 1)
    assert await line.frame(1) == {"type": "ok", "ref": 1, "totals": 3}
    hub.post({"type": "hub.frame", "topic": "toy.5", "text": '{"type":"toy.progressed"}', "rev": None, "roster": None})
    async with asyncio.timeout(2):
        while {"type": "toy.progressed"} not in line.frames:
            await asyncio.sleep(0.005)


async def test_the_hub_lets_go_of_a_socket_that_went_away(hub: Hub) -> None:
    line = await connected()
    assert len(hub.connections) == 1
    line.inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})
    assert line.task is not None
    await asyncio.wait_for(line.task, 3)
    assert not hub.connections
