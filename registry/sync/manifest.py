"""What a package says about itself, and what of that is believed."""

import csv
import io
from dataclasses import dataclass, field

from registry.sync.csv_file import BOM, LONGEST_LINE, read_header
from registry.sync.errors import PackageRefused
from registry.sync.issues import IssueBook
from registry.sync.package import Package
from registry.sync.tables import TABLES

LARGEST = LONGEST_LINE


@dataclass(frozen=True, slots=True)
class Manifest:
    """`version` is that of the content, whatever the manifest says; `modes` maps each file to absent, bulk, delta or
    empty (OneRoster 1.2 CSV, manifest)."""

    version: str
    system: str
    modes: dict[str, str] = field(default_factory=dict)

    def deletes(self, file: str) -> bool:
        """Whether absence from this file means deletion: only where the manifest calls the file bulk."""
        return self.modes.get(file, "") == "bulk"

    @property
    def deltas(self) -> frozenset[str]:
        """The files that carry only what changed."""
        return frozenset(name for name in TABLES if self.modes.get(name) == "delta")

    @property
    def mode(self) -> str:
        """bulk, delta or mixed, for the run's row."""
        found = {self.modes.get(name) for name in TABLES} & {"bulk", "delta"}
        return "mixed" if len(found) == 2 else "delta" if "delta" in found else "bulk"


def read_manifest(package: Package, issues: IssueBook) -> Manifest:
    """The manifest, checked against the files that are there. Refuses missing files."""
    if "manifest" not in package:
        raise PackageRefused("no_manifest")
    properties = _properties(package)
    modes = {
        name.removeprefix("file."): value.lower() for name, value in properties.items() if name.startswith("file.")
    }
    _compare(package, modes, issues)
    named = next((properties.get(f"source.{key}", "") for key in ("systemName", "systemCode")), "")
    system = named or properties.get("source.systemCode", "")
    return Manifest(_version(package, properties, issues), "" if system.lower() == "absent" else system, modes)


def _properties(package: Package) -> dict[str, str]:
    header = [name.lower() for name in read_header(package, "manifest")]
    if header[:2] != ["propertyname", "value"]:
        raise PackageRefused("missing_column", file="manifest.csv", line=1, column="propertyName")
    with package.open("manifest") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise PackageRefused("too_large", file="manifest.csv")
    try:
        text = data.removeprefix(BOM).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise PackageRefused("not_utf8", file="manifest.csv") from error
    return {row[0].strip(): row[1].strip() for row in rows[1:] if len(row) > 1}


def _compare(package: Package, modes: dict[str, str], issues: IssueBook) -> None:
    for name, mode in modes.items():
        if mode not in {"bulk", "delta"} or name in package:
            continue
        if name in TABLES:
            raise PackageRefused("file_missing", file=f"{name}.csv")
        issues.warn("manifest", "file_missing")
    for name in package.files:
        if name not in TABLES and name != "manifest":
            # Marks, birth dates, profiles with passwords: nothing here needs them, so they are not even unpacked.
            issues.warn(name, "ignored_file")
    for name in TABLES:
        if name in package and modes.get(name, "") not in {"bulk", "delta"}:
            issues.warn(name, "not_in_manifest")


def _version(package: Package, properties: dict[str, str], issues: IssueBook) -> str:
    stated = properties.get("oneroster.version", "")
    if stated and not stated.startswith(("1.1", "1.2")):
        raise PackageRefused("unknown_version", file="manifest.csv")
    found = stated[:3] or "1.2"
    if "users" in package:
        names = {name.lower() for name in read_header(package, "users")}
        # 1.1 says role and orgs in users.csv, 1.2 in roles.csv: the rows are believed, not the manifest.
        found = "1.1" if {"role", "orgsourcedids"} <= names else "1.2"
    if stated and not stated.startswith(found):
        issues.warn("manifest", "version_differs")
    return found
