"""Every door refuses strangers: every URL and every order, as the outsider and as nobody."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from broadcasts.drafts import keeping
from broadcasts.ledger import contacting
from broadcasts.models import Draft, SavedAudience, Template
from broadcasts.questions import answering, asking
from registry import overrides
from registry.models import SyncRun
from rooms.models import Room, Upload
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast

# Doors that are open on purpose, and what they may answer to nobody.
PUBLIC = {
    "livez": {200},
    "readyz": {200},
    "registryz": {200, 503},
    "api/schema/": {200},
    "api/session": {400, 401, 403, 415, 429},
    "api/session/code": {400, 401, 403, 415, 429},
    "api/activation/look": {400, 404, 410, 429},
    "api/activation/use": {400, 404, 410, 429},
    "api/activation/refuse": {400, 404, 410, 429},
}
SAID = "Mời đến trường tối thứ Tư."
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What doors of uploads want to hear first.
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Door:
    """A route with its parameters filled in with things of the small school."""

    route: str
    path: str
    takes_id: bool


@pytest.fixture
def things(cast: Cast) -> dict[str, int]:
    """Ids that exist in the small school and are none of Quang's business."""
    from broadcasts.models import Broadcast
    from rooms.actions import post_message
    from tests.files.laying import given, laid

    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    message = post_message(cast.lan, room.pk, body="Mai cả lớp mang áo mưa nhé", client_message_id=uuid.uuid4())
    broadcast = publish_small(cast)
    assert Broadcast.objects.filter(pk=broadcast).exists()
    deny = overrides.deny(
        cast.dung,
        student=cast.binh,
        by=cast.account(cast.hanh),
        reason="Quyết định của tòa",
        review_on=dt.date(2099, 1, 1),
    )
    return {"room": room.pk, "seq": message.message.seq, "broadcast": broadcast, "device": 1, "deny": deny.pk} | {
        "person": cast.hoa.pk,
        "source": cast.source.pk,
        "draft": waiting_small(cast),
        "template": Template.objects.create(
            owner=cast.hanh,
            org=cast.school,
            name=SAID,
            kind="thong_tin",
            title=SAID,
            body=SAID,
        ).pk,
        "saved": SavedAudience.objects.create(owner=cast.hanh, name=SAID, selection={"org": cast.school.pk}).pk,
        "file": laid(cast.hanh, Broadcast.objects.get(pk=broadcast)).pk,
        "room_file": given(cast.lan, message.message).pk,
        "upload": Upload.objects.create(owner=cast.lan, name="anh.jpg", length=9).pk.int,
        "run": SyncRun.objects.create(source=cast.source, file_sha256="0" * 64).pk,
        "contact": called_small(cast, broadcast),
        "unit": cast.school.pk,
        "org": cast.school.pk,
        **asked_small(cast, broadcast),
    }


def publish_small(cast: Cast) -> int:
    """A notice by the head to the guardians of the small school."""
    return publish(cast.hanh, cast.school, roles=["guardians"], title="Họp phụ huynh", body=SAID).pk


def called_small(cast: Cast, broadcast: int) -> int:
    """The teacher told Bình's family of it by telephone."""
    said = contacting.Contacted(client_contact_id=uuid.uuid4(), student=cast.binh.pk, channel="call", note=SAID)
    subject, _is_new = contacting.log(cast.lan, broadcast, said)
    return subject.contacts[0].contact.pk


def asked_small(cast: Cast, broadcast: int) -> dict[str, int]:
    """Hoa asked about it twice; once the head answered to all."""
    once, twice = (
        asking.ask(cast.hoa, broadcast, asking.Asked(client_message_id=uuid.uuid4(), student=cast.an.pk, body=SAID))[0]
        for _ in range(2)
    )
    said = answering.Answered(client_answer_id=uuid.uuid4(), questions=[twice.pk], question=SAID, answer=SAID)
    return {"question": once.pk, "answer": answering.publish(cast.hanh, broadcast, said)[0].pk}


def waiting_small(cast: Cast) -> int:
    """A notice of hers that waits for a second person."""
    made, _new = keeping.save(cast.hanh, draft(cast.school, body=SAID), client_broadcast_id=uuid.uuid4())
    Draft.objects.filter(pk=made.pk).update(state="submitted", issuer=cast.school, why=["urgency"])
    return made.pk


