"""People come and go, gain and lose roles, and are named as guardians."""

from tests.rights.machine.edits import Pen, edit
from tests.rights.machine.paper import agents_of
from tests.rights.machine.town import GRADES, OFFICER, PEOPLE, STRANGERS

STAFF = ("teacher", "teacher", "teacher", "aide", "counselor", "proctor", "principal", "siteAdministrator")
ABOVE = ("districtAdministrator", "teacher", "systemAdministrator")
FAMILY = ("guardian", "parent", "parent", "relative")
FIXED = {OFFICER, *STRANGERS}


def pool(pen: Pen) -> list[str]:
    """Ids of people of this source who may be there or not."""
    return PEOPLE if pen.paper.name == "so" else [f"k{number}" for number in range(12)]


def others(pen: Pen) -> list[str]:
    """People of whom anything may change."""
    return [each for each in pen.paper.ids("users") if each not in FIXED]


@edit(6)
def a_pupil_comes(pen: Pen) -> str | None:
    person, school = pen.one([each for each in pool(pen) if each not in pen.paper.ids("users")]), pen.school()
    if not person or not school:
        return None
    families = pen.people_with("guardian", "parent", "relative")
    agents = pen.chance.sample(families, min(len(families), pen.chance.randint(0, 2)))
    pen.paper.now.person(
        person, "student", *(() if _has_role(pen, person, school, "student") else (school,)),
        grades=pen.chance.choice(GRADES), agentSourcedIds=",".join(agents),
    )  # fmt: skip
    if (into := pen.class_in(school)) and not pen.paper.find("enrollments", f"{into}.{person}"):
        pen.paper.now.enrol(person, into, school)
    return f"pupil {person} comes to {school}, {into}, names {agents}"


@edit(5)
def a_guardian_comes(pen: Pen) -> str | None:
    person, school = pen.one([each for each in pool(pen) if each not in pen.paper.ids("users")]), pen.school()
    if not person or not school:
        return None
    pupils = pen.people_with("student")
    agents = pen.chance.sample(pupils, min(len(pupils), pen.chance.randint(0, 2)))
    role, org = pen.chance.choice(FAMILY), pen.chance.choice((school, school, school, *pen.paper.ids("orgs")))
    orgs = () if pen.chance.random() < 0.1 or _has_role(pen, person, org, role) else (org,)
    pen.paper.now.person(person, role, *orgs, agentSourcedIds=",".join(agents))
    return f"{role} {person} comes, at {orgs}, names {agents}"


@edit(4)
def a_teacher_comes(pen: Pen) -> str | None:
    person, school = pen.one([each for each in pool(pen) if each not in pen.paper.ids("users")]), pen.school()
    if not person or not school:
        return None
    role = pen.chance.choice(STAFF)
    pen.paper.now.person(person, role, *(() if _has_role(pen, person, school, role) else (school,)))
    if (into := pen.class_in(school)) and not pen.paper.find("enrollments", f"{into}.{person}"):
        pen.paper.now.enrol(person, into, school, "teacher", primary=pen.chance.choice(("true", "")))
    return f"{role} {person} comes to {school}, {into}"


@edit(6)
def somebody_goes(pen: Pen) -> str | None:
    person = pen.one(others(pen))
    if not person:
        return None
    rows = pen.paper.now.rows
    pen.paper.now.drop("users", person)
    # Some registries take the person and forget what hangs on it.
    if pen.chance.random() < 0.8:
        for table in ("roles", "enrollments"):
            rows[table] = [row for row in rows[table] if row["userSourcedId"] != person]
    return f"{person} goes"


@edit(7)
def somebody_is_disabled_or_restored(pen: Pen) -> str | None:
    row = pen.row("users", sourcedId=pen.one(others(pen)) or "")
    if not row:
        return None
    row["enabledUser"] = "false" if row["enabledUser"] == "true" else "true"
    return f"{row['sourcedId']} enabled: {row['enabledUser']}"


@edit(3)
def a_grade_changes(pen: Pen) -> str | None:
    row = pen.row("users", sourcedId=pen.one(pen.people_with("student")) or "")
    if not row or row["sourcedId"] in FIXED:
        return None
    row["grades"] = pen.chance.choice(GRADES)
    return f"{row['sourcedId']} is in grade {row['grades']!r}"


