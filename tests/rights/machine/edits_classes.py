"""Classes begin and end, people are enrolled and leave, orgs come under others."""

from tests.rights.machine.edits import Pen, edit
from tests.rights.machine.edits_people import FIXED
from tests.rights.machine.town import CLASSES

MORE_CLASSES = ("7x", "8x", "van6")
TERMS = ("nam", "nam", "ky1", "ky1,ky2", "ky2", "nam-sau", "")


@edit(8)
def somebody_is_enrolled(pen: Pen) -> str | None:
    """A pupil, a teacher, an observer; now and then one who is not what the enrolment says."""
    person = pen.one(pen.paper.ids("users"))
    school = pen.school_of(person) if person else None
    into = pen.class_in(school if pen.chance.random() < 0.9 else None)
    if not person or not into or person in FIXED or pen.paper.find("enrollments", f"{into}.{person}"):
        return None
    is_pupil = person in pen.people_with("student")
    role = pen.chance.choice(("student",) * 8 + ("teacher",)) if is_pupil else pen.chance.choice(
        ("teacher", "teacher", "teacher", "proctor", "administrator", "student")
    )  # fmt: skip
    row = pen.paper.find("classes", into)
    assert row is not None
    dates = pen.dates() if pen.chance.random() < 0.4 else {}
    pen.paper.now.enrol(person, into, row["schoolSourcedId"], role, **dates)
    return f"{person} is enrolled in {into} as {role} {dates}"


@edit(7)
def somebody_leaves_a_class(pen: Pen) -> str | None:
    row = pen.row("enrollments")
    if not row:
        return None
    pen.paper.now.drop("enrollments", row["sourcedId"])
    return f"enrolment {row['sourcedId']} is gone"


@edit(6)
def an_enrolment_begins_or_ends(pen: Pen) -> str | None:
    row = _standing_enrolment(pen)
    if not row:
        return None
    row.update(pen.dates())
    return f"enrolment {row['sourcedId']} {row['beginDate']}..{row['endDate']}"


@edit(4)
def an_enrolment_becomes_another(pen: Pen) -> str | None:
    """The same record is for another class, in another role, or of the homeroom teacher."""
    row = _standing_enrolment(pen)
    if not row:
        return None
    if pen.chance.random() < 0.4 and (into := pen.class_in(None)):
        school = pen.paper.find("classes", into)
        row.update(classSourcedId=into, schoolSourcedId=school["schoolSourcedId"] if school else "")
    elif pen.chance.random() < 0.5:
        row["role"] = pen.chance.choice(("student", "teacher", "proctor", "administrator"))
        row["primary"] = ""
    elif row["role"] == "teacher":
        row["primary"] = "" if row.get("primary") == "true" else "true"
    return f"enrolment {row['sourcedId']} is {row['role']} in {row['classSourcedId']}"


@edit(3)
def a_pupil_is_transferred(pen: Pen) -> str | None:
    """Role and enrolments end at one school and begin at another, in one package."""
    person, school = pen.one(pen.people_with("student")), pen.school()
    into = pen.class_in(school) if school else None
    if not person or not school or not into or person in FIXED:
        return None
    now = pen.paper.now
    now.rows["roles"] = [row for row in now.rows["roles"] if (row["userSourcedId"], row["role"]) != (person, "student")]
    now.rows["enrollments"] = [row for row in now.rows["enrollments"] if row["userSourcedId"] != person]
    now.drop("roles", f"{person}.{school}.student")
    now.role(person, "student", school)
    now.enrol(person, into, school)
    return f"{person} is transferred to {into} of {school}"


@edit(3)
def a_class_goes(pen: Pen) -> str | None:
    """With its enrolments, or without: a registry may forget them."""
    row = pen.row("classes")
    if not row:
        return None
    pen.paper.now.drop("classes", row["sourcedId"])
    if pen.chance.random() < 0.5:
        rows = pen.paper.now.rows
        rows["enrollments"] = [each for each in rows["enrollments"] if each["classSourcedId"] != row["sourcedId"]]
    return f"class {row['sourcedId']} goes"


@edit(4)
def a_class_comes(pen: Pen) -> str | None:
    known = (*CLASSES, *MORE_CLASSES) if pen.paper.name == "so" else ("7k", "8k")
    gone, school = pen.one([each for each in known if each not in pen.paper.ids("classes")]), pen.school()
    if not gone or not school:
        return None
    kind = pen.chance.choice(("homeroom", "homeroom", "scheduled"))
    pen.paper.now.school_class(
        gone, CLASSES.get(gone, school) if _stands(pen, gone) else school, terms=_terms(pen), kind=kind
    )
    return f"class {gone} comes, {kind}"


@edit(3)
def a_class_becomes_another(pen: Pen) -> str | None:
    """Other terms, another kind, or another school."""
    row, school = pen.row("classes"), pen.school()
    if not row or not school:
        return None
    what = pen.chance.choice(("termSourcedIds", "classType", "schoolSourcedId"))
    row[what] = {
        "termSourcedIds": _terms(pen),
        "classType": "scheduled" if row["classType"] == "homeroom" else "homeroom",
        "schoolSourcedId": school,
    }[what]
    return f"class {row['sourcedId']} {what} {row[what]}"


