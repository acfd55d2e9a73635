"""The small province as two packages: in the first everybody has every right, the second takes what their ties say."""

import datetime as dt
from collections.abc import Iterable

from registry.selectors import today
from tests.registry.parcel import Parcel, Row
from tests.rights.world.people import GUARDIANS, OF_ORGS, Subject

# Where each scene's class is: a scene is the class whose tie to its people has become the same for all of them.
SCHOOLS = {"talk_open": "truong-mo", "school_ended": "truong-cu", "adult": "trung-tam"}
SCHOOL, ELSEWHERE, COMMUNE, DEPARTMENT = "truong", "truong-khac", "xa", "so"
HEAD_OF_ALL = "giam-doc"
# The OneRoster role, and whether it is held at the school, above it, or elsewhere.
ROLE_IN_ORG = {
    "homeroom_teacher": "teacher",
    "subject_teacher": "teacher",
    "lesson_teacher": "teacher",
    "proctor": "proctor",
    "class_administrator": "aide",
    "pupil": "student",
    "young_pupil": "student",
    "adult_pupil": "student",
    "guardian": "guardian",
    "parent": "parent",
    "guardian_by_link": "guardian",
    "relative": "guardian",
    "teacher_and_parent": "teacher",
    "teacher_with_other_record": "teacher",
    "principal": "principal",
    "site_administrator": "siteAdministrator",
    "officer_of_commune": "districtAdministrator",
    "officer_of_department": "districtAdministrator",
    "system_administrator": "systemAdministrator",
    "colleague": "teacher",
    "teacher_elsewhere": "teacher",
    "guardian_elsewhere": "guardian",
}
ENROLLED_AS = {
    "homeroom_teacher": "teacher",
    "subject_teacher": "teacher",
    "lesson_teacher": "teacher",
    "teacher_and_parent": "teacher",
    "teacher_with_other_record": "teacher",
    "proctor": "proctor",
    "class_administrator": "administrator",
    "pupil": "student",
    "young_pupil": "student",
    "adult_pupil": "student",
}
# Grades by role, where it is not the seventh.
GRADES = {"young_pupil": "05", "adult_pupil": ""}


def school_of(scene: str) -> str:
    """The school of the scene's class."""
    return SCHOOLS.get(scene, SCHOOL)


def org_of(subject: Subject) -> str:
    """Where the subject holds the role that counts."""
    match subject.role:
        case "officer_of_commune":
            return COMMUNE
        case "officer_of_department" | "system_administrator":
            return DEPARTMENT
        case "teacher_elsewhere" | "guardian_elsewhere":
            return ELSEWHERE
    return school_of(subject.scene)


def homeroom(scene: str) -> str:
    """The class of the scene, which has rooms."""
    return f"lop.{scene}"


def lesson(scene: str) -> str:
    """The scheduled class of its pupils, which has none."""
    return f"mon.{scene}"


def teacher(scene: str) -> str:
    """Who teaches the scene's class whatever becomes of the others, and leads its rooms."""
    return f"co.{scene}"


def pupil(scene: str) -> str:
    """One of its two pupils who are there for the others."""
    return f"em.{scene}"


def guardian(scene: str) -> str:
    """The guardian of that pupil."""
    return f"me.{scene}"


def head(school: str) -> str:
    """Who heads a school whatever becomes of the others, and speaks in its rooms."""
    return f"hieu-truong.{school}"


def before(subjects: Iterable[Subject]) -> Parcel:
    """Everybody as they were, with every right that their role can give."""
    chosen = list(subjects)
    parcel = _orgs()
    for scene in sorted({subject.scene for subject in chosen}):
        _scene(parcel, scene)
    for subject in chosen:
        if subject.role != "nobody":
            _subject(parcel, subject)
    return parcel


def after(was: Parcel, subjects: Iterable[Subject]) -> Parcel:
    """What the registry says now: each tie has become what it is called."""
    parcel = was.copy()
    _end_scenes(parcel)
    for subject in subjects:
        if subject.role == "nobody":
            continue
        for row in _rows_that_tie(parcel, subject):
            _become(parcel, row, subject.tie)
        _change_account(parcel, subject)
        _change_role(parcel, subject)
    return parcel


def _orgs() -> Parcel:
    parcel = Parcel()
    parcel.session("nam")
    parcel.session("ky")
    parcel.org(DEPARTMENT, "state")
    for commune in (COMMUNE, "xa-khac"):
        parcel.org(commune, "local", DEPARTMENT)
    parcel.org(ELSEWHERE, "school", "xa-khac", metadata_schoolLevel="thcs")
    parcel.org("trung-tam", "school", COMMUNE, metadata_schoolLevel="gdtx")
    for school in (SCHOOL, "truong-mo", "truong-cu"):
        parcel.org(school, "school", COMMUNE, metadata_schoolLevel="th_thcs")
    for school in (SCHOOL, "truong-mo", "truong-cu", "trung-tam", ELSEWHERE):
        parcel.person(head(school), "principal", school)
    parcel.person(HEAD_OF_ALL, "districtAdministrator", DEPARTMENT)
    parcel.person("can-bo-xa", "districtAdministrator", COMMUNE)
    parcel.add("courses", "mon-hoc", title="Lớp 7", orgSourcedId=DEPARTMENT)
    return parcel


