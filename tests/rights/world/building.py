"""The world in the database: imported, talked in, denied, imported again, signed in."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from delivery.models import PushSubscription
from registry import overrides
from registry.changes import AccessChange
from registry.models import Account, Device, Org, Person, PersonLink, SchoolClass, Source
from registry.selectors import today
from registry.sessions import hash_of
from registry.signals import access_changed
from registry.sync.run import Request, sync_package
from rooms import bodies
from rooms.actions import set_talk_open
from rooms.files import store
from rooms.models import File, Message, Room
from rooms.threads import Sides, start_thread
from tests.oracle import Room as Named
from tests.oracle import office_thread, thread
from tests.registry.parcel import Parcel
from tests.rights.world import school
from tests.rights.world.people import Subject
from tests.rights.world.places import Knocking, Place, sides_of

SOURCE = "the-gioi-nho"
REASON = "Quyết định số 12 của tòa án"
TEXT = "Mai cả lớp mang áo mưa nhé"


@dataclass(frozen=True, slots=True)
class Deny:
    """A deny as it was made; `is_over`: ended again by whoever made it."""

    person: str
    student: str = ""
    org: str = ""
    until: dt.date | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What is there to be changed by one who knocks: two of their own messages and two of somebody else's, by seq."""

    own_by_socket: int
    own_by_rest: int
    others_by_socket: int
    others_by_rest: int
    # Part of the last of these.
    file: int


@dataclass(slots=True)
class World:
    """What was built, by the names of the packages."""

    knocking: Knocking
    # What the registry said first, and what it says now.
    was: Parcel
    now: Parcel
    denies: list[Deny] = field(default_factory=list)
    # Records of one human.
    links: list[tuple[str, str]] = field(default_factory=list)
    threads: list[Named] = field(default_factory=list)
    talk_open: list[Named] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    rooms: dict[Named, int] = field(default_factory=dict)
    said: dict[tuple[Subject, str], Said] = field(default_factory=dict)
    # What was said in each room before anybody knocked.
    last_seq: dict[int, int] = field(default_factory=dict)
    # Session keys by person; a second one where the first is to be ended from there.
    sessions: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def subjects(self) -> list[Subject]:
        """Everybody who knocks."""
        return list(self.knocking)

    def places(self) -> list[tuple[Subject, Place]]:
        """Everybody with every place where they knock."""
        return [(subject, place) for subject, places in self.knocking.items() for place in places]


def build(knocking: Knocking, folder: Path) -> World:
    """Needs an empty database that other processes see."""
    was = school.before(knocking)
    _import(was, folder / "before.zip")
    world = World(knocking, was, school.after(was, knocking))
    world.people = dict(Person.objects.values_list("sourced_id", "pk"))
    _start_threads(world)
    _know_rooms(world)
    _open_talk(world)
    _write(world)
    _link_records(world)
    _deny(world)
    _import(was.until(world.now), folder / "after.zip")
    sign_in(world)
    return world


def _import(parcel: Parcel, path: Path) -> None:
    outcome = sync_package(Request(parcel.write(path), apply=True, source=SOURCE))
    if outcome.is_held:
        outcome = sync_package(Request(path, apply=True, source=SOURCE, confirm="Đã đối chiếu với các trường"))
    wrong = [issue for issue in outcome.issues.kept if issue.severity == "error"]
    assert outcome.run.state == "applied", (outcome.run.state, outcome.run.refusal_code)
    assert not wrong, wrong[:5]


def _start_threads(world: World) -> None:
    """Each by its guardian: everybody has the right as yet."""
    for room in sorted({place.room for _subject, place in world.places()}):
        if room.kind == "thread":
            named = sides_of(room)
            author = Person.objects.get(sourced_id=named.guardian)
            sides = Sides(world.people[named.student], author.pk, world.people.get(named.teacher))
            start_thread(author, sides, body="Chào cô", client_message_id=uuid.uuid4())
            world.threads.append(room)


def _know_rooms(world: World) -> None:
    classes = dict(SchoolClass.objects.values_list("pk", "sourced_id"))
    orgs = dict(Org.objects.values_list("pk", "sourced_id"))
    names = {pk: name for name, pk in world.people.items()}
    for room in Room.objects.all():
        if room.student_id:
            student, guardian = names[room.student_id], names[room.guardian_id]
            with_teacher = room.teacher_id is not None
            named = (
                thread(student, guardian, names[room.teacher_id])
                if with_teacher
                else office_thread(student, guardian, orgs[room.org_id])
            )
        else:
            named = Named(room.kind, classes[room.school_class_id] if room.school_class_id else orgs[room.org_id])
        world.rooms[named] = room.pk


def _open_talk(world: World) -> None:
    scene = "talk_open"
    where = school.school_of(scene)
    for room, opener in (
        (Named("class", school.homeroom(scene)), school.teacher(scene)),
        (Named("community", where), school.head(where)),
    ):
        if room in world.rooms and opener in world.people:
            set_talk_open(Person.objects.get(sourced_id=opener), world.rooms[room], is_talk_open=True)
            world.talk_open.append(room)


