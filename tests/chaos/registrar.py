"""The registry's side, a process of its own and the only one here that imports the application: builds the school, then
ends and restores rights through the application's models and its signal, as an import does."""

import json
import os
import random
import signal
import sys
import time
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402

from registry.changes import AccessChange  # noqa: E402
from registry.models import (  # noqa: E402
    Account,
    Device,
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    OrgParent,
    Person,
    Role,
    SchoolClass,
    Source,
)
from registry.sessions import hash_of  # noqa: E402
from registry.signals import access_changed  # noqa: E402
from rooms.models import Room  # noqa: E402
from tests.chaos.journal import Journal, now  # noqa: E402
from tests.chaos.town import Fact, Town, build_town, seats  # noqa: E402

AT_ONCE = 4
DEVICES = 2


class School:
    """The town as rows."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.people: dict[str, Person] = {}
        self.classes: dict[str, SchoolClass] = {}
        self.rows: dict[Fact, Enrolment | GuardianLink] = {}
        self.rooms: dict[tuple[str, str], int] = {}

    @transaction.atomic
    def build(self) -> None:
        """Everything that the facts need, and the rooms derived from it."""
        self.source = Source.objects.create(name="chaos")
        self.school = self._orgs()
        for names, role in (
            (self.town.teachers, "teacher"), (self.town.pupils, "student"), (self.town.guardians, "guardian"),
        ):  # fmt: skip
            for name in names:
                self._person(name, role)
        for name in self.town.classes:
            self.classes[name] = SchoolClass.objects.create(
                source=self.source, sourced_id=name, title=name, class_type="homeroom", school=self.school, grade="07"
            )
        for fact in self.town.facts:
            self.rows[fact] = self._row(fact)
        access_changed.send(sender=Source, change=AccessChange(everything=True))
        rooms = Room.objects.filter(school_class__isnull=False).values_list("school_class__title", "kind", "pk")
        self.rooms = {(title, kind): pk for title, kind, pk in rooms}

    def _orgs(self) -> Org:
        above: list[Org] = []
        for name, type_ in (("Sở", "state"), ("Xã", "local"), ("Trường", "school")):
            org = Org.objects.create(source=self.source, sourced_id=name, name=name, type=type_, school_level="thcs")
            OrgClosure.objects.create(ancestor=org, descendant=org, depth=0)
            for depth, ancestor in enumerate(reversed(above), start=1):
                OrgClosure.objects.create(ancestor=ancestor, descendant=org, depth=depth)
            if above:
                OrgParent.objects.create(org=org, parent=above[-1])
            above.append(org)
        return above[-1]

    def _person(self, name: str, role: str) -> None:
        person = Person.objects.create(
            source=self.source, sourced_id=name, given_name=name, family_name="N", name=name, search_text=name,
            grade="07" if role == "student" else "",
        )  # fmt: skip
        Role.objects.create(source=self.source, sourced_id=f"role-{name}", person=person, org=self.school, role=role)
        self.people[name] = person

    def _row(self, fact: Fact) -> Enrolment | GuardianLink:
        person = self.people[fact.person]
        if fact.kind == "guardian":
            return GuardianLink.objects.create(
                source=self.source, guardian=person, student=self.people[fact.of], relation="mother",
                said_by_student=True, state=GuardianLink.State.ACTIVE,
            )  # fmt: skip
        role = {"teacher": "teacher", "pupil": "student"}[fact.kind]
        return Enrolment.objects.create(
            source=self.source, sourced_id=f"{fact.person}-{fact.of}", person=person, school_class=self.classes[fact.of],
            school=self.school, role=role, is_primary=fact.person.startswith("homeroom"),
        )  # fmt: skip

    def sessions(self, name: str) -> list[str]:
        """The session keys of this person's browsers."""
        person = self.people[name]
        account = Account.objects.create_user(name, person=person)
        found = []
        for _number in range(DEVICES):
            store = import_module(settings.SESSION_ENGINE).SessionStore()
            store[SESSION_KEY] = str(account.pk)
            store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            store[HASH_SESSION_KEY] = account.get_session_auth_hash()
            store.create()
            store.save()
            Device.objects.create(account=account, session_hash=hash_of(store.session_key))
            found.append(str(store.session_key))
        return found

    def pairs(self, facts: set[Fact]) -> set[tuple[int, int]]:
        """(person, room) of everybody who may see a room while these facts hold."""
        return {(self.people[who].pk, self.rooms[of, kind]) for who, of, kind in seats(facts)}

    def describe(self) -> dict[str, Any]:
        """What the clients and the checker need to know."""
        may_write = dict.fromkeys(self.town.teachers, "teacher") | dict.fromkeys(self.town.guardians, "guardian")
        return {
            "rooms": sorted(self.rooms.values()),
            "guardians_rooms": sorted(pk for (_title, kind), pk in self.rooms.items() if kind == "guardians"),
            "people": [
                {
                    "name": name,
                    "id": self.people[name].pk,
                    "writes": may_write.get(name),
                    "sessions": self.sessions(name),
                }
                for name in self.town.people()
            ],
            "pairs": sorted(self.pairs(set(self.town.facts))),
        }


