"""A province is reorganised in one run with sockets open: classes keep everything, what stands above them changes hands."""

import csv
import datetime as dt
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from broadcasts import actions as notices
from broadcasts import selectors
from broadcasts.content import content_from
from broadcasts.models import Broadcast
from registry.models import Account, Org, OrgParent, Person
from registry.selectors import ancestors, heirs_of, may_speak_for, today
from registry.sync.run import Outcome, Request, sync_package
from rooms import actions, policy
from rooms.kinds import Right
from rooms.models import Member, Message, Room
from rooms.why import why
from tests.cast import Cast
from tests.province.reading import Package
from tests.registry.conftest import samples, small_path
from tests.registry.parcel import Parcel
from tests.rooms.conftest import say
from tests.wire import Server, session_for

__all__ = ["samples", "small_path"]

EVERY = 20
A_SWEEP = 30.0
WHY = "Sắp xếp đơn vị hành chính từ ngày 1 tháng 7"


def reorganised(path: Path) -> Outcome:
    """Applied, with the confirmation that such a package waits for."""
    held = sync_package(Request(path, apply=True, source="tinh"))
    assert held.is_held, held.run.state
    outcome = sync_package(Request(path, apply=True, source="tinh", confirm=WHY))
    assert outcome.run.state == "applied", outcome.run.state
    return outcome


class Reform:
    """The real tree before and after 1 July 2025, with a school in every twentieth commune."""

    def __init__(self, folder: Path) -> None:
        self.old = _rows(folder / "orgs-before.csv")
        self.new = _rows(folder / "orgs-after.csv")
        self.map = {row["old"]: row["new"] for row in _rows(folder / "map.csv")}
        communes = [row["sourcedId"] for row in self.old if row["type"] == "local"]
        known = {row["sourcedId"] for row in self.new}
        self.communes = [each for each in communes if self.map.get(each) in known][::EVERY]

    def before(self) -> Parcel:
        """Under the old communes, districts and two departments."""
        return self._parcel(self.old, {each: each for each in self.communes}, so="v1.p19")

    def after(self) -> Parcel:
        """Under the new communes and the one department."""
        return self._parcel(self.new, self.map, so="v2.p19")

    def _parcel(self, orgs: list[dict[str, str]], place: dict[str, str], *, so: str) -> Parcel:
        parcel = Parcel()
        parcel.session("nam")
        for row in orgs:
            parcel.add(
                "orgs", row["sourcedId"], **{k: row[k] for k in ("name", "type", "identifier", "parentSourcedId")}
            )
        parcel.add("courses", "mon", title="Lớp 7", orgSourcedId="moet")
        parcel.person("giam-doc", "districtAdministrator", so)
        for number, commune in enumerate(self.communes):
            school = f"truong-{number}"
            parcel.org(school, "school", place[commune], metadata_schoolLevel="thcs")
            parcel.school_class(f"7a-{number}", school)
            parcel.person(f"xa-{number}", "districtAdministrator", place[commune])
            parcel.person(f"hieu-truong-{number}", "principal", school)
            parcel.person(f"co-{number}", "teacher", school)
            parcel.person(f"em-{number}", "student", school, grades="07", agentSourcedIds=f"me-{number}")
            parcel.person(f"me-{number}", "guardian", school)
            parcel.enrol(f"co-{number}", f"7a-{number}", school, "teacher", primary="true")
            parcel.enrol(f"em-{number}", f"7a-{number}", school)
        return parcel


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def who(name: str) -> Person:
    return Person.objects.get(sourced_id=name)


def org(sourced_id: str) -> Org:
    return Org.objects.get(sourced_id=sourced_id)


def staff_room(sourced_id: str) -> Room:
    return Room.objects.get(key=f"staff:{org(sourced_id).pk}")


def publish(author: Person, issuer: Org) -> Broadcast:
    draft = content_from(
        {
            "audience": {"org": issuer.pk}, "roles": ["guardians", "teachers"], "kind": "dieu_hanh", "urgency": "khan",
            "title": "Phòng chống bão", "body": "Học sinh nghỉ học ngày mai.", "wants_acknowledgement": False,
        }
    )  # fmt: skip
    return notices.publish(author, draft, client_broadcast_id=uuid.uuid4())[0]


def browser(person: Person) -> Client:
    client = Client()
    account = Account.objects.filter(person=person).first() or Account.objects.create_user(
        f"person-{person.pk}", person=person
    )
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def reform(samples: Path) -> Reform:
    return Reform(samples / "orgs")


