"""Wrong manifests and wrong headers."""

from __future__ import annotations

from collections.abc import Callable

from .package import Contents


def no_manifest(contents: Contents) -> None:
    """Zipped by hand, without manifest.csv."""
    del contents.files["manifest.csv"]


def manifest_blank_values(contents: Contents) -> None:
    """Rows of the manifest without a value."""
    contents.change("manifest", lambda rows: [[name, "" if value == "absent" else value] for name, value in rows])


def manifest_names_a_missing_file(contents: Contents) -> None:
    """The manifest promises demographics, and there are none."""
    contents.set("manifest", "value", lambda _: "bulk", rows=slice(8, 9))


def manifest_says_delta(contents: Contents) -> None:
    """The manifest says delta, the rows carry neither status nor date."""
    contents.set("manifest", "value", lambda value: "delta" if value == "bulk" else value)


def unknown_version(contents: Contents) -> None:
    """A version that no one has published."""
    contents.set("manifest", "value", lambda _: "3.0", rows=slice(1, 2))


def wrong_header(contents: Contents) -> None:
    """Columns under names of the exporter's own."""
    names = {"sourcedId": "userId", "givenName": "firstName", "familyName": "lastName"}
    contents.change("users", lambda rows: [[names.get(name, name) for name in rows[0]], *rows[1:]])


def missing_column(contents: Contents) -> None:
    """A required column is not there."""
    place = contents.table("users")[0].index("username")
    contents.change("users", lambda rows: [row[:place] + row[place + 1 :] for row in rows])


def misspelt_header(contents: Contents) -> None:
    """prefferedGivenName and dataLastModified, as a fixture in public use has them."""
    names = {"preferredGivenName": "prefferedGivenName", "dateLastModified": "dataLastModified"}
    contents.change("users", lambda rows: [[names.get(name, name) for name in rows[0]], *rows[1:]])


def repeated_column(contents: Contents) -> None:
    """One column twice."""
    contents.change("orgs", lambda rows: [[*row, row[3]] for row in rows])


def nameless_columns(contents: Contents) -> None:
    """Two trailing columns without a name."""
    contents.change("users", lambda rows: [[*row, "", ""] for row in rows])


def unknown_column(contents: Contents) -> None:
    """A column that is neither the standard's nor metadata."""
    contents.change("users", lambda rows: [[*rows[0], "shoeSize"], *([*row, "38"] for row in rows[1:])])


def header_case(contents: Contents) -> None:
    """Header names in lower case."""
    contents.change("classes", lambda rows: [[name.lower() for name in rows[0]], *rows[1:]])


def scrambled_headers(contents: Contents) -> None:
    """All columns present and right, in another order."""
    contents.change("users", lambda rows: [row[::-1] for row in rows])


def header_only(contents: Contents) -> None:
    """A file with a header and no row, declared bulk: it would delete everybody."""
    contents.change("enrollments", lambda rows: rows[:1])


def empty_file(contents: Contents) -> None:
    """A file of no bytes."""
    contents.files["enrollments.csv"] = b""


def missing_file(contents: Contents) -> None:
    """The manifest says bulk, the file is not in the package."""
    del contents.files["enrollments.csv"]


def file_name_case(contents: Contents) -> None:
    """academicsessions.csv instead of academicSessions.csv."""
    contents.files["academicsessions.csv"] = contents.files.pop("academicSessions.csv")


def unknown_file(contents: Contents) -> None:
    """A file that the standard does not know."""
    contents.files["ghichu.csv"] = "sourcedId,ghi chú\r\n1,bản nháp\r\n".encode()


_ALL: tuple[Callable[[Contents], None], ...] = (
    *(no_manifest, manifest_blank_values, manifest_names_a_missing_file, manifest_says_delta, unknown_version),
    *(wrong_header, missing_column, misspelt_header, repeated_column, nameless_columns, unknown_column),
    *(header_case, scrambled_headers, header_only, empty_file, missing_file, file_name_case, unknown_file),
)
CHANGES = {change.__name__: change for change in _ALL}
