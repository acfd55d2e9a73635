"""Reads a package back as rows by file name, the way a suspicious importer would."""

import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path


class Package:
    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            self.names = package.namelist()
            self.raw = {name.removesuffix(".csv"): package.read(name) for name in self.names}
        self.headers = {name: next(_cells(data)) for name, data in self.raw.items()}
        self.rows = {name: _rows(data) for name, data in self.raw.items()}
        self._users_by_role = defaultdict(set)
        for row in self.rows["roles"]:
            self._users_by_role[row["role"]].add(row["userSourcedId"])

    def by_id(self, name: str) -> dict[str, dict[str, str]]:
        return {row["sourcedId"]: row for row in self.rows[name]}

    def named(self, full_name: str) -> dict[str, str]:
        """The one user of that name; fails where two have it."""
        [found] = [user for user in self.rows["users"] if name_of(user) == full_name]
        return found

    def roles_of(self, user: dict[str, str]) -> set[tuple[str, str]]:
        held = [role for role in self.rows["roles"] if role["userSourcedId"] == user["sourcedId"]]
        return {(role["role"], role["orgSourcedId"]) for role in held}

    def classes_of(self, user: dict[str, str]) -> set[tuple[str, str]]:
        """Title of the class and the value of ``primary``, for every class a user is in."""
        classes = self.by_id("classes")
        mine = [row for row in self.rows["enrollments"] if row["userSourcedId"] == user["sourcedId"]]
        return {(classes[row["classSourcedId"]]["title"], row["primary"]) for row in mine}

    def users_with(self, role: str) -> set[str]:
        return self._users_by_role[role]

    def enrolments_by_class(self) -> dict[str, list[dict[str, str]]]:
        found = defaultdict(list)
        for row in self.rows["enrollments"]:
            found[row["classSourcedId"]].append(row)
        return found


def name_of(user: dict[str, str]) -> str:
    return f"{user['familyName']} {user['middleName']} {user['givenName']}"


def listed(cell: str) -> list[str]:
    return cell.split(",") if cell else []


def relations_of(pupil: dict[str, str]) -> dict[str, str]:
    """Relation by guardian."""
    return dict(pair.split(":") for pair in listed(pupil["metadata.relations"]))


def _cells(data: bytes):
    return csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)


def _rows(data: bytes) -> list[dict[str, str]]:
    header, *rows = _cells(data)
    return [dict(zip(header, row, strict=True)) for row in rows]