@pytest.mark.django_db(transaction=True)
def test_the_real_reform_under_open_sockets(server: Server, reform: Reform, tmp_path: Path) -> None:
    cast = Cast.__new__(Cast)
    first = sync_package(Request(reform.before().write(tmp_path / "before.zip"), apply=True, source="tinh"))
    assert first.run.state == "applied"
    assert len(reform.communes) >= 10
    old, new = reform.communes[0], reform.map[reform.communes[0]]
    class_rooms = {room.pk: room.roster for room in Room.objects.filter(school_class__isnull=False)}
    guardians = Room.objects.get(kind="guardians", school_class__sourced_id="7a-0")
    old_staff = staff_room(old)
    assert set(old_staff.members.values_list("person__sourced_id", "seat")) == {
        ("xa-0", "head"), ("hieu-truong-0", "unit_head"),
    }  # fmt: skip
    say(who("xa-0"), old_staff, "Bàn giao hồ sơ trước ngày 30 tháng 6")
    with (
        server.socket(session_for(cast, who("co-0"))) as teacher,
        server.socket(session_for(cast, who("me-0"))) as mother,
        server.socket(session_for(cast, who("xa-0"))) as officer,
    ):
        assert str(old_staff.pk) in officer.hello["heads"]
        reorganised(reform.after().write(tmp_path / "after.zip"))
        new_staff = staff_room(new)
        told = officer.next_event("access.changed", seconds=A_SWEEP)["rooms"]
        assert new_staff.pk in told
        assert old_staff.pk not in told
        # The class: the same sockets, the same room, nothing to be told.
        said = {"room": guardians.pk, "client_message_id": str(uuid.uuid4()), "body": "Mai các con vẫn đi học"}
        assert teacher.ask("message.post", **said)["type"] == "ok"
        assert mother.next_event("message.posted")["message"]["body"] == "Mai các con vẫn đi học"
        mother.expect_nothing("access.changed", seconds=0.5)
        said |= {"room": old_staff.pk, "client_message_id": str(uuid.uuid4())}
        assert officer.ask("message.post", **said)["code"] == "not_found"
        said |= {"room": new_staff.pk, "client_message_id": str(uuid.uuid4())}
        assert officer.ask("message.post", **said)["type"] == "ok"
    assert dict(Room.objects.filter(pk__in=class_rooms).values_list("pk", "roster")) == class_rooms
    gone = Room.objects.filter(org__sourced_id__startswith="v1.")
    assert set(gone.values_list("state", flat=True)) == {"archived"}
    assert not Member.objects.filter(room__in=gone).exists()
    assert Message.objects.filter(room=old_staff).count() == 1


@pytest.mark.django_db
def test_who_speaks_for_whom_follows_the_tree_and_old_notices_keep_their_issuer(reform: Reform, tmp_path: Path) -> None:
    sync_package(Request(reform.before().write(tmp_path / "before.zip"), apply=True, source="tinh"))
    old, new = reform.communes[0], reform.map[reform.communes[0]]
    director, officer = who("giam-doc"), who("xa-0")
    school, name = org("truong-0"), org(old).name
    every = set(Org.objects.filter(sourced_id__startswith="truong-").values_list("pk", flat=True))
    # The second department's schools were none of the first's.
    assert school.pk in may_speak_for(director.pk, every) < every
    notice = publish(officer, org(old))
    assert notice.issuer_name == name
    reorganised(reform.after().write(tmp_path / "after.zip"))
    assert may_speak_for(director.pk, every) == every
    assert school.pk in may_speak_for(officer.pk, every)
    assert not may_speak_for(officer.pk, [org(old).pk])
    assert [above.sourced_id for above in ancestors(school.pk)] == ["truong-0", new, "v2.p19", "moet"]
    ended = OrgParent.objects.get(org=school, parent=org(old))
    assert ended.valid_to == today()
    notice.refresh_from_db()
    assert (notice.issuer_name, notice.issuer.sourced_id) == (name, old)
    received = selectors.received(who("me-0"), notice.pk)
    assert received is not None
    assert browser(who("me-0")).get(f"/api/broadcasts/{notice.pk}").json()["issuer"]["name"] == name
    assert publish(officer, org(new)).issuer_name == org(new).name


