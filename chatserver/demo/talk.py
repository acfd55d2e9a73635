"""The week's conversations, written through the real actions by the people who may."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from random import Random

from chatserver.demo import texts
from chatserver.demo.clock import at, moment
from chatserver.demo.people import Cast
from registry.models import GuardianLink, Org, Person
from registry.selectors import live_enrolments, live_guardian_links, live_roles
from rooms.actions import mark_read, post_message
from rooms.models import Room
from rooms.pins import pin
from rooms.reactions import react
from rooms.threads import Sides, start_thread

Lines = Sequence[tuple[int, str, str]]
# Threads and class talk in so many of the school's classes; the others are as quiet as real ones.
LIVELY_CLASSES = 6


class Talk:
    """Writes lines, each at its minute after the conversation began, and reads them."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def in_room(self, room: Room, lines: Lines, who: dict[str, list[Person]], began: dt.datetime) -> None:
        """`lines` in this room; a line's author is drawn from those who play its part."""
        for minutes, part, body in lines:
            self._say(self.random.choice(who[part]), room.pk, body, began + dt.timedelta(minutes=minutes))
        for person in {person for people in who.values() for person in people[:3]}:
            mark_read(person, room.pk, read_seq=len(lines) - self.random.randrange(2))

    def in_thread(
        self, sides: Sides, lines: Lines, who: dict[str, Person], began: dt.datetime, *, unread: int = 0
    ) -> None:
        """A thread, made with its first line; the guardian leaves the last `unread` lines for later."""
        (_, part, body), *others = lines
        with at(_not_later(began)):
            room, _ = start_thread(who[part], sides, body=body, client_message_id=self._name())
        for minutes, part, body in others:
            self._say(who[part], room.pk, body, began + dt.timedelta(minutes=minutes))
        guardian, *staff = sorted(set(who.values()), key=lambda person: person.pk != sides.guardian_id)
        mark_read(guardian, room.pk, read_seq=len(lines) - unread)
        for person in staff:
            mark_read(person, room.pk, read_seq=len(lines))

    def answer_without_words(self, room: Room, people: Sequence[Person], *, seq: int, pinned_by: Person) -> None:
        """Hearts and thanks to one message, which its author keeps above the room."""
        for index, person in enumerate(people):
            react(person, room.pk, seq, kind=("tim", "cam_on")[index % 3 == 2])
        pin(pinned_by, room.pk, seq)

    def _say(self, author: Person, room: int, body: str, when: dt.datetime) -> None:
        with at(_not_later(when)):
            post_message(author, room, body=body, client_message_id=self._name())

    def _name(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def play_talk(cast: Cast, random: Random, *, progress: Callable[[str], None]) -> None:
    """Class rooms, guardians' rooms, threads, staff rooms."""
    talk = Talk(random)
    progress("3A")
    _story_threads(cast, talk)
    classes = cast.school.classes.filter(class_type="homeroom").order_by("title")
    lively = [cast.school_class, *classes.exclude(pk=cast.school_class.pk)[: LIVELY_CLASSES - 1]]
    for index, school_class in enumerate(lively):
        progress(school_class.title)
        teacher = live_enrolments().get(school_class=school_class, role="teacher", is_primary=True).person
        pupils = live_enrolments().filter(school_class=school_class, role="student").values("person")
        links = list(
            live_guardian_links().filter(student__in=pupils).select_related("guardian", "student").order_by("pk")
        )
        began = moment(days_ago=5, hour=16, minute=20 + index)
        room = Room.objects.get(kind="guardians", school_class=school_class)
        guardians = [link.guardian for link in links]
        talk.in_room(room, texts.GUARDIANS_ROOM, {"teacher": [teacher], "guardian": guardians}, began)
        thankful = list(dict.fromkeys(guardians))[: 4 + index]
        talk.answer_without_words(room, thankful, seq=texts.THANKED_FOR, pinned_by=teacher)
        class_room = Room.objects.get(kind="class", school_class=school_class)
        talk.in_room(class_room, texts.CLASS_ROOM, {"teacher": [teacher]}, began)
        _threads_of(cast, talk, teacher, links, began)
    _staff_rooms(cast, talk)


def _story_threads(cast: Cast, talk: Talk) -> None:
    sides = Sides(student_id=cast.child.pk, guardian_id=cast.guardian.pk, teacher_id=cast.teacher.pk)
    who = {"teacher": cast.teacher, "guardian": cast.guardian}
    talk.in_thread(sides, texts.HANH_AND_LAN, who, moment(days_ago=4, hour=17, minute=20))
    office = Sides(student_id=cast.child.pk, guardian_id=cast.guardian.pk, teacher_id=None)
    clerk = (
        live_roles().filter(org=cast.school, role="siteAdministrator").order_by("pk").select_related("person")[0].person
    )
    talk.in_thread(
        office,
        texts.OFFICE,
        {"office": clerk, "guardian": cast.guardian},
        moment(days_ago=2, hour=8, minute=30),
        unread=1,
    )


def _threads_of(cast: Cast, talk: Talk, teacher: Person, links: list[GuardianLink], began: dt.datetime) -> None:
    others = [link for link in links if link.guardian_id not in {cast.guardian.pk, teacher.pk}]
    for lines, link in zip(texts.THREADS, talk.random.sample(others, min(3, len(others))), strict=False):
        sides = Sides(student_id=link.student_id, guardian_id=link.guardian_id, teacher_id=teacher.pk)
        talk.in_thread(sides, lines, {"teacher": teacher, "guardian": link.guardian}, began + dt.timedelta(minutes=200))


def _staff_rooms(cast: Cast, talk: Talk) -> None:
    began = moment(days_ago=6, hour=9, minute=40)
    teachers = _holding("teacher", cast.school)
    school_room = Room.objects.get(kind="staff", org=cast.school)
    talk.in_room(school_room, texts.STAFF_ROOM, {"head": [cast.head], "teacher": teachers}, began)
    heads = [head for commune in (cast.commune,) for head in _holding("districtAdministrator", commune)]
    department_room = Room.objects.get(kind="staff", org=cast.department)
    talk.in_room(department_room, texts.SO_STAFF_ROOM, {"officer": [cast.officers[0]], "head": heads}, began)
    community = Room.objects.get(kind="community", org=cast.school)
    talk.in_room(community, ((0, "head", texts.COMMUNITY),), {"head": [cast.head]}, began)


def _holding(role: str, org: Org) -> list[Person]:
    return [found.person for found in live_roles().filter(role=role, org=org).order_by("pk").select_related("person")]


def _not_later(when: dt.datetime) -> dt.datetime:
    """Nobody in the demo writes from the future, whatever the hour it is loaded."""
    return min(when, moment(days_ago=0, hour=23, minute=59))
