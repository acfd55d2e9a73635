"""The oracle shares nothing with what it judges, and its rules are those that are written down."""

import ast
import datetime as dt
from pathlib import Path

from tests.oracle import Answer, Class, Deny, Enrolment, Org, Parent, Person, Role, Room, Says, Term, World, thread

DAY = dt.date(2026, 11, 2)
FORBIDDEN = {"registry", "rooms", "broadcasts", "delivery", "realtime", "chatserver", "django"}


def test_the_oracle_imports_nothing_of_what_it_judges() -> None:
    files = [path for path in Path(__file__).parent.glob("*.py") if path != Path(__file__)]
    assert len(files) > 6
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                assert name.split(".")[0] not in FORBIDDEN, (path.name, name)
                assert not name.startswith("tests.") or name.startswith("tests.oracle"), (path.name, name)


def a_world() -> World:
    world = World()
    world.orgs = {
        "so": Org("state"),
        "xa": Org("local", parents=(Parent("so"),)),
        "truong": Org("school", parents=(Parent("xa"),)),
    }
    world.terms = {"nam": Term(dt.date(2026, 8, 1), dt.date(2027, 6, 1))}
    world.classes = {"7a": Class("truong", ("nam",))}
    for person, role in (("lan", "teacher"), ("an", "student"), ("binh", "student"), ("hoa", "guardian")):
        world.people[person] = Person(grade="07" if role == "student" else "")
        world.roles[f"r.{person}"] = Role(person, role, "truong")
    world.enrolments = {
        "e.lan": Enrolment("lan", "7a", "teacher"),
        "e.an": Enrolment("an", "7a"),
        "e.binh": Enrolment("binh", "7a"),
    }
    world.says = {Says("an", "hoa")}
    world.people["quang"] = Person()
    return world


def test_a_class_has_its_people_and_nobody_else() -> None:
    answer = Answer(a_world(), DAY)
    assert answer.seats(Room("class", "7a")) == {"lan": "teacher", "an": "pupil", "binh": "pupil"}
    assert answer.seats(Room("guardians", "7a")) == {"lan": "teacher", "hoa": "guardian"}
    assert all(not answer.rights("quang", room) for room in answer.rooms())
    assert not answer.listed("quang")
    assert answer.listed("hoa") == {
        Room("guardians", "7a"),
        *(Room("community", each) for each in ("truong", "xa", "so")),
    }


def test_no_pupil_is_alone_with_one_adult_nor_with_one_adult_in_two_records() -> None:
    world = a_world()
    del world.enrolments["e.binh"]
    assert Answer(world, DAY).seats(Room("class", "7a")) == {"lan": "teacher"}
    world.people["lan2"] = Person()
    world.roles["r.lan2"] = Role("lan2", "proctor", "truong")
    world.enrolments["e.lan2"] = Enrolment("lan2", "7a", "proctor")
    assert "an" in Answer(world, DAY).seats(Room("class", "7a"))
    world.same = {frozenset({"lan", "lan2"})}
    assert "an" not in Answer(world, DAY).seats(Room("class", "7a"))


def test_a_deny_wins_in_every_record_and_until_its_day() -> None:
    world = a_world()
    room = thread("an", "hoa", "lan")
    world.rooms.add(room)
    assert Answer(world, DAY).seats(room) == {"hoa": "guardian", "lan": "teacher"}
    world.denies["d"] = Deny("hoa", student="an", until=DAY)
    assert Answer(world, DAY).state(room) == "open"
    world.denies["d"] = Deny("hoa", student="an", until=DAY + dt.timedelta(days=1))
    assert Answer(world, DAY).state(room) == "archived"
    assert not Answer(world, DAY).rights("lan", room)
    world.people["hoa2"] = Person()
    world.same = {frozenset({"hoa", "hoa2"})}
    world.denies["d"] = Deny("hoa2", student="an")
    assert Answer(world, DAY).state(room) == "archived"


def test_an_end_is_the_first_day_without() -> None:
    world = a_world()
    world.roles["r.hoa"] = Role("hoa", "guardian", "truong", until=DAY)
    assert not Answer(world, DAY).guardians("an")
    assert Answer(world, DAY - dt.timedelta(days=1)).guardians("an") == {"hoa"}


def test_the_rooms_of_an_org_that_ended_are_read_by_who_speaks_for_its_heir() -> None:
    world = a_world()
    world.people |= {"phuc": Person(), "son": Person()}
    world.roles |= {
        "r.phuc": Role("phuc", "districtAdministrator", "xa"), "r.son": Role("son", "districtAdministrator", "so"),
    }  # fmt: skip
    world.orgs["xa"] = Org("local", parents=(Parent("so", until=DAY),), until=DAY)
    world.orgs["truong"] = Org("school", parents=(Parent("xa", until=DAY), Parent("so", since=DAY)))
    answer = Answer(world, DAY)
    assert answer.state(Room("staff", "xa")) == "archived"
    assert answer.rights("son", Room("staff", "xa")) == {"read"}
    assert not answer.rights("phuc", Room("staff", "xa"))
    assert answer.rights("lan", Room("class", "7a")) == {"read", "post", "moderate", "open_talk"}
