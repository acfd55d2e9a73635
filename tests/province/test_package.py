"""The package is right by the letter of OneRoster 1.2."""

import re
import zipfile
from datetime import date

import pytest

from chatserver.province import make_province
from tests.province.conftest import TODAY
from tests.province.reading import Package, listed

# Copied from the standard's tables, not from the generator.
COLUMNS = {
    "academicSessions": "sourcedId status dateLastModified title type startDate endDate parentSourcedId schoolYear",
    "orgs": "sourcedId status dateLastModified name type identifier parentSourcedId",
    "courses": (
        "sourcedId status dateLastModified schoolYearSourcedId title courseCode grades orgSourcedId subjects"
        " subjectCodes"
    ),
    "classes": (
        "sourcedId status dateLastModified title grades courseSourcedId classCode classType location schoolSourcedId"
        " termSourcedIds subjects subjectCodes periods"
    ),
    "users": (
        "sourcedId status dateLastModified enabledUser username userIds givenName familyName middleName identifier"
        " email sms phone agentSourcedIds grades password userMasterIdentifier resourceSourcedIds preferredGivenName"
        " preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns"
    ),
    "roles": (
        "sourcedId status dateLastModified userSourcedId roleType role beginDate endDate orgSourcedId"
        " userProfileSourcedId"
    ),
    "enrollments": (
        "sourcedId status dateLastModified classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate"
    ),
}
METADATA = {
    "orgs": "schoolLevel validFrom validTo parentHistory",
    "users": "relations separateGuardians position gender",
}


def test_the_same_seed_gives_the_same_bytes(small_path, tmp_path):
    again = tmp_path / "again.zip"
    make_province("small", 1, out=again, today=TODAY)
    assert again.read_bytes() == small_path.read_bytes()


def test_another_seed_gives_other_people(small, tmp_path):
    other = tmp_path / "other.zip"
    make_province("small", 2, out=other, today=TODAY)
    assert not set(small.by_id("users")) & set(Package(other).by_id("users"))


def test_the_files_lie_at_the_root_behind_the_manifest(small):
    assert small.names == ["manifest.csv", *(f"{name}.csv" for name in COLUMNS)]


@pytest.mark.parametrize("name", COLUMNS)
def test_headers_are_the_standards_in_its_order(small, name):
    metadata = [f"metadata.{column}" for column in METADATA.get(name, "").split()]
    assert small.headers[name] == COLUMNS[name].split() + metadata


def test_the_manifest_declares_what_is_there(small):
    manifest = {row["propertyName"]: row["value"] for row in small.rows["manifest"]}
    files = {name.removeprefix("file."): value for name, value in manifest.items() if name.startswith("file.")}
    assert manifest["manifest.version"] == "1.0"
    assert manifest["oneroster.version"] == "1.2"
    assert len(files) == 21
    assert {name for name, value in files.items() if value == "bulk"} == set(COLUMNS)
    assert set(files.values()) == {"bulk", "absent"}


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_are_bulk_rows_with_good_unique_identifiers(small, name):
    ids = [row["sourcedId"] for row in small.rows[name]]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z0-9._/@-]{1,255}", each) for each in ids)
    assert not any(row["status"] or row["dateLastModified"] for row in small.rows[name])


@pytest.mark.parametrize("name", COLUMNS)
def test_lines_end_as_rfc_4180_says_and_cells_hold_no_line_break(small, name):
    lines = small.raw[name].decode().split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == len(small.rows[name]) + 1
    assert not any("\n" in line or "\r" in line for line in lines)


@pytest.mark.parametrize("subjects", [False, True])
def test_every_reference_resolves(small, tmp_path, subjects):
    package = small
    if subjects:
        make_province("small", 1, out=tmp_path / "subjects.zip", subjects=True, today=TODAY)
        package = Package(tmp_path / "subjects.zip")
    ids = {name: set(package.by_id(name)) for name in COLUMNS}
    references = [
        ("academicSessions", "parentSourcedId", "academicSessions"),
        ("orgs", "parentSourcedId", "orgs"),
        ("courses", "schoolYearSourcedId", "academicSessions"),
        ("courses", "orgSourcedId", "orgs"),
        ("classes", "courseSourcedId", "courses"),
        ("classes", "schoolSourcedId", "orgs"),
        ("classes", "termSourcedIds", "academicSessions"),
        ("users", "agentSourcedIds", "users"),
        ("users", "primaryOrgSourcedId", "orgs"),
        ("roles", "userSourcedId", "users"),
        ("roles", "orgSourcedId", "orgs"),
        ("enrollments", "classSourcedId", "classes"),
        ("enrollments", "schoolSourcedId", "orgs"),
        ("enrollments", "userSourcedId", "users"),
    ]
    for name, column, target in references:
        wanted = {each for row in package.rows[name] for each in listed(row[column])}
        assert wanted <= ids[target], (name, column)
    schools = {row["sourcedId"]: row["schoolSourcedId"] for row in package.rows["classes"]}
    assert all(schools[row["classSourcedId"]] == row["schoolSourcedId"] for row in package.rows["enrollments"])


def test_everybody_has_one_primary_role_in_an_org(small):
    primary = [
        (row["userSourcedId"], row["orgSourcedId"]) for row in small.rows["roles"] if row["roleType"] == "primary"
    ]
    every = {(row["userSourcedId"], row["orgSourcedId"]) for row in small.rows["roles"]}
    assert len(primary) == len(set(primary))
    assert set(primary) == every
    assert {user for user, _ in every} == set(small.by_id("users"))


def test_a_class_has_one_homeroom_teacher(small):
    for rows in small.enrolments_by_class().values():
        assert [row["primary"] for row in rows if row["role"] == "teacher"].count("true") == 1
        assert {row["primary"] for row in rows if row["role"] == "student"} == {""}


def test_user_names_are_unique(small):
    names = [user["username"].lower() for user in small.rows["users"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9.-]+", name) for name in names)


@pytest.mark.parametrize("today", [date(2026, 8, 1), date(2026, 10, 6), date(2027, 1, 18), date(2027, 7, 31)])
def test_classes_are_live_on_every_day_of_the_year(tmp_path, today):
    make_province("small", 1, out=tmp_path / "day.zip", today=today)
    package = Package(tmp_path / "day.zip")
    [year] = [row for row in package.rows["academicSessions"] if row["type"] == "schoolYear"]
    assert {row["termSourcedIds"] for row in package.rows["classes"]} == {year["sourcedId"]}
    assert date.fromisoformat(year["startDate"]) <= today < date.fromisoformat(year["endDate"])
    assert year["schoolYear"] == "2027"


def test_staff_began_before_the_school_year_did(small):
    begun = [row["beginDate"] for row in small.rows["roles"] if row["beginDate"]]
    assert begun
    assert max(begun) <= "2026-08-01"


def test_nothing_is_left_behind_when_writing_fails(tmp_path):
    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "province.zip"
    with pytest.raises(KeyboardInterrupt):
        make_province("small", 1, out=out, today=TODAY, progress=fail)
    assert list(tmp_path.iterdir()) == []


def test_the_zip_carries_no_clock(small_path):
    with zipfile.ZipFile(small_path) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
