"""The first packages: a Sở, two communes, three schools, ten classes and some fifty people; and a second, smaller source."""

from tests.oracle import Source
from tests.registry.parcel import Parcel
from tests.rights.machine.paper import Paper

SCHOOLS = {"truong1": "xa1", "truong2": "xa1", "truong3": "xa2"}
CLASSES = {
    "6a": "truong1", "7a": "truong1", "toan7": "truong1", "9b": "truong1",
    "6c": "truong2", "8c": "truong2",
    "gd1": "truong3", "gd2": "truong3", "ly8": "truong3", "4d": "truong3",
}  # fmt: skip
SCHEDULED = {"toan7", "gd1", "gd2", "ly8"}
# Ids of people who may come: the walk never needs others.
PEOPLE = [f"p{number:02}" for number in range(48)]
STRANGERS = ["la1", "la2"]
# Who makes denies, and is never taken from the registry.
OFFICER = "so-an"
# A few pupils too young for an account, some with an odd grade, and one whose grade nobody can read.
GRADES = ("07", "06", "8", "05", "12", "5", "lop 7", "")


def main_source() -> Paper:
    """The province's own, in which nearly everybody is."""
    parcel = Parcel()
    parcel.session("nam", "2026-08-01", "2027-06-01")
    parcel.session("ky1", "2026-08-01", "2027-01-10")
    parcel.session("ky2", "2027-01-10", "2027-06-01")
    parcel.session("nam-sau", "2027-08-01", "2028-06-01")
    parcel.org("so", "state")
    for commune in ("xa1", "xa2"):
        parcel.org(commune, "local", "so")
    for school, commune in SCHOOLS.items():
        level = "gdtx" if school == "truong3" else "th_thcs"
        parcel.org(school, "school", commune, metadata_schoolLevel=level)
    parcel.add("courses", "mon", title="Môn", orgSourcedId="so")
    for each, school in CLASSES.items():
        parcel.school_class(each, school, kind="scheduled" if each in SCHEDULED else "homeroom")
    parcel.person(OFFICER, "districtAdministrator", "so")
    parcel.person("so-tin", "systemAdministrator", "so")
    for stranger in STRANGERS:
        parcel.person(stranger, "guardian")
    for number, org in enumerate((*SCHOOLS, "xa1", "xa2")):
        parcel.person(PEOPLE[number], "principal" if org in SCHOOLS else "districtAdministrator", org)
    for number, school in enumerate(SCHOOLS):
        parcel.person(PEOPLE[5 + number], "siteAdministrator", school)
    for number, (each, school) in enumerate(CLASSES.items()):
        teacher = PEOPLE[8 + number % 8]
        if parcel_lacks(parcel, teacher):
            parcel.person(teacher, "teacher", school)
        parcel.enrol(teacher, each, school, "teacher", primary="true")
        pupil, guardian = PEOPLE[16 + number], PEOPLE[28 + number]
        parcel.person(pupil, "student", school, grades=GRADES[number % len(GRADES)], agentSourcedIds=guardian)
        parcel.person(guardian, "parent" if number % 3 else "guardian", school)
        parcel.enrol(pupil, each, school)
    return Paper("so", parcel, Source())


def second_source() -> Paper:
    """A school of another kind beside it: relatives are guardians there, and the last day counts."""
    parcel = Parcel()
    parcel.session("nam-k", "2026-08-01", "2027-05-31")
    parcel.org("xak", "local")
    parcel.org("truongk", "school", "xak", metadata_schoolLevel="thcs")
    parcel.add("courses", "mon-k", title="Môn", orgSourcedId="xak")
    parcel.school_class("7k", "truongk", terms="nam-k")
    for number, role in enumerate(("principal", "teacher", "teacher", "student", "student", "student")):
        parcel.person(f"k{number}", role, "truongk", grades="07" if role == "student" else "")
        if role != "principal":
            parcel.enrol(f"k{number}", "7k", "truongk", role)
    for number in (6, 7, 8):
        parcel.person(
            f"k{number}", "relative" if number < 8 else "guardian", "truongk", agentSourcedIds=f"k{number - 3}"
        )
    return Paper("truong-k", parcel, Source(relative_is_guardian=True, end_date_inclusive=True))


def parcel_lacks(parcel: Parcel, person: str) -> bool:
    """Whether nobody of this id is in it yet."""
    return all(row["sourcedId"] != person for row in parcel.rows["users"])
