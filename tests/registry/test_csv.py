"""Bytes that are nearly CSV."""

import zipfile
from pathlib import Path

import pytest

from registry.sync.run import Outcome, Request, sync_package
from tests.registry.conftest import codes, moved
from tests.registry.parcel import a_school

pytestmark = pytest.mark.django_db
HEADER = b"sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\r\n"


def _orgs(folder: Path, rows: bytes, header: bytes = HEADER) -> Outcome:
    parcel = a_school()
    parcel.raw["orgs"] = header + rows
    return sync_package(Request(parcel.write(folder / "a.zip"), source="test"))


GOOD = b"so,,,S,state,,\r\nxa,,,X,local,,so\r\ntruong,,,T,school,,xa\r\n"


@pytest.mark.parametrize(
    "rows",
    [
        GOOD,
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.removesuffix(b"\r\n"),
        GOOD + b"\r\n\r\n",
        GOOD.replace(b",X,", b',"X, ""Y""",'),
        GOOD.replace(b"so,,", b'"so","",'),
    ],
)
def test_what_csv_allows_is_read(tmp_path: Path, rows: bytes) -> None:
    outcome = _orgs(tmp_path, rows)
    assert not codes(outcome)
    assert moved(outcome)["orgs"] == {"added": 3}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (GOOD + b'hong,,,"H"x,school,,xa\r\n', "malformed_row"),
        (GOOD + b"hong,,,H,school,,xa,\r\n", "ragged_row"),
        (GOOD + b'hong,,,"H\r\nI",school,,xa\r\n', "line_break_in_cell"),
        (GOOD + b"hong,,,H\x00,school,,xa\r\n", "null_character"),
        (GOOD + b"hong,,,H\x1f,school,,xa\r\n", "control_character"),
    ],
)
def test_a_row_that_is_no_row_is_set_aside(tmp_path: Path, rows: bytes, code: str) -> None:
    outcome = _orgs(tmp_path, rows)
    [issue] = [each for each in outcome.issues.kept if each.severity == "quarantined"]
    assert (issue.code, issue.line) == (code, 5)
    assert moved(outcome)["orgs"] == {"added": 3}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (GOOD + b'hong,,,"H', "unclosed_quote"),
        (GOOD.replace(b",X,", b',"X,'), "unclosed_quote"),
        (GOOD + b'hong,,,"H\r\n' + b"x,,,X,school,,xa\r\n" * 20 + b'",school,,xa\r\n', "unclosed_quote"),
        (GOOD + b"hong,,,H,scho", "file_truncated"),
        (GOOD + "hỏng".encode("cp1258", "replace") + b"\xff,,,H,school,,xa\r\n", "not_utf8"),
        (GOOD + b"h" * (1 << 20) + b",,,H,school,,xa\r\n", "line_too_long"),
    ],
)
def test_a_file_whose_rows_cannot_be_told_apart_is_refused(tmp_path: Path, rows: bytes, code: str) -> None:
    assert _orgs(tmp_path, rows).run.refusal_code == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (b"\r\n", "no_header"),
        (HEADER.replace(b",", b"\t"), "tab_separated"),
        (HEADER.replace(b",type", b""), "missing_column"),
        (HEADER.replace(b"identifier", b"name"), "duplicate_column"),
        (HEADER.replace(b"identifier", b"Name"), "duplicate_column"),
        (HEADER.decode().encode("utf-16"), "not_utf8"),
    ],
)
def test_a_header_that_is_none_refuses_the_package(tmp_path: Path, header: bytes, code: str) -> None:
    outcome = _orgs(tmp_path, GOOD, header)
    assert outcome.run.refusal_code == code
    assert [issue.file for issue in outcome.issues.kept if issue.severity == "refused"] == ["orgs.csv"]


def _zip(folder: Path, name: str, *, mode: int = 0o100644, data: bytes = b"x") -> Outcome:
    path = a_school().write(folder / "a.zip")
    with zipfile.ZipFile(path, "a") as package:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        package.writestr(info, data)
    return sync_package(Request(path, source="test"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("..\\..\\users2.csv", "unsafe_path"),
        ("C:users.csv", "unsafe_path"),
        ("goi/orgs.csv", "nested_folder"),
        ("goi\\orgs.csv", "nested_folder"),
        ("ben-trong.ZIP", "nested_zip"),
        ("USERS.csv", "duplicate_file"),
    ],
)
def test_a_member_with_a_name_of_its_own_is_refused(tmp_path: Path, name: str, code: str) -> None:
    assert _zip(tmp_path, name).run.refusal_code == code


def test_a_link_in_the_zip_is_refused(tmp_path: Path) -> None:
    assert _zip(tmp_path, "demographics.csv", mode=0o120777, data=b"/etc/passwd").run.refusal_code == "symbolic_link"


def test_a_zip_under_the_name_of_a_table_is_refused(tmp_path: Path) -> None:
    inner = a_school().write(tmp_path / "inner.zip").read_bytes()
    parcel = a_school()
    parcel.raw["users"] = inner
    outcome = sync_package(Request(parcel.write(tmp_path / "a.zip"), source="test"))
    assert outcome.run.refusal_code == "nested_zip"


def test_members_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    path = a_school().write(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as package:
        first = package.infolist()[0]
        for number in range(40):
            # The directory's entries all point at one member: each looks harmless, together they are many times the file.
            twin = zipfile.ZipInfo(f"x{number}.csv")
            twin.header_offset, twin.compress_size, twin.file_size, twin.CRC = (
                first.header_offset,
                max(first.compress_size, 4000),
                first.file_size,
                first.CRC,
            )
            package.filelist.append(twin)
        package._didModify = True
    assert sync_package(Request(path, source="test")).run.refusal_code == "zip_bomb"
