"""What a source's registry holds, as rows it would export; and what the server has been told of it, as the oracle reads it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from tests.oracle import Class, Enrolment, Org, Parent, Person, Role, Says, Source, Term, World
from tests.registry.parcel import Parcel, Row
from tests.rights.machine.claims import Claims

ONE = dt.timedelta(days=1)
GUARDIANS = {"guardian", "parent"}


@dataclass(slots=True)
class Told:
    """What the server knows from this source. Copied before each package, so that one can be taken back."""

    rows: Parcel
    orgs: dict[str, Org] = field(default_factory=dict)
    claims: Claims = field(default_factory=Claims)
    kin: set[tuple[str, str]] = field(default_factory=set)
    # Whoever was ever there: coming a second time, they come back.
    known: set[str] = field(default_factory=set)

    def copy(self) -> "Told":
        """As it is now. Rows are not edited here, and an org's facts are never changed in place."""
        return Told(self.rows, dict(self.orgs), self.claims.copy(), set(self.kin), set(self.known))


class Paper:
    """One source. `now` is edited freely; `told` follows when a package is applied."""

    def __init__(self, name: str, now: Parcel, terms: Source) -> None:
        self.name = name
        self.now = now
        self.terms = terms
        self.told = Told(Parcel(now.version))
        self.before: list[Told] = []

    # -- Rows ----------------------------------------------------------------------------------------------------

    def ids(self, table: str) -> list[str]:
        """Of the rows as they are now."""
        return [row["sourcedId"] for row in self.now.rows[table]]

    def find(self, table: str, sourced_id: str) -> Row | None:
        """The row as it is now."""
        return next((row for row in self.now.rows[table] if row["sourcedId"] == sourced_id), None)

    def forget_edits(self) -> None:
        """The package never came: what was edited is as it was."""
        self.now = _copy(self.told.rows)

    def drop_orphans(self) -> None:
        """Rows about somebody or something that is not there: a whole package would not carry them."""
        people, classes, orgs = set(self.ids("users")), set(self.ids("classes")), set(self.ids("orgs"))
        rows = self.now.rows
        rows["roles"] = [row for row in rows["roles"] if row["userSourcedId"] in people and row["orgSourcedId"] in orgs]
        rows["enrollments"] = [
            row for row in rows["enrollments"] if row["userSourcedId"] in people and row["classSourcedId"] in classes
        ]

    # -- What the server knows -------------------------------------------------------------------------------------

    def applied(self, *, is_delta: bool, day: dt.date, spoiled: Collection[tuple[str, str]] = ()) -> None:
        """The package that leads to `now` was applied on this day, but for the rows that were spoiled."""
        self.before.append(self.told.copy())
        told, old = self.told, self.told.rows
        self._respect_spoiled(spoiled)
        moved = self._place_orgs(day)
        touched = self._touched(old, moved) if is_delta else None
        said = self._said(old, is_delta=is_delta, spoiled={each for table, each in spoiled if table == "users"})
        there = set(self.ids("users"))
        returning = (there - {row["sourcedId"] for row in old.rows["users"]}) & told.known
        told.claims.hear(said, is_delta=is_delta, there=there, returning=returning)
        told.known |= there
        told.rows = _copy(self.now)
        self._note_kin(touched, day)

    def taken_back(self) -> None:
        """The newest package was rolled back. What it had made is there still, ended."""
        made = set(self.told.orgs)
        known = self.told.known
        self.told = self.before.pop()
        for org in made - self.told.orgs.keys():
            self.told.orgs[org] = Org(is_deleted=True, source=self.name)
        self.told.known |= known
        self.forget_edits()

    def _respect_spoiled(self, spoiled: Collection[tuple[str, str]]) -> None:
        """A row that could not be read leaves what was there before."""
        for table, sourced_id in spoiled:
            self.now.drop(table, sourced_id)
            before = [row for row in self.told.rows.rows[table] if row["sourcedId"] == sourced_id]
            self.now.rows[table] += [dict(row) for row in before]

    def _said(self, old: Parcel, *, is_delta: bool, spoiled: Collection[str]) -> dict[str, list[str]]:
        before = {row["sourcedId"]: row for row in old.rows["users"]}
        return {
            row["sourcedId"]: agents_of(row)
            for row in self.now.rows["users"]
            if row["sourcedId"] not in spoiled and not (is_delta and row == before.get(row["sourcedId"]))
        }

    def _place_orgs(self, day: dt.date) -> set[str]:
        """Dated parents: a new one from today on, the one before until today. Which orgs moved, came back or went."""
        before = {row["sourcedId"]: row for row in self.told.rows.rows["orgs"]}
        rows = {row["sourcedId"]: row for row in self.now.rows["orgs"]}
        moved: set[str] = set()
        for each in {*rows, *before}:
            org, row = self.told.orgs.get(each), rows.get(each)
            if row == before.get(each):
                continue
            new = _org_of(row, org, day, self.name)
            if org is not None and (_on(new, day) != _on(org, day) or org.is_deleted != new.is_deleted):
                moved.add(each)
            self.told.orgs[each] = new
        return moved

    def _touched(self, old: Parcel, moved: Collection[str]) -> set[str]:
        """Whom a delta speaks about: by their own row, by a role of theirs, or by a school of theirs that moves."""
        found: set[str] = set()
        for table, column in (("users", "sourcedId"), ("roles", "userSourcedId")):
            before = {row["sourcedId"]: row for row in old.rows[table]}
            after = {row["sourcedId"]: row for row in self.now.rows[table]}
            differing = {each for each in {*before, *after} if before.get(each) != after.get(each)}
            found |= {rows[each][column] for rows in (before, after) for each in differing if each in rows}
        under = {org for org in self.told.orgs if not self._above(org).isdisjoint(moved)}
        students = (row for row in self.now.rows["roles"] if row["role"] == "student")
        return found | {row["userSourcedId"] for row in students if row["orgSourcedId"] in under}

    def _above(self, org: str, day: dt.date | None = None) -> set[str]:
        """This org and what stands over it, on a day or ever."""
        found, waiting = set(), [org]
        while waiting:
            each = waiting.pop()
            if each not in found and each in self.told.orgs:
                found.add(each)
                parents = self.told.orgs[each].parents
                waiting += [one.org for one in parents if day is None or _covers(one, day)]
        return found

    def _note_kin(self, touched: set[str] | None, day: dt.date) -> None:
        """Of each pair spoken about: whether roles make one the guardian of the other, now or from a later day on."""
        roles: dict[str, list[Row]] = {}
        for row in self.now.rows["roles"]:
            end = _day(row.get("endDate"))
            if end and self.terms.end_date_inclusive:
                end += ONE
            if end is None or end > day:
                roles.setdefault(row["userSourcedId"], []).append(row)
        guardian = GUARDIANS | ({"relative"} if self.terms.relative_is_guardian else set())
        for pair, _said in self.told.claims.in_force():
            if touched is not None and touched.isdisjoint(pair):
                continue
            for adult in pair:
                (student,) = pair - {adult}
                schools = [row["orgSourcedId"] for row in roles.get(student, ()) if row["role"] == "student"]
                seats = {row["orgSourcedId"] for row in roles.get(adult, ()) if row["role"] in guardian}
                if any(not seats.isdisjoint(self._above(school, day)) for school in schools):
                    self.told.kin.add((adult, student))
                else:
                    self.told.kin.discard((adult, student))

    # -- For the oracle ----------------------------------------------------------------------------------------------

    def tell(self, world: World) -> None:
        """Put everything that the server knows of this source into a world."""
        rows, mark = self.told.rows.rows, {"source": self.name}
        world.sources[self.name] = self.terms
        world.orgs |= self.told.orgs
        for row in rows["academicSessions"]:
            world.terms[row["sourcedId"]] = Term(_day(row["startDate"]), _day(row["endDate"]), **mark)
        for row in rows["users"]:
            world.people[row["sourcedId"]] = Person(row.get("grades", ""), row["enabledUser"] == "true", **mark)
        for row in rows["classes"]:
            terms = tuple(filter(None, row["termSourcedIds"].split(",")))
            world.classes[row["sourcedId"]] = Class(
                row["schoolSourcedId"], terms, is_homeroom=row["classType"] == "homeroom", **mark
            )
        for row in rows["roles"]:
            if row["userSourcedId"] in world.people and row["orgSourcedId"] in world.orgs:
                world.roles[row["sourcedId"]] = Role(
                    row["userSourcedId"], row["role"], row["orgSourcedId"], *_dates(row), **mark
                )
        for row in rows["enrollments"]:
            if row["userSourcedId"] in world.people and row["classSourcedId"] in world.classes:
                world.enrolments[row["sourcedId"]] = Enrolment(
                    row["userSourcedId"], row["classSourcedId"], row["role"], *_dates(row), **mark
                )
        for pair, said in self.told.claims.in_force():
            for speaker in said:
                (about,) = pair - {speaker}
                world.says.add(Says(speaker, about, source=self.name))
        world.kin |= self.told.kin