def _write(world: World) -> None:
    """As if each had been there before: even who was author once changes nothing without the right."""
    rooms = Room.objects.in_bulk()
    messages: list[Message] = []
    said: list[tuple[tuple[Subject, str], list[int], Message]] = []

    def say(room: Room, author: int) -> int:
        room.head, room.last_seq = room.head + 1, room.last_seq + 1
        messages.append(
            Message(
                room=room, seq=room.last_seq, rev=room.head, author_id=author, author_seat="teacher", body=TEXT,
                client_message_id=uuid.uuid4(), body_digest=bodies.digest(TEXT), created_at=timezone.now(),
            )
        )  # fmt: skip
        return room.last_seq

    for subject, place in world.places():
        other = world.people[school.teacher(subject.scene)]
        own = world.people.get(subject.name, other)
        room = rooms[world.rooms[place.room]]
        seqs = [say(room, author) for author in (own, own, other, other)]
        said.append(((subject, place.name), seqs, messages[-1]))
    Message.objects.bulk_create(messages, batch_size=1_000)
    files = _files([message for _who, _seqs, message in said])
    for (who, seqs, _message), file in zip(said, files, strict=True):
        world.said[who] = Said(*seqs, file=file.pk)
    Room.objects.bulk_update(rooms.values(), ["head", "last_seq"])
    world.last_seq = {pk: room.last_seq for pk, room in rooms.items()}


def _files(messages: list[Message]) -> list[File]:
    """One for each of these; the bytes of all are the same."""
    with store.arriving() as folder:
        (folder / "whole").write_bytes(b"%PDF-1.7\n%%EOF\n")
        digest, size = store.keep(folder)
    told = {"name": "de-cuong.pdf", "media_type": "application/pdf", "size": size, "sha256": digest}
    rows = [File(owner_id=message.author_id, message=message, **told) for message in messages]
    return File.objects.bulk_create(rows, batch_size=1_000)


def folder_for(tmp_path: Path) -> str:
    """DATA_DIR of a server that has the files of the world."""
    folder = tmp_path / "server"
    if not folder.exists():
        folder.mkdir()
        (folder / "files").symlink_to(settings.DATA_DIR / "files", target_is_directory=True)
    return str(folder)


def _link_records(world: World) -> None:
    world.links = [
        (subject.name, subject.other_record) for subject in world.subjects if subject.other_record in world.people
    ]
    PersonLink.objects.bulk_create(
        PersonLink(one_id=world.people[one], other_id=world.people[other], how="confirmed")
        for one, other in world.links
    )
    access_changed.send(sender=Source, change=AccessChange(everything=True))


def _deny(world: World) -> None:
    """While everybody is still there: who is not known at a school cannot be denied in it."""
    by = Account.objects.create_user(school.HEAD_OF_ALL, person=Person.objects.get(sourced_id=school.HEAD_OF_ALL))
    for subject in world.subjects:
        if (deny := _deny_of(subject)) is not None:
            made = overrides.deny(
                Person.objects.get(sourced_id=deny.person),
                by=by,
                reason=REASON,
                student=Person.objects.filter(sourced_id=deny.student).first(),
                org=Org.objects.filter(sourced_id=deny.org).first(),
                until=deny.until,
                review_on=None if deny.until else dt.date(2099, 1, 1),
            )
            if deny.is_over:
                overrides.end(made, by=by, reason="Hết hiệu lực")
            world.denies.append(deny)


def _deny_of(subject: Subject) -> Deny | None:
    name, child = subject.name, subject.child
    match subject.deny:
        case "in_org" | "over":
            return Deny(name, org=school.org_of(subject), is_over=subject.deny == "over")
        case "above":
            return Deny(name, org=school.COMMUNE)
        case "elsewhere":
            return Deny(name, org=school.ELSEWHERE)
        case "everywhere":
            return Deny(name)
        case "pair" | "pair_over":
            return Deny(name, student=child, is_over=subject.deny == "pair_over")
        case "pair_ran_out_today":
            return Deny(name, student=child, until=today())
        case "pair_until_tomorrow":
            return Deny(name, student=child, until=today() + dt.timedelta(days=1))
        case "pair_other_record":
            return Deny(subject.other_record, student=child)
        case "pair_other_child":
            return Deny(name, student=school.pupil(subject.scene))
    return None


def sign_in(world: World) -> None:
    """A browser and a phone that can be told for everybody with an account; for those who lead, too. Again: others."""
    for subject in world.subjects:
        if subject.role != "nobody" and subject.account != "not_activated":
            world.sessions[subject.name] = _session(subject.name)
        if subject.account == "device_ended":
            world.others[subject.name] = _session(subject.name, is_told=False)
    subjects = {subject.name for subject in world.subjects}
    for name in sorted(_leading(world) - subjects):
        world.sessions[name] = _session(name)


def _leading(world: World) -> set[str]:
    """Who speaks in rooms so that others hear it, and who asks about others."""
    sides = [sides_of(room) for room in world.threads]
    found = {school.HEAD_OF_ALL} | {side.guardian for side in sides} | {side.teacher for side in sides if side.teacher}
    scenes = {subject.scene for subject in world.subjects}
    return found | {school.teacher(each) for each in scenes} | {school.head(school.school_of(each)) for each in scenes}


def _session(name: str, *, is_told: bool = True) -> str:
    person = Person.objects.get(sourced_id=name)
    account = Account.objects.filter(person=person).first() or Account.objects.create_user(name, person=person)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.create()
    store.save()
    device = Device.objects.create(account=account, session_hash=hash_of(store.session_key))
    if is_told:
        PushSubscription.objects.create(
            person=person, device=device, endpoint=f"https://push.invalid/{device.pk}", p256dh="x", auth="x"
        )
    return str(store.session_key)