def _scene(parcel: Parcel, scene: str) -> None:
    """A class with a teacher, two pupils and the guardian of one, beside those who come to ask."""
    school, term = school_of(scene), "ky" if scene == "term_over" else "nam"
    grade = "" if scene == "adult" else "07"
    parcel.school_class(homeroom(scene), school, terms=term)
    parcel.school_class(lesson(scene), school, terms=term, kind="scheduled")
    parcel.school_class(f"ben.{scene}", school, terms="nam")
    parcel.person(teacher(scene), "teacher", school)
    parcel.person(guardian(scene), "guardian", school)
    parcel.enrol(teacher(scene), homeroom(scene), school, "teacher", primary="true")
    for name, agent in ((pupil(scene), guardian(scene)), (f"ban.{scene}", "")):
        parcel.person(name, "student", school, grades=grade, agentSourcedIds=agent)
        parcel.enrol(name, homeroom(scene), school)
    parcel.enrol(pupil(scene), lesson(scene), school)


def _subject(parcel: Parcel, subject: Subject) -> None:
    """The person with the role that counts, a role elsewhere that lets them in whatever becomes of it, and a family."""
    role, org, school = ROLE_IN_ORG[subject.role], org_of(subject), school_of(subject.scene)
    parcel.person(subject.name, role, org, **({"grades": GRADES.get(subject.role, "07")} if role == "student" else {}))
    also = role if role in {"student", "guardian", "parent"} else "aide"
    if (org, role) != (ELSEWHERE, also):
        parcel.role(subject.name, also, ELSEWHERE, kind="secondary")
    if subject.role in ENROLLED_AS:
        where = lesson(subject.scene) if subject.role == "lesson_teacher" else homeroom(subject.scene)
        primary = {"primary": "true"} if subject.role == "homeroom_teacher" else {}
        parcel.enrol(subject.name, where, school, ENROLLED_AS[subject.role], **primary)
    if subject.role == "colleague":
        parcel.enrol(subject.name, f"ben.{subject.scene}", school, "teacher")
    if subject.role in GUARDIANS or subject.role == "teacher_with_other_record":
        _family(parcel, subject, school)
    if subject.deny == "pair_other_record":
        parcel.person(subject.other_record, "guardian", school)


def _family(parcel: Parcel, subject: Subject, school: str) -> None:
    """A child in the scene's class. Who is a teacher besides has a role as its guardian there too."""
    agents = {"agentSourcedIds": subject.name}
    if subject.role == "parent":
        parcel.row("users", subject.name)["agentSourcedIds"] = subject.child
        agents = {}
    if subject.role == "teacher_and_parent":
        parcel.role(subject.name, "guardian", school, kind="secondary")
    if subject.role == "teacher_with_other_record":
        for name in (subject.other_record, subject.other_guardian):
            parcel.person(name, "guardian", school)
        agents = {"agentSourcedIds": f"{subject.other_record},{subject.other_guardian}"}
    parcel.person(subject.child, "student", school, grades="07", **agents)
    parcel.enrol(subject.child, homeroom(subject.scene), school)


def _end_scenes(parcel: Parcel) -> None:
    classes = {row["sourcedId"] for row in parcel.rows["classes"]}
    parcel.drop("classes", *(classes & {homeroom("class_removed"), lesson("class_removed")}))
    parcel.row("academicSessions", "ky")["endDate"] = today().isoformat()
    parcel.row("orgs", SCHOOLS["school_ended"])["metadata.validTo"] = today().isoformat()


def _rows_that_tie(parcel: Parcel, subject: Subject) -> list[Row]:
    """What stands between the subject and the place: own enrolments and the child's; for heads and officers the role."""
    if subject.role in OF_ORGS:
        return [row for row in parcel.rows["roles"] if row["sourcedId"] == role_id(subject)]
    tied = {subject.name, subject.child} if subject.role != "teacher_with_other_record" else {subject.name}
    return [row for row in parcel.rows["enrollments"] if row["userSourcedId"] in tied]


def role_id(subject: Subject) -> str:
    """The row of the role that counts."""
    return f"{subject.name}.{org_of(subject)}.{ROLE_IN_ORG[subject.role]}"


def _become(parcel: Parcel, row: Row, tie: str) -> None:
    day = today()
    match tie:
        case "future":
            row["beginDate"] = (day + dt.timedelta(days=1)).isoformat()
        case "ended":
            row["endDate"] = (day - dt.timedelta(days=1)).isoformat()
        case "ends_today":
            row["endDate"] = day.isoformat()
        case "last_day":
            row["endDate"] = (day + dt.timedelta(days=1)).isoformat()
        case "removed":
            parcel.drop("roles" if "orgSourcedId" in row else "enrollments", row["sourcedId"])


def _change_account(parcel: Parcel, subject: Subject) -> None:
    if subject.account == "disabled":
        parcel.row("users", subject.name)["enabledUser"] = "false"
    if subject.account == "without_role":
        held = [row["sourcedId"] for row in parcel.rows["roles"] if row["userSourcedId"] == subject.name]
        parcel.drop("roles", *held)


def _change_role(parcel: Parcel, subject: Subject) -> None:
    """Who is named by a pupil only, and who is a relative where the source does not count them."""
    if subject.account == "without_role":
        return
    if subject.role == "guardian_by_link":
        parcel.drop("roles", role_id(subject))
    if subject.role == "relative":
        parcel.row("roles", role_id(subject))["role"] = "relative"