def _copy(parcel: Parcel) -> Parcel:
    copy = Parcel(parcel.version)
    copy.rows = {name: [dict(row) for row in rows] for name, rows in parcel.rows.items()}
    return copy


def agents_of(row: Row) -> list[str]:
    """Whom a user row names."""
    return list(filter(None, row.get("agentSourcedIds", "").split(",")))


def _org_of(row: Row | None, org: Org | None, day: dt.date, source: str) -> Org:
    stored = org.parents if org else ()
    if row is None:
        assert org is not None
        return replace(org, parents=_moved(stored, "", day, until=None), is_deleted=True)
    until = _day(row.get("metadata.validTo"))
    history = row.get("metadata.parentHistory", "")
    if history:
        spans = (each.split("|") for each in history.split(","))
        parents = tuple(Parent(parent, _day(since), _day(end)) for parent, since, end in spans)
    else:
        parents = _moved(stored, row["parentSourcedId"], day, until=until)
    # Moved when it had ended already, it never stood there: a time without a day is none.
    parents = tuple(each for each in parents if each.since is None or each.until is None or each.since < each.until)
    level = row.get("metadata.schoolLevel", "")
    return Org(row["type"], level, parents, _day(row.get("metadata.validFrom")), until, source=source)


def _moved(stored: tuple[Parent, ...], parent: str, day: dt.date, *, until: dt.date | None) -> tuple[Parent, ...]:
    """What stood until today and is over keeps its end; what stands ends today, unless it is still the parent. A place
    taken and left on one day was never one, and one left and taken again on one day was never left."""
    past = [each for each in stored if each.until is not None and each.until <= day]
    now = [each for each in stored if each.until is None or each.until > day]
    kept = next((each for each in now if each.org == parent and _covers(each, day)), None)
    past += [replace(each, until=day) for each in now if each is not kept and (each.since is None or each.since < day)]
    if not parent:
        return tuple(past)
    if kept:
        return (*past, replace(kept, until=until))
    again = next((each for each in past if each.org == parent and each.until == day), None)
    if again:
        past.remove(again)
        return (*past, replace(again, until=until))
    return (*past, Parent(parent, day if stored else None, until))


def _on(org: Org, day: dt.date) -> set[str]:
    return {each.org for each in org.parents if _covers(each, day)}


def _covers(parent: Parent, day: dt.date) -> bool:
    return (parent.since is None or parent.since <= day) and (parent.until is None or day < parent.until)


def _dates(row: Row) -> tuple[dt.date | None, dt.date | None]:
    return _day(row.get("beginDate")), _day(row.get("endDate"))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