@pytest.mark.django_db
def test_the_rooms_of_what_ended_are_read_by_who_answers_for_it_and_by_nobody_else(
    reform: Reform, tmp_path: Path
) -> None:
    sync_package(Request(reform.before().write(tmp_path / "before.zip"), apply=True, source="tinh"))
    old, new = reform.communes[0], reform.map[reform.communes[0]]
    room, square = staff_room(old), Room.objects.get(key=f"community:{org(old).pk}")
    say(who("xa-0"), room, "Bàn giao hồ sơ")
    actions.open_room(who("me-0"), square.pk)
    actions.set_talk_open(who("xa-0"), square.pk, is_talk_open=True)
    say(who("me-0"), square, "Cảm ơn xã")
    reorganised(reform.after().write(tmp_path / "after.zip"))
    assert heirs_of(org(old).pk) == {org(new).pk, org("moet").pk}
    for reader in ("xa-0", "giam-doc"):
        page = browser(who(reader))
        told = page.get(f"/api/rooms/{room.pk}/messages").json()
        assert [message["body"] for message in told["messages"]] == ["Bàn giao hồ sơ"]
        seen = page.get(f"/api/rooms/{room.pk}").json()
        assert (seen["state"], seen["can"], seen["seat"]) == ("archived", ["read"], "keeper")
        wanted = {"client_message_id": str(uuid.uuid4()), "body": "Thêm một câu"}
        answer = page.post(f"/api/rooms/{room.pk}/messages", wanted, content_type="application/json")
        assert answer.status_code == 404
        assert (
            page.post(f"/api/rooms/{room.pk}/read", {"read_seq": 1}, content_type="application/json").status_code == 200
        )
        assert (
            page.patch(f"/api/rooms/{square.pk}", {"is_talk_open": True}, content_type="application/json").status_code
            == 404
        )
        assert why(who(reader), room).causes[0].seat == "keeper"
    for stranger in ("xa-1", "hieu-truong-0", "co-0", "me-0", "em-0"):
        for closed in (room, square):
            assert not policy.can(who(stranger), Right.READ, closed.pk), stranger
    assert not Member.objects.filter(room__in=(room, square)).exists()


@pytest.mark.django_db
def test_a_commune_of_the_generated_province_is_merged_on_a_dated_day(small_path: Path, tmp_path: Path) -> None:
    """The province says the day itself (metadata.parentHistory), and its department stays the same."""
    assert sync_package(Request(small_path, apply=True, source="tinh")).run.state == "applied"
    school, old, new = org("thcs-tanson"), org("xa-tanson"), org("xa-dongsen")
    class_rooms = dict(Room.objects.filter(school_class__school=school).values_list("pk", "roster"))
    heads = {seat.person_id for seat in Member.objects.filter(room__key=f"staff:{old.pk}", seat="unit_head")}
    assert heads
    outcome = sync_package(Request(_merged(small_path, tmp_path / "merged.zip"), apply=True, source="tinh"))
    if outcome.is_held:
        outcome = sync_package(Request(tmp_path / "merged.zip", apply=True, source="tinh", confirm=WHY))
    assert outcome.run.state == "applied"
    assert dict(Room.objects.filter(pk__in=class_rooms).values_list("pk", "roster")) == class_rooms
    assert heads <= {seat.person_id for seat in Member.objects.filter(room__key=f"staff:{new.pk}", seat="unit_head")}
    assert Room.objects.get(key=f"staff:{old.pk}").state == "archived"
    assert heirs_of(old.pk) == {org("so-songthuong").pk, new.pk}
    dated = set(OrgParent.objects.filter(org=school).values_list("parent", "valid_from", "valid_to"))
    assert (old.pk, dt.date(2025, 7, 1), today()) in dated
    assert (new.pk, today(), None) in dated


def _merged(path: Path, target: Path) -> Path:
    """The package with xã Tân Sơn merged into xã Đồng Sen today."""
    day, package = today().isoformat(), Package(path)
    orgs = package.rows["orgs"]
    for row in orgs:
        history = row["metadata.parentHistory"].replace("xa-tanson|2025-07-01|", f"xa-tanson|2025-07-01|{day}")
        if history != row["metadata.parentHistory"]:
            row["metadata.parentHistory"] = f"{history},xa-dongsen|{day}|"
            row["parentSourcedId"] = "xa-dongsen"
        elif row["sourcedId"] == "xa-tanson":
            row["metadata.validTo"] = day
            row["metadata.parentHistory"] = f"so-songthuong|2025-07-01|{day}"
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for name in given.namelist():
            written.writestr(name, _csv(orgs) if name == "orgs.csv" else given.read(name))
    return target


def _csv(rows: list[dict[str, Any]]) -> bytes:
    import io

    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
