"""A delta of a thousand rows against a province: what a day in term brings."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, str]
CHANGED, NEW, ENDED = 300, 100, 200
SAID = {"status": "active", "dateLastModified": "2026-11-02T01:00:00.000Z"}


def day_of(package: Path, out: Path) -> int:
    """Write the delta: telephones change, pupils enter with a guardian, pupils leave their class. Returns its rows."""
    enrolled = list(_spread(package, "enrollments", CHANGED + NEW + ENDED, role="student"))
    people = {row["sourcedId"]: row for row in _rows(package, "users")}
    rows: dict[str, list[Row]] = {"users": [], "roles": [], "enrollments": []}
    for number, row in enumerate(enrolled[:CHANGED]):
        rows["users"].append(people[row["userSourcedId"]] | SAID | {"sms": f"+8490000{number:04}"})
    for number, row in enumerate(enrolled[CHANGED : CHANGED + NEW]):
        _enter(rows, row, people[row["userSourcedId"]], f"moi-{number}")
    for row in enrolled[CHANGED + NEW :]:
        rows["enrollments"].append(row | SAID | {"status": "tobedeleted"})
    _write(package, out, rows)
    return sum(map(len, rows.values()))


def _enter(rows: dict[str, list[Row]], beside: Row, like: Row, name: str) -> None:
    """A new pupil in the class of another one, with a guardian."""
    for who, role, agents in ((name, "student", f"{name}-me"), (f"{name}-me", "guardian", "")):
        cells = {
            "sourcedId": who,
            "username": who,
            "identifier": "",
            "agentSourcedIds": agents,
            "metadata.relations": "",
        }
        rows["users"].append(like | SAID | cells)
        of = {"userSourcedId": who, "roleType": "primary", "role": role, "orgSourcedId": beside["schoolSourcedId"]}
        rows["roles"].append(SAID | of | {"sourcedId": f"{who}-vai"})
    rows["enrollments"].append(beside | SAID | {"sourcedId": f"{name}-lop", "userSourcedId": name})


def _spread(package: Path, file: str, wanted: int, **cells: str) -> Iterator[Row]:
    """So many rows with these cells from all over the file."""
    found = [row for row in _rows(package, file) if all(row[name] == value for name, value in cells.items())]
    yield from found[:: len(found) // wanted][:wanted]


def _rows(package: Path, file: str) -> Iterator[Row]:
    with zipfile.ZipFile(package) as opened, opened.open(f"{file}.csv") as stream:
        yield from csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline=""))


def _write(package: Path, out: Path, rows: dict[str, list[Row]]) -> None:
    with zipfile.ZipFile(package) as opened, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as delta:
        manifest = [
            (name, _mode(name, value, rows))
            for name, value in csv.reader(io.StringIO(opened.read("manifest.csv").decode("utf-8-sig"), newline=""))
        ]
        delta.writestr("manifest.csv", "".join(f"{name},{value}\r\n" for name, value in manifest))
        for file, said in rows.items():
            with opened.open(f"{file}.csv") as stream:
                header = next(csv.reader(io.TextIOWrapper(stream, "utf-8-sig", newline="")))
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, header, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(said)
            delta.writestr(f"{file}.csv", text.getvalue())


def _mode(name: str, value: str, rows: dict[str, list[Row]]) -> str:
    if not name.startswith("file."):
        return value
    return "delta" if name.removeprefix("file.") in rows else "absent"