@edit(6)
def a_role_is_gained(pen: Pen) -> str | None:
    person, org = pen.one(others(pen)), pen.one(pen.paper.ids("orgs"))
    row = pen.paper.find("orgs", org) if org else None
    if not person or not row:
        return None
    names = (*STAFF, *FAMILY, "student") if row["type"] == "school" else (*FAMILY, *ABOVE)
    role = pen.chance.choice(names)
    if _has_role(pen, person, row["sourcedId"], role):
        return None
    pen.paper.now.role(person, role, row["sourcedId"], kind="secondary", **pen.dates())
    return f"{person} becomes {role} at {org}"


@edit(6)
def a_role_is_lost(pen: Pen) -> str | None:
    row = pen.row("roles")
    if not row or row["userSourcedId"] in FIXED:
        return None
    pen.paper.now.drop("roles", row["sourcedId"])
    return f"role {row['sourcedId']} is lost"


@edit(6)
def a_role_begins_or_ends(pen: Pen) -> str | None:
    row = pen.row("roles")
    if not row or row["userSourcedId"] in FIXED or row["userSourcedId"] not in pen.paper.ids("users"):
        return None
    row.update(pen.dates())
    return f"role {row['sourcedId']} {row['beginDate']}..{row['endDate']}"


@edit(3)
def a_role_becomes_another(pen: Pen) -> str | None:
    """The same record says another role, or another school."""
    row, school = pen.row("roles"), pen.school()
    if not row or not school or row["userSourcedId"] in FIXED or row["userSourcedId"] not in pen.paper.ids("users"):
        return None
    if pen.chance.random() < 0.5:
        row["orgSourcedId"] = school
    elif row["orgSourcedId"] in {each["sourcedId"] for each in pen.paper.now.rows["orgs"] if each["type"] == "school"}:
        row["role"] = pen.chance.choice((*STAFF, *FAMILY, "student"))
    return f"role {row['sourcedId']} is {row['role']} at {row['orgSourcedId']}"


@edit(8)
def a_family_is_named(pen: Pen) -> str | None:
    """By the pupil's row, by the guardian's, or by both."""
    pupil, guardian = pen.one(pen.people_with("student")), pen.one(pen.people_with("guardian", "parent", "relative"))
    if not pupil or not guardian or pupil == guardian:
        return None
    said = pen.chance.choice((1, 2, 3))
    for bit, speaker, about in ((1, pupil, guardian), (2, guardian, pupil)):
        if said & bit:
            _name(pen, speaker, about)
    return f"{guardian} is named guardian of {pupil} by row {said}"


@edit(2)
def anybody_is_named(pen: Pen) -> str | None:
    """A teacher as a pupil's agent, two parents, two pupils: what real exports hold, and what grants nothing."""
    speaker, about = pen.one(others(pen)), pen.one(others(pen))
    if not speaker or not about or speaker == about:
        return None
    _name(pen, speaker, about)
    return f"{speaker} names {about}"


@edit(7)
def a_family_is_not_named_any_more(pen: Pen) -> str | None:
    named = [row for row in pen.paper.now.rows["users"] if agents_of(row)]
    row = pen.chance.choice(named) if named else None
    if not row:
        return None
    about = pen.chance.choice(agents_of(row))
    row["agentSourcedIds"] = ",".join(each for each in agents_of(row) if each != about)
    return f"{row['sourcedId']} does not name {about} any more"


@edit(4)
def a_teacher_is_a_guardian_too(pen: Pen) -> str | None:
    """Of a pupil of any school, of an own class as well."""
    teacher, pupil = (
        pen.one(pen.people_with("teacher", "principal", "siteAdministrator")),
        pen.one(pen.people_with("student")),
    )
    school = pen.school_of(pupil) if pupil else None
    if not teacher or not pupil or not school or teacher == pupil or teacher in FIXED:
        return None
    if not _has_role(pen, teacher, school, "parent"):
        pen.paper.now.role(teacher, "parent", school, kind="secondary")
    _name(pen, *((pupil, teacher) if pen.chance.random() < 0.5 else (teacher, pupil)))
    return f"{teacher} is a parent of {pupil} at {school}"


def _name(pen: Pen, speaker: str, about: str) -> None:
    row = pen.paper.find("users", speaker)
    if row is not None and about in pen.paper.ids("users") and about not in agents_of(row):
        row["agentSourcedIds"] = ",".join([*agents_of(row), about])


def _has_role(pen: Pen, person: str, org: str, role: str) -> bool:
    return pen.paper.find("roles", f"{person}.{org}.{role}") is not None
