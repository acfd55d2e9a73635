"""The world as the oracle reads it: from the packages that were sent and from what was done, not from the database."""

import datetime as dt

from registry.selectors import today
from tests import oracle
from tests.oracle import Answer
from tests.registry.parcel import Row
from tests.rights.world.building import World


def answer(world: World) -> Answer:
    """What is right in this world today."""
    return Answer(_facts(world), today())


def _facts(world: World) -> oracle.World:
    facts = oracle.World()
    for row, is_deleted in _rows(world, "orgs"):
        parents = (oracle.Parent(row["parentSourcedId"]),) if row["parentSourcedId"] else ()
        level, until = row.get("metadata.schoolLevel", ""), _day(row.get("metadata.validTo", ""))
        facts.orgs[row["sourcedId"]] = oracle.Org(row["type"], level, parents, until=until, is_deleted=is_deleted)
    for row, _is_deleted in _rows(world, "academicSessions"):
        facts.terms[row["sourcedId"]] = oracle.Term(_day(row["startDate"]), _day(row["endDate"]))
    for row, is_deleted in _rows(world, "classes"):
        facts.classes[row["sourcedId"]] = oracle.Class(
            row["schoolSourcedId"], (row["termSourcedIds"],), row["classType"] == "homeroom", is_deleted
        )
    for row, is_deleted in _rows(world, "users"):
        is_enabled = row["enabledUser"] == "true"
        facts.people[row["sourcedId"]] = oracle.Person(row.get("grades", ""), is_enabled, is_deleted)
        agents = filter(None, row.get("agentSourcedIds", "").split(","))
        facts.says |= {oracle.Says(row["sourcedId"], agent) for agent in agents if not is_deleted}
    for row, is_deleted in _rows(world, "roles"):
        facts.roles[row["sourcedId"]] = oracle.Role(
            row["userSourcedId"], row["role"], row["orgSourcedId"], *_days(row), is_deleted
        )
    for row, is_deleted in _rows(world, "enrollments"):
        facts.enrolments[row["sourcedId"]] = oracle.Enrolment(
            row["userSourcedId"], row["classSourcedId"], row["role"], *_days(row), is_deleted
        )
    facts.same = {frozenset(pair) for pair in world.links}
    facts.denies = {
        str(number): oracle.Deny(deny.person, deny.student, deny.org, deny.until, deny.is_over)
        for number, deny in enumerate(world.denies)
    }
    facts.rooms, facts.talk_open = set(world.rooms), set(world.talk_open)
    return facts


def _rows(world: World, table: str) -> list[tuple[Row, bool]]:
    """Every row as it was last sent, and whether it is gone."""
    now = {row["sourcedId"]: row for row in world.now.rows[table]}
    gone = [row for row in world.was.rows[table] if row["sourcedId"] not in now]
    return [*((row, False) for row in now.values()), *((row, True) for row in gone)]


def _days(row: Row) -> tuple[dt.date | None, dt.date | None]:
    return _day(row.get("beginDate", "")), _day(row.get("endDate", ""))


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
