"""Conversations about a child: one guardian, one teacher or the office, and nobody else, ever."""

import uuid
from typing import Any

import pytest

from realtime.errors import BadInput, NotFound
from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, Person, Role, SchoolClass, Source
from registry.signals import access_changed
from rooms.models import Member, Message, Room
from rooms.threads import Sides, start_thread
from tests.cast import Cast
from tests.rooms.conftest import say


def start(author: Person, student: Person, guardian: Person, teacher: Person | None, body: str = "Chào cô ạ") -> Room:
    """The thread begun by this author."""
    sides = Sides(student.pk, guardian.pk, teacher.pk if teacher else None)
    return start_thread(author, sides, body=body, client_message_id=uuid.uuid4())[0]


def seats(room: Room) -> dict[int, str]:
    return dict(Member.objects.filter(room=room).values_list("person", "seat"))


def become_guardian(cast: Cast, person: Person, student: Person, state: str = "active") -> None:
    """A second role and a link, as the registry would send them."""
    Role.objects.get_or_create(
        source=cast.source,
        sourced_id=f"kin-{person.pk}",
        person=person,
        org=cast.school,
        role="guardian",
        is_primary=False,
    )
    GuardianLink.objects.create(source=cast.source, guardian=person, student=student, state=state, said_by_student=True)
    access_changed.send(sender=Source, change=AccessChange(people={person.pk, student.pk}))


def test_a_guardian_begins_and_the_teacher_answers(cast: Cast, browser: Any) -> None:
    name = str(uuid.uuid4())
    body = {"student": cast.an.pk, "teacher": cast.lan.pk, "client_message_id": name, "body": "Cháu An bị sốt ạ"}
    answer = browser(cast.hoa).post("threads/messages", **body)
    assert answer.status_code == 201
    room, message = answer.json()["room"], answer.json()["message"]
    assert (room["kind"], room["title"], room["subtitle"]) == ("thread", "Cô Nguyễn Thị Lan", "GVCN 7A · về con An")
    assert (room["with"]["id"], room["child"]["given_name"], room["child"]["class"]["title"]) == (
        cast.lan.pk,
        "An",
        "7A",
    )
    assert message["author"]["label"] == "Phụ huynh em An"
    again = browser(cast.hoa).post("threads/messages", **body)
    assert (again.status_code, again.json()["message"]) == (200, message)
    assert (Room.objects.filter(kind="thread").count(), Message.objects.count()) == (1, 1)
    seen = browser(cast.lan).get(f"rooms/{room['id']}")
    assert (seen["title"], seen["subtitle"], seen["unread"], seen["seat"]) == (
        "Phạm Thị Hoa",
        "Phụ huynh em An · 7A",
        1,
        "teacher",
    )
    reply = browser(cast.lan).post(
        f"rooms/{room['id']}/messages", client_message_id=str(uuid.uuid4()), body="Chị cho cháu nghỉ nhé"
    )
    assert reply.json()["author"]["address"] == "Cô"
    assert browser(cast.hoa).get(f"rooms/{room['id']}")["others_read_seq"] == 0
    browser(cast.lan).post(f"rooms/{room['id']}/read", read_seq=2)
    assert browser(cast.hoa).get(f"rooms/{room['id']}")["others_read_seq"] == 2


def test_either_side_may_begin_and_finds_the_same_thread(cast: Cast, browser: Any) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    answer = browser(cast.lan).post(
        "threads/messages",
        student=cast.an.pk,
        teacher=cast.lan.pk,
        guardian=cast.hoa.pk,
        client_message_id=str(uuid.uuid4()),
        body="Em chào chị",
    )
    assert (answer.status_code, answer.json()["room"]["id"], answer.json()["message"]["seq"]) == (201, room.pk, 2)


def test_the_office_is_a_seat_held_by_its_people(cast: Cast, browser: Any) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, None, "Xin hỏi học phí")
    assert seats(room) == {cast.hoa.pk: "guardian", cast.hanh.pk: "office", cast.thu.pk: "office"}
    say(cast.thu, room, "Dạ 150 nghìn ạ")
    message = browser(cast.hoa).get(f"rooms/{room.pk}/messages")["messages"][1]
    assert (message["author"]["name"], message["author"]["label"]) == ("Bùi Thị Thu", "Văn phòng nhà trường")
    seen = browser(cast.hoa).get(f"rooms/{room.pk}")
    assert (seen["title"], seen["with"]) == ("Văn phòng nhà trường", None)