@edit(2)
def a_term_changes(pen: Pen) -> str | None:
    row = pen.row("academicSessions")
    if not row:
        return None
    name = pen.chance.choice(("startDate", "endDate"))
    row[name] = pen.near()
    if row["startDate"] > row["endDate"]:
        row["startDate"], row["endDate"] = row["endDate"], row["startDate"]
    return f"term {row['sourcedId']} {row['startDate']}..{row['endDate']}"


@edit(2)
def a_term_is_right_again(pen: Pen) -> str | None:
    row = pen.row("academicSessions")
    if not row:
        return None
    row.update(startDate=f"{pen.day.year}-01-01", endDate=f"{pen.day.year + 1}-12-31")
    return f"term {row['sourcedId']} runs"


@edit(2)
def a_school_moves(pen: Pen) -> str | None:
    """Under another unit: from today on, or, with dated parents, from another day."""
    row = pen.row("orgs", type="school")
    units = [each for each in pen.paper.now.rows["orgs"] if each["type"] in {"local", "state"}]
    above = [each["sourcedId"] for each in units if not each.get("metadata.validTo")]
    parent = pen.one(above)
    if not row or not parent or row["parentSourcedId"] == parent:
        return None
    day = pen.near() if pen.chance.random() < 0.4 else ""
    row["metadata.parentHistory"] = f"{row['parentSourcedId']}||{day},{parent}|{day}|" if day else ""
    row["parentSourcedId"] = parent
    return f"{row['sourcedId']} comes under {parent} {day}"


@edit(2)
def an_org_ends_or_lives_again(pen: Pen) -> str | None:
    """A school or an empty commune is dissolved on a day; or the day is taken back."""
    row = pen.row("orgs", type=pen.chance.choice(("school", "local", "department")))
    if not row or _has_units(pen, row["sourcedId"]):
        return None
    row["metadata.validTo"] = "" if row.get("metadata.validTo") else pen.near()
    return f"{row['sourcedId']} ends {row['metadata.validTo']!r}"


@edit(1)
def a_commune_is_merged(pen: Pen) -> str | None:
    """All that stood under it comes under another one, and it is dissolved the same day."""
    communes = [row for row in pen.paper.now.rows["orgs"] if row["type"] == "local" and not row.get("metadata.validTo")]
    if len(communes) < 2:
        return None
    old, new = pen.chance.sample(communes, 2)
    for row in pen.paper.now.rows["orgs"]:
        if row["parentSourcedId"] == old["sourcedId"]:
            row["parentSourcedId"] = new["sourcedId"]
        if old["sourcedId"] in row.get("metadata.parentHistory", ""):
            row["metadata.parentHistory"] = ""
    old["metadata.validTo"] = pen.day.isoformat()
    return f"{old['sourcedId']} is merged into {new['sourcedId']}"


@edit(2)
def an_office_comes_or_goes(pen: Pen) -> str | None:
    """A department inside a school, a commune's third school."""
    name, kind = pen.chance.choice((("to1", "department"), ("truong9", "school"), ("xa9", "local")))
    if pen.paper.name != "so":
        return None
    now = pen.paper.now
    if pen.paper.find("orgs", name) is None:
        parent = "truong1" if kind == "department" else "so" if kind == "local" else pen.chance.choice(("xa1", "xa2"))
        above = pen.paper.find("orgs", parent)
        if above is None or above.get("metadata.validTo"):
            return None
        now.org(name, kind, parent)
        return f"{kind} {name} comes under {parent}"
    if _has_units(pen, name):
        return None
    now.drop("orgs", name)
    gone = {row["sourcedId"] for row in now.rows["classes"] if row["schoolSourcedId"] == name}
    now.drop("classes", *gone)
    now.rows["enrollments"] = [row for row in now.rows["enrollments"] if row["classSourcedId"] not in gone]
    now.rows["roles"] = [row for row in now.rows["roles"] if row["orgSourcedId"] != name]
    return f"{name} goes"


def _has_units(pen: Pen, org: str) -> bool:
    rows = pen.paper.now.rows["orgs"]
    return any(row["parentSourcedId"] == org or org in row.get("metadata.parentHistory", "") for row in rows)


def _standing_enrolment(pen: Pen) -> dict[str, str] | None:
    row = pen.row("enrollments")
    is_whole = (
        row and row["userSourcedId"] in pen.paper.ids("users") and row["classSourcedId"] in pen.paper.ids("classes")
    )
    return row if is_whole else None


def _terms(pen: Pen) -> str:
    return pen.chance.choice(TERMS) if pen.paper.name == "so" else "nam-k"


def _stands(pen: Pen, school_class: str) -> bool:
    return pen.paper.find("orgs", CLASSES.get(school_class, "")) is not None
