"""Packages while people talk: one that is cut off is felt by nobody, one that ends rights by those whom it concerns."""

import uuid
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.test.client import MULTIPART_CONTENT

from registry.models import Org, Person, SchoolClass, Source
from rooms.models import Member, Room
from tests.registry.deltas import NO_LIMITS
from tests.registry.parcel import Parcel
from tests.registry.test_valves import a_province
from tests.registry_api.browsers import Accounts, Browser, form_of
from tests.registry_api.conftest import SECONDS, Office
from tests.rooms.conftest import guardians_room
from tests.wire import Server, Socket, serving

pytestmark = pytest.mark.django_db(transaction=True)

PUPILS, LEAVERS = 26, 22


class Town(Office):
    """A province of which one person decides, with classes large enough for twenty to leave."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, a_province(pupils=PUPILS))
        Source.objects.update(scope_org=Org.objects.get(sourced_id="t0"), thresholds=NO_LIMITS)
        self.room: Room = guardians_room(SchoolClass.objects.get(sourced_id="c0"))

    def seated(self) -> set[str]:
        """Whoever sits in the room."""
        return set(Member.objects.filter(room=self.room).values_list("person__sourced_id", flat=True))


def upload(browser: Browser, town: Town, parcel: Parcel) -> dict[str, object]:
    """Send the package and wait for its dry run."""
    path = f"sources/{town.source.pk}/packages"
    status, run = browser.ask(path, form_of(parcel, town.folder), MULTIPART_CONTENT)
    assert status == 202, run
    return browser.over(run["id"])


def say(socket: Socket, room: Room, body: str) -> None:
    answer = socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body)
    assert answer["type"] == "ok", answer


def open_socket(server: Server, name: str) -> Socket:
    return server.socket(Browser(server, Accounts(), name).session)


def test_a_file_cut_off_is_refused_and_no_socket_notices(transactional_db: None, tmp_path: Path) -> None:
    town = Town(tmp_path)
    before = town.seated()
    Source.objects.update(thresholds={})
    whole = town.parcel.text("enrollments", town.parcel.rows["enrollments"])
    with serving() as server, open_socket(server, "gv0") as teacher, open_socket(server, "ph-hs0-3") as guardian:
        head = Browser(server, Accounts(), "head0")
        for kept in (6, 4):
            lines = whole.splitlines(keepends=True)
            town.parcel.raw["enrollments"] = b"".join(lines[: len(lines) * kept // 10])
            run = upload(head, town, town.parcel)
            if run["state"] == "dry_run":
                assert head.ask(f"runs/{run['id']}/apply", b"{}")[0] == 202
                run = head.over(int(str(run["id"])))
            # With more than half of the rows it could be true, and waits for somebody to say so.
            assert run["state"] == ("held" if kept == 6 else "refused"), run
        assert town.seated() == before
        say(teacher, town.room, "Họp lúc 19 giờ")
        assert guardian.next_event("message.posted", seconds=SECONDS)["message"]["body"] == "Họp lúc 19 giờ"
        guardian.expect_nothing("access.changed", seconds=0.5)


def test_twenty_leave_by_a_delta_while_connected_and_hear_nothing_more(transactional_db: None, tmp_path: Path) -> None:
    town = Town(tmp_path)
    leavers = [f"hs0-{number}" for number in range(LEAVERS)]
    families = [name for pupil in leavers for name in (pupil, f"ph-{pupil}")]
    delta = Parcel("1.2", mode="delta")
    for pupil in leavers:
        delta.rows["users"].append(dict(town.parcel.row("users", pupil)))
    delta.said(status="tobedeleted")
    with serving() as server, ExitStack() as open_sockets:
        teacher, stays = (open_sockets.enter_context(open_socket(server, name)) for name in ("gv0", "ph-hs0-25"))
        leaving = {name: open_sockets.enter_context(open_socket(server, name)) for name in families}
        head = Browser(server, Accounts(), "head0")
        run = upload(head, town, delta)
        assert run["state"] == "dry_run", run
        assert head.ask(f"runs/{run['id']}/apply", b"{}")[0] == 202
        assert head.over(int(str(run["id"])))["state"] == "applied"
        say(teacher, town.room, "Chỉ những ai còn trong lớp")
        assert stays.next_event("message.posted", seconds=SECONDS)["message"]["body"] == "Chỉ những ai còn trong lớp"
        for name, socket in leaving.items():
            person = Person.objects.get(sourced_id=name)
            assert not Member.objects.filter(person=person, room=town.room).exists()
            socket.expect_nothing("message.posted", seconds=0.1)
        # A guardian keeps the role in the school, and the socket; a pupil without a role keeps nothing.
        for name in leavers:
            assert leaving[name].close_code(seconds=SECONDS) != 1006
        for name in families[1::2]:
            assert leaving[name].next_event("access.changed", seconds=SECONDS)
            assert leaving[name].ask("message.read", room=town.room.pk, read_seq=1)["code"] == "not_found"
        assert town.seated().isdisjoint(families)