@pytest.mark.parametrize(
    ("author", "student", "guardian", "teacher"),
    [
        ("hoa", "binh", "hoa", "lan"),  # another's child
        ("hoa", "an", "hoa", "mai"),  # teaches her other child, not this one
        ("hoa", "an", "hoa", "quang"),
        ("hoa", "an", "hoa", "hanh"),  # the head is the office, not a teacher
        ("quang", "an", "hoa", "quang"),
        ("quang", "an", "hoa", "lan"),
        ("van", "an", "hoa", None),
        ("dung", "an", "hoa", "lan"),  # a guardian of the same class
        ("minh", "an", "hoa", "lan"),  # a colleague of the same class
        ("lan", "an", "dung", "lan"),  # not this child's guardian
        ("an", "an", "hoa", "lan"),  # the child itself
        ("son", "an", "hoa", None),
        ("tu", "an", "hoa", None),
    ],
)
def test_nobody_else_begins_one_and_nothing_is_left(
    cast: Cast, browser: Any, author: str, student: str, guardian: str, teacher: str | None
) -> None:
    people = cast.people()
    answer = browser(people[author]).post(
        "threads/messages",
        student=people[student].pk,
        teacher=people[teacher].pk if teacher else None,
        guardian=people[guardian].pk,
        client_message_id=str(uuid.uuid4()),
        body="Xin chào",
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not Room.objects.filter(kind="thread").exists()
    assert not Message.objects.exists()


def test_one_cannot_be_both_sides(cast: Cast) -> None:
    with pytest.raises(BadInput):
        start(cast.lan, cast.an, cast.lan, cast.lan)


def test_two_guardians_of_one_child_never_share_a_thread(cast: Cast) -> None:
    become_guardian(cast, cast.dung, cast.an)
    hers, his = start(cast.hoa, cast.an, cast.hoa, cast.lan), start(cast.dung, cast.an, cast.dung, cast.lan)
    assert hers != his
    assert seats(hers) == {cast.hoa.pk: "guardian", cast.lan.pk: "teacher"}
    assert seats(his) == {cast.dung.pk: "guardian", cast.lan.pk: "teacher"}
    for person, room in ((cast.dung, hers), (cast.hoa, his)):
        with pytest.raises(NotFound):
            say(person, room)


def test_a_teacher_who_is_also_the_childs_guardian_is_guardian_only(cast: Cast) -> None:
    before = start(cast.hoa, cast.an, cast.hoa, cast.minh)
    office = start(cast.hoa, cast.an, cast.hoa, None)
    become_guardian(cast, cast.minh, cast.an)
    become_guardian(cast, cast.thu, cast.an)
    # The other guardian's thread with him ends: he would read it as the child's other guardian.
    before.refresh_from_db()
    assert (before.state, seats(before)) == ("archived", {})
    assert seats(office) == {cast.hoa.pk: "guardian", cast.hanh.pk: "office"}
    his_own = start(cast.minh, cast.an, cast.minh, cast.lan)
    assert seats(his_own) == {cast.minh.pk: "guardian", cast.lan.pk: "teacher"}
    hers = start(cast.thu, cast.an, cast.thu, None)
    assert seats(hers) == {cast.thu.pk: "guardian", cast.hanh.pk: "office"}
    with pytest.raises(NotFound):
        start(cast.hoa, cast.an, cast.hoa, cast.minh)


def test_a_barred_guardian_sits_on_no_side(cast: Cast) -> None:
    become_guardian(cast, cast.minh, cast.an, state="blocked")
    for guardian, teacher in ((cast.minh, cast.lan), (cast.hoa, cast.minh)):
        with pytest.raises(NotFound):
            start(cast.minh, cast.an, guardian, teacher)


def test_a_subject_teacher_of_a_scheduled_class_has_threads_and_no_room(cast: Cast) -> None:
    maths = SchoolClass.objects.create(
        source=cast.source, sourced_id="maths", title="Toán 7A", class_type="scheduled", school=cast.school
    )
    for person, role in ((cast.mai, "teacher"), (cast.an, "student")):
        Enrolment.objects.create(
            source=cast.source,
            sourced_id=f"m{person.pk}",
            school_class=maths,
            school=cast.school,
            person=person,
            role=role,
        )
    access_changed.send(sender=Source, change=AccessChange(classes={maths.pk}, people={cast.mai.pk, cast.an.pk}))
    assert not Room.objects.filter(school_class=maths).exists()
    assert seats(start(cast.mai, cast.an, cast.hoa, cast.mai)) == {cast.hoa.pk: "guardian", cast.mai.pk: "teacher"}


@pytest.mark.parametrize("what", ["link", "enrolment", "teacher", "guardian", "child"])
def test_it_ends_with_the_link_or_the_enrolment_and_comes_back_with_them(cast: Cast, browser: Any, what: str) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    rows = {
        "link": GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an),
        "enrolment": Enrolment.objects.filter(person=cast.lan),
        "teacher": Role.objects.filter(person=cast.lan),
        "guardian": Role.objects.filter(person=cast.hoa),
        "child": Enrolment.objects.filter(person=cast.an),
    }[what]
    column, ended, live = ("state", "blocked", "active") if what == "link" else ("status", "tobedeleted", "active")
    change = AccessChange(
        people={cast.hoa.pk, cast.an.pk}
        if what in ("link", "guardian")
        else {cast.lan.pk}
        if what != "child"
        else {cast.an.pk}
    )
    hoa, lan = browser(cast.hoa), browser(cast.lan)

    rows.update(**{column: ended})
    access_changed.send(sender=Source, change=change)
    room.refresh_from_db()
    assert (room.state, seats(room)) == ("archived", {})
    for someone in (hoa, lan):
        assert someone.ask("get", f"rooms/{room.pk}/messages").status_code in (401, 404)
        assert someone.say(room, "Còn đó không?").status_code in (401, 404)

    rows.update(**{column: live})
    access_changed.send(sender=Source, change=change)
    room.refresh_from_db()
    assert (room.state, set(seats(room))) == ("open", {cast.hoa.pk, cast.lan.pk})