def signed_in(cast: Cast, name: str) -> Client:
    """A browser with a session of this person."""
    client = Client()
    client.force_login(cast.account(cast.people()[name]), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """Every route of the project, allauth's own apart (its doors are its own tests')."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            if not route.startswith("_allauth"):
                yield from routes(pattern.url_patterns, route)
        else:
            yield route


def doors(things: dict[str, int]) -> list[Door]:
    """Every API route, filled in."""
    found = []
    for route in routes():
        if not route.startswith(("api/", "f/", "livez", "readyz", "registryz")):
            continue
        # An upload of somebody's, and a file of a message: not of a notice, as the others that are called so.
        path = route.replace("<uuid:upload>", str(uuid.UUID(int=things.get("upload", 0) % 2**128)))
        path = path.replace("f/<int:file_id>", f"f/{things.get('room_file', things['room'])}")
        for name in (
            "school_class",
            "school",
            "room_id",
            "room",
            "unit",
            "org_id",
            "seq",
            "broadcast_id",
            "broadcast",
            "contact_id",
            "device_id",
            "device",
            "deny",
            "person",
            "source_id",
            "file_id",
            "draft_id",
            "template_id",
            "saved_id",
            "question_id",
            "answer_id",
            "run_id",
            "factor",
            "pk",
            "id",
        ):
            kind = next(
                (key for key in things if name.startswith(key)), "broadcast" if "broadcasts" in route else "room"
            )
            path = path.replace(f"<int:{name}>", str(things[kind]))
        assert "<" not in path, f"the doors test does not know how to fill {route}"
        found.append(Door(route, "/" + path, "<" in route))
    return found


def test_the_walk_finds_the_doors(things: dict[str, int]) -> None:
    found = {door.route for door in doors(things)}
    assert {"api/me", "api/rooms", "api/broadcasts", "api/sync", "api/push/subscriptions"} <= found
    assert len(found) >= 20


def test_nobody_is_refused_at_every_url(things: dict[str, int]) -> None:
    for door in doors(things):
        for method in METHODS:
            answer = Client().generic(method, door.path, b"{}", content_type="application/json", headers=TUS)
            allowed = PUBLIC.get(door.route, set()) | {401, 403, 404, 405}
            assert answer.status_code in allowed, f"{method} {door.path} told nobody {answer.status_code}"


def test_the_outsider_is_refused_at_every_url_that_names_something(cast: Cast, things: dict[str, int]) -> None:
    client = signed_in(cast, "quang")
    for door in doors(things):
        if not door.takes_id:
            continue
        for method in METHODS:
            answer = client.generic(
                method, door.path, b'{"body": "x", "students": []}', content_type="application/json", headers=TUS
            )
            assert answer.status_code in {400, 403, 404, 405}, (
                f"{method} {door.path} told the outsider {answer.status_code}"
            )
            assert_knows_nothing(cast, answer.content.decode(), f"{method} {door.path}")


def test_the_outsiders_own_lists_name_nobody_of_the_small_school(cast: Cast, things: dict[str, int]) -> None:
    client = signed_in(cast, "quang")
    for door in doors(things):
        if door.takes_id or door.route == "api/schema/":
            continue
        answer = client.get(door.path)
        # 400: an address that has to be asked about something. 404: one that is there for offices only.
        assert answer.status_code in {200, 400, 403, 404, 405, 503}, (
            f"GET {door.path} told the outsider {answer.status_code}"
        )
        assert_knows_nothing(cast, answer.content.decode(), f"GET {door.path}")


def test_the_outsider_gets_nothing_from_catching_up(cast: Cast, things: dict[str, int]) -> None:
    client = signed_in(cast, "quang")
    rooms = {
        str(pk): 0
        for pk in Room.objects.exclude(members__person=cast.quang)
        .exclude(kind="community")
        .values_list("pk", flat=True)
    }
    epoch = client.get("/api/rooms").json()["epoch"]
    answer = client.post("/api/sync", {"epoch": epoch, "rooms": rooms}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["rooms"] == {}
    assert sorted(answer.json()["gone"]) == sorted(map(int, rooms))
    assert_knows_nothing(cast, answer.content.decode(), "POST /api/sync")


def assert_knows_nothing(cast: Cast, text: str, where: str) -> None:
    """No name of the small school's families or staff, and nothing they wrote, is in the answer."""
    told = json.loads(text) if text.startswith(("{", "[")) else text
    plain = json.dumps(told, ensure_ascii=False)
    for name in ("an", "binh", "chi", "hoa", "dung", "lan", "minh", "mai", "thu"):
        assert cast.people()[name].name not in plain, f"{where} names {name}"
    assert "áo mưa" not in plain
    assert "Mời đến trường tối thứ Tư" not in plain
