"""Packages written row by row, as small as a test needs them."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Self

COMMON = ("sourcedId", "status", "dateLastModified")
HEADERS = {
    "academicSessions": (*COMMON, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "orgs": (
        *(*COMMON, "name", "type", "identifier", "parentSourcedId", "metadata.schoolLevel"),
        *("metadata.validFrom", "metadata.validTo", "metadata.parentHistory"),
    ),
    "courses": (
        *COMMON,
        "schoolYearSourcedId",
        "title",
        "courseCode",
        "grades",
        "orgSourcedId",
        "subjects",
        "subjectCodes",
    ),
    "classes": (
        *(*COMMON, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId"),
        *("termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
    "users": (
        *(
            *COMMON,
            "enabledUser",
            "username",
            "userIds",
            "givenName",
            "familyName",
            "middleName",
            "identifier",
            "email",
        ),
        *("sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "resourceSourcedIds"),
        *("preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
        *("metadata.relations", "metadata.separateGuardians", "metadata.position", "metadata.gender"),
    ),
    "roles": (
        *(*COMMON, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
    ),
    "enrollments": (
        *(*COMMON, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    ),
}
USERS_1_1 = (
    *(*COMMON, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName", "middleName"),
    *("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
)

Row = dict[str, str]
NUMBER = count()
# When deltas were made that do not say otherwise.
NOW = "2026-01-02T03:04:05.000Z"


class Parcel:
    """A package in the making. Rows are cells by column; `write` puts them into a zip."""

    def __init__(self, version: str = "1.2", *, mode: str = "bulk") -> None:
        self.version = version
        self.mode = mode
        self.rows: dict[str, list[Row]] = {name: [] for name in HEADERS if not (version == "1.1" and name == "roles")}
        self.manifest: dict[str, str] = {"manifest.version": "1.0", "oneroster.version": version}
        self.raw: dict[str, bytes] = {}

    def add(self, table: str, sourced_id: str, **cells: str) -> Row:
        """A row; `metadata_gender` writes the column metadata.gender."""
        named = {name.replace("metadata_", "metadata."): value for name, value in cells.items()}
        self.rows[table].append({"sourcedId": sourced_id, **named})
        return self.rows[table][-1]

    def row(self, table: str, sourced_id: str) -> Row:
        return next(row for row in self.rows[table] if row["sourcedId"] == sourced_id)

    def drop(self, table: str, *sourced_ids: str) -> None:
        self.rows[table] = [row for row in self.rows[table] if row["sourcedId"] not in sourced_ids]

    def copy(self) -> Self:
        return deepcopy(self)

    def org(self, sourced_id: str, kind: str, parent: str = "", **cells: str) -> None:
        self.add("orgs", sourced_id, name=f"Đơn vị {sourced_id}", type=kind, parentSourcedId=parent, **cells)

    def session(self, sourced_id: str, start: str = "2020-08-01", end: str = "2099-08-01") -> None:
        self.add(
            "academicSessions",
            sourced_id,
            title=sourced_id,
            type="schoolYear",
            startDate=start,
            endDate=end,
            schoolYear=end[:4],
        )

    def school_class(self, sourced_id: str, school: str, *, terms: str = "nam", kind: str = "homeroom") -> None:
        self.add(
            "classes",
            sourced_id,
            title=sourced_id.upper(),
            grades="07",
            classType=kind,
            schoolSourcedId=school,
            termSourcedIds=terms,
        )

    def person(self, sourced_id: str, role: str, *orgs: str, **cells: str) -> None:
        cells = {
            "enabledUser": "true",
            "username": sourced_id,
            "givenName": sourced_id.title(),
            "familyName": "Trần",
        } | cells
        if self.version == "1.1":
            self.add("users", sourced_id, orgSourcedIds=",".join(orgs), role=role, **cells)
            return
        self.add("users", sourced_id, **cells)
        for place, org in enumerate(orgs):
            self.role(sourced_id, role, org, kind="secondary" if place else "primary")

    def role(self, person: str, role: str, org: str, *, kind: str = "primary", **cells: str) -> None:
        self.add(
            "roles", f"{person}.{org}.{role}", userSourcedId=person, roleType=kind, role=role, orgSourcedId=org, **cells
        )

    def enrol(self, person: str, school_class: str, school: str, role: str = "student", **cells: str) -> None:
        self.add(
            "enrollments",
            f"{school_class}.{person}",
            classSourcedId=school_class,
            schoolSourcedId=school,
            userSourcedId=person,
            role=role,
            **cells,
        )

    def said(self, at: str = NOW, *, status: str = "active") -> Self:
        """Every row that does not say so yet says what became of it and when, as a delta's must."""
        for rows in self.rows.values():
            for row in rows:
                row["status"] = row.get("status") or status
                row["dateLastModified"] = row.get("dateLastModified") or at
        return self

    def until(self, new: "Parcel", at: str = NOW) -> "Parcel":
        """The delta that leads from this parcel to another one."""
        delta = Parcel(self.version, mode="delta")
        for name, rows in self.rows.items():
            before = {row["sourcedId"]: row for row in rows}
            after = {row["sourcedId"]: row for row in new.rows[name]}
            for sourced_id, row in after.items():
                if row != before.get(sourced_id):
                    delta.rows[name].append(dict(row))
            for sourced_id in before.keys() - after.keys():
                delta.rows[name].append({**before[sourced_id], "status": "tobedeleted"})
        return delta.said(at)

    def write(self, path: Path, *, skip: Iterable[str] = ()) -> Path:
        """The package as a zip; files in `skip` are left out and called absent."""
        left_out = set(skip)
        if self.mode == "delta":
            left_out |= {name for name, rows in self.rows.items() if not rows}
        properties = dict(self.manifest)
        for name in HEADERS:
            is_there = name in self.rows and name not in left_out
            properties.setdefault(f"file.{name}", self.mode if is_there else "absent")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            # No two zips are the same file, however alike: a repeat would not even be read.
            package.comment = str(next(NUMBER)).encode()
            package.writestr("manifest.csv", _csv([("propertyName", "value"), *properties.items()]))
            for name, rows in self.rows.items():
                if name not in left_out:
                    package.writestr(f"{name}.csv", self.raw.get(name) or self.text(name, rows))
        return path

    def text(self, name: str, rows: list[Row]) -> bytes:
        header = USERS_1_1 if name == "users" and self.version == "1.1" else HEADERS[name]
        return _csv([header, *([row.get(column, "") for column in header] for row in rows)])


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def a_school(version: str = "1.2", *, said_by: str = "student") -> Parcel:
    """Sở, xã, school; 3A with teacher lan, pupils an and binh; guardians hoa (of an) and dung (of binh)."""
    parcel = Parcel(version)
    parcel.session("nam")
    parcel.org("so", "state")
    parcel.org("xa", "local", "so")
    parcel.org("truong", "school", "xa", metadata_schoolLevel="tieu_hoc")
    parcel.add("courses", "mon", title="Lớp 3", orgSourcedId="so")
    parcel.school_class("3a", "truong")
    parcel.person("lan", "teacher", "truong")
    families = {"an": "hoa", "binh": "dung"}
    for pupil, guardian in families.items():
        named_by = {"student": (pupil,), "guardian": (guardian,), "both": (pupil, guardian)}[said_by]
        for person, role, other in ((pupil, "student", guardian), (guardian, "guardian", pupil)):
            parcel.person(person, role, "truong", **({"agentSourcedIds": other} if person in named_by else {}))
    parcel.enrol("lan", "3a", "truong", "teacher", primary="true")
    for pupil in families:
        parcel.enrol(pupil, "3a", "truong")
    return parcel


Change = Callable[[Parcel], None]