def test_a_successor_gets_a_new_thread(cast: Cast) -> None:
    old = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    Enrolment.objects.filter(person=cast.lan).update(status="tobedeleted")
    Enrolment.objects.create(
        source=cast.source,
        sourced_id="new",
        school_class=cast.class_7a,
        school=cast.school,
        person=cast.mai,
        role="teacher",
        is_primary=True,
    )
    access_changed.send(
        sender=Source, change=AccessChange(people={cast.lan.pk, cast.mai.pk}, classes={cast.class_7a.pk})
    )
    new = start(cast.hoa, cast.an, cast.hoa, cast.mai)
    assert new != old
    with pytest.raises(NotFound):
        say(cast.mai, old)


def test_contacts_are_those_with_whom_a_thread_can_be_begun(cast: Cast, browser: Any) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    contacts = browser(cast.hoa).get("rooms/contacts")["contacts"]
    found = {(c["student"]["given_name"], c["title"], c["subtitle"], c["room"]) for c in contacts}
    assert found == {
        ("An", "Cô Nguyễn Thị Lan", "GVCN 7A · về con An", room.pk),
        ("An", "Thầy Vũ Đức Minh", "Giáo viên 7A · về con An", None),
        ("An", "Văn phòng nhà trường", f"{cast.school.name} · về con An", None),
        ("Chi", "Cô Lò Thị Mai", "GVCN 6B · về con Chi", None),
        ("Chi", "Văn phòng nhà trường", f"{cast.school.name} · về con Chi", None),
    }
    for contact in contacts:
        answer = browser(cast.hoa).post(
            "threads/messages",
            student=contact["student"]["id"],
            client_message_id=str(uuid.uuid4()),
            body="Chào",
            teacher=contact["teacher"]["id"] if contact["teacher"] else None,
        )
        assert answer.status_code == 201
    of_teacher = browser(cast.lan).get("rooms/contacts")["contacts"]
    assert {(c["student"]["given_name"], c["title"], c["subtitle"]) for c in of_teacher} == {
        ("An", "Phạm Thị Hoa", "Phụ huynh em An · 7A"),
        ("Bình", "Lê Tiến Dũng", "Phụ huynh em Bình · 7A"),
    }
    assert browser(cast.thu).get("rooms/contacts")["contacts"] == []
    searched = browser(cast.thu).get("rooms/contacts?search=dung")["contacts"]
    assert [(c["title"], c["student"]["given_name"]) for c in searched] == [("Lê Tiến Dũng", "Bình")]
    for name in ("son", "tu", "an", "phuc"):
        assert browser(getattr(cast, name)).get("rooms/contacts?search=a")["contacts"] == []
    assert browser(cast.quang).get("rooms/contacts?search=hoa")["contacts"][0]["student"]["given_name"] == "Khánh"