class Changes:
    """Ends rights and restores them, a few in each transaction, and writes down from when to when they held."""

    def __init__(self, school: School, journal: Journal, rng: random.Random) -> None:
        self._school, self._journal, self._rng = school, journal, rng
        self.held = set(school.town.facts)

    def make(self) -> int:
        """Change a few; how many rows that was, 0 where the database went away before the commit."""
        changeable = self._school.town.changeable()
        ended = [fact for fact in changeable if fact not in self.held]
        # About a tenth is ended at any time.
        restores = len(ended) > len(changeable) / 10 or (ended and self._rng.random() < 0.4)
        choice = ended if restores else [fact for fact in changeable if fact in self.held]
        chosen = self._rng.sample(choice, min(AT_ONCE, len(choice)))
        after = self.held | set(chosen) if restores else self.held - set(chosen)
        return self._write(chosen, after, live=bool(restores))

    def _write(self, chosen: list[Fact], after: set[Fact], *, live: bool) -> int:
        before_pairs, after_pairs = self._school.pairs(self.held), self._school.pairs(after)
        lost, gained = before_pairs - after_pairs, after_pairs - before_pairs
        cuts: dict[int, int] = {}
        began = committing = now()
        try:
            with transaction.atomic():
                for fact in chosen:
                    self._set(fact, live=live)
                concerned = {self._school.people[fact.person].pk for fact in chosen}
                concerned |= {self._school.people[fact.of].pk for fact in chosen if fact.kind == "guardian"}
                access_changed.send(sender=Source, change=AccessChange(people=concerned))
                cuts = last_seqs({room for _person, room in lost | gained})
                committing = now()
            done = now()
        except (OperationalError, InterfaceError):
            done = now()
            if not self._came_true(chosen[0], live=live):
                self._journal.write("undone", began)
                return 0
        self.held = after
        self._journal.write(
            "change", began, committing, done,
            [[person, room, cuts[room]] for person, room in sorted(lost)],
            [[person, room, cuts[room]] for person, room in sorted(gained)],
        )  # fmt: skip
        return len(chosen)

    def _set(self, fact: Fact, *, live: bool) -> None:
        row = self._school.rows[fact]
        if isinstance(row, GuardianLink):
            row.state = GuardianLink.State.ACTIVE if live else GuardianLink.State.BLOCKED
            row.save(update_fields=["state"])
        else:
            row.status = "active" if live else "tobedeleted"
            row.save(update_fields=["status"])

    def _came_true(self, fact: Fact, *, live: bool) -> bool:
        """Whether a commit that was not answered was one."""
        wanted = {True: {"active"}, False: {"blocked", "tobedeleted"}}[live]
        while True:
            try:
                row = self._school.rows[fact]
                row.refresh_from_db()
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(0.1)
            else:
                return (row.state if isinstance(row, GuardianLink) else row.status) in wanted


def last_seqs(room_ids: set[int]) -> dict[int, int]:
    """The last seq of each of these rooms, which gets no other before this transaction ends: a post waits for the row."""
    rooms = Room.objects.select_for_update(no_key=True).filter(pk__in=room_ids).order_by("pk")
    return {room.pk: room.last_seq for room in rooms}


def main() -> None:
    """Build, say so on standard output, and on a line of input begin to change things until SIGTERM."""
    parser = ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--classes", type=int, default=20)
    parser.add_argument("--every", type=float, default=1.0, help="seconds from change to change")
    given = parser.parse_args()
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    school = School(build_town(given.classes))
    school.build()
    (given.folder / "town.json").write_text(json.dumps(school.describe()))
    print("built", flush=True)
    sys.stdin.readline()
    journal = Journal(given.folder / "registrar.jsonl")
    rng = random.Random(given.seed)
    changes = Changes(school, journal, rng)
    while not stopped:
        due = now() + given.every * rng.uniform(0.5, 1.5)
        changes.make()
        while not stopped and now() < due:
            time.sleep(0.05)
    journal.write("held", sorted(school.pairs(changes.held)))
    journal.close()


main()
