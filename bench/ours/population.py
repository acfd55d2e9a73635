"""Makes the people of a measurement, as a process of its own with the environment of the server that will serve them:
`python -m bench.ours.population PEOPLE ROOMS_EACH ROOM_SIZE NAME FILE`. Guardians with accounts and sessions, children in
classes; the rooms and their members are derived from these rows by the application itself, as after an import."""

import json
import random
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

BATCH = 2_000
# A child has two guardians in a class, so a room of 40 guardians is a class of 20.
GUARDIANS = 2


def main(count: int, rooms_each: int, room_size: int, name: str, file: Path) -> None:
    """Write rows for so many people, each in so many rooms of this size, and tell who and where in the file."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        people = _People(name)
        guardians = people.make("guardian", count)
        groups = _groups(count, rooms_each, room_size)
        rooms = people.seat(guardians, groups)
        sessions = sign_in(guardians, name)
    _let_the_planner_look()
    told = {
        "people": [
            {"id": person.pk, "session": session, "rooms": rooms_of}
            for person, session, rooms_of in zip(guardians, sessions, _rooms_of(count, groups, rooms), strict=True)
        ],
        "rooms": rooms,
    }
    file.write_text(json.dumps(told))


def _groups(count: int, rooms_each: int, room_size: int) -> list[list[int]]:
    """Who sits together: each person in `rooms_each` groups, never in the same company twice by more than chance."""
    order, groups = list(range(count)), []
    for turn in range(rooms_each):
        if turn:
            random.Random(turn).shuffle(order)
        groups += [order[at : at + room_size] for at in range(0, count, room_size)]
    return groups


def _rooms_of(count: int, groups: list[list[int]], rooms: list[int]) -> list[list[int]]:
    found: list[list[int]] = [[] for _person in range(count)]
    for room, group in zip(rooms, groups, strict=True):
        for person in group:
            found[person].append(room)
    return found


class _People:
    """A school of this name, filled in bulk."""

    def __init__(self, name: str) -> None:
        from registry.models import Org, OrgClosure, Source

        self.name = name
        self.source, _made = Source.objects.get_or_create(name="bench")
        self.school = Org.objects.create(
            source=self.source, sourced_id=f"school-{name}", name=f"Trường {name}", type="school", school_level="thcs"
        )
        OrgClosure.objects.create(ancestor=self.school, descendant=self.school, depth=0)

    def make(self, role: str, count: int) -> list[Any]:
        """So many people with this role in the school."""
        from registry.models import Person, Role

        def person(number: int) -> Any:
            return Person(
                source=self.source,
                sourced_id=f"{self.name}-{role}-{number}",
                family_name="Nguyễn",
                given_name=f"{number}",
                name=f"Nguyễn Văn {number}",
                search_text=f"nguyen van {number}",
                grade="07" if role == "student" else "",
            )

        made = _in_bulk(Person, count, person)
        _in_bulk(
            Role,
            count,
            lambda at: Role(
                source=self.source, sourced_id=f"{self.name}-{role}-{at}", person=made[at], org=self.school, role=role
            ),
        )
        return made

    def seat(self, guardians: list[Any], groups: list[list[int]]) -> list[int]:
        """A class for each group, whose guardians they are; the ids of the guardians' rooms."""
        from registry.changes import AccessChange
        from registry.models import Enrolment, GuardianLink, SchoolClass
        from registry.signals import access_changed
        from rooms.models import Room

        def school_class(number: int) -> Any:
            sourced_id = f"{self.name}-{number}"
            return SchoolClass(
                source=self.source,
                sourced_id=sourced_id,
                title=f"7.{number}",
                class_type="homeroom",
                school=self.school,
            )

        classes = _in_bulk(SchoolClass, len(groups), school_class)
        pairs = [
            (at, group[start : start + GUARDIANS])
            for at, group in enumerate(groups)
            for start in range(0, len(group), GUARDIANS)
        ]
        pupils = self.make("student", len(pairs))
        _in_bulk(
            Enrolment,
            len(pairs),
            lambda at: Enrolment(
                source=self.source,
                sourced_id=f"{self.name}-{at}",
                person=pupils[at],
                school_class=classes[pairs[at][0]],
                school=self.school,
                role="student",
            ),
        )
        links = [(pupil, guardians[one]) for pupil, (_at, them) in zip(pupils, pairs, strict=True) for one in them]
        _in_bulk(
            GuardianLink,
            len(links),
            lambda at: GuardianLink(
                source=self.source,
                guardian=links[at][1],
                student=links[at][0],
                relation="mother",
                said_by_student=True,
                state=GuardianLink.State.ACTIVE,
            ),
        )
        access_changed.send(sender=type(self.source), change=AccessChange(everything=True))
        found = dict(Room.objects.filter(kind="guardians", school_class__in=classes).values_list("school_class", "pk"))
        return [found[one.pk] for one in classes]


def sign_in(guardians: list[Any], name: str) -> list[str]:
    """An account, a session and a device for each; the session keys."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from registry.models import Account, Device
    from registry.sessions import hash_of

    # Without a password: hashing thousands would take longer than the measurement.
    accounts = _in_bulk(
        Account,
        len(guardians),
        lambda at: Account(username=f"{name}-{at}", password="!", person=guardians[at]),
    )
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    keys = [_key() for _account in accounts]
    expires = timezone.now() + timedelta(days=1)

    def session(at: int) -> Session:
        signed = {
            SESSION_KEY: str(accounts[at].pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: accounts[at].get_session_auth_hash(),
        }
        return Session(session_key=hash_of(keys[at]), session_data=store.encode(signed), expire_date=expires)

    _in_bulk(Session, len(accounts), session)
    _in_bulk(Device, len(accounts), lambda at: Device(account=accounts[at], session_hash=hash_of(keys[at])))
    return keys


def _key() -> str:
    from django.utils.crypto import get_random_string

    return get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")


def _in_bulk(model: Any, count: int, row: Callable[[int], Any]) -> list[Any]:
    return list(model.objects.bulk_create([row(at) for at in range(count)], batch_size=BATCH))


def _let_the_planner_look() -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], Path(sys.argv[5]))
