"""However a list is ordered, spelt or packed, it says the same: the same rows of a package, byte for byte."""

import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sync.sheet.packing import write_package
from registry.sync.sheet.tables import Tables
from tests.registry_sheets.excel import packed, parts_of
from tests.registry_sheets.reading import people, read
from tests.registry_sheets.sheets import STAFF, as_text, write
from tests.registry_sheets.test_traps import EVERYBODY, ROWS

HEADER, PEOPLE = ROWS[1], ROWS[2:]
SPELLINGS = {
    "Họ và tên(*)": [
        "Họ và tên",
        "HỌ VÀ TÊN",
        "Ho va ten (*)",
        "Họ tên học sinh",
        "Họ và tên học sinh *",
        "họ  tên hs",
    ],
    "Ngày sinh(*)": ["Ngày sinh", "Ngày tháng năm sinh", "NGAY SINH (dd/mm/yyyy)", "Ngày sinh HS"],
    "Lớp(*)": ["Lớp", "LỚP HỌC", "Tên lớp", "lop"],
    "Họ và tên mẹ(*)": ["Họ tên mẹ", "Mẹ", "HỌ VÀ TÊN MẸ", "Ho ten me", "Tên mẹ", "Họ và tên của mẹ"],
    "SĐT mẹ": ["Số điện thoại mẹ", "ĐT mẹ", "Điện thoại của mẹ", "sdt me", "Di động (mẹ) mẹ"],
    "STT": ["TT", "Số thứ tự", "stt"],
}


def _package(path: Path) -> bytes:
    """The package that the file makes."""
    tables, faults = read(path)
    assert isinstance(tables, Tables), tables
    assert not faults.kept, [(each.code, str(each.place)) for each in faults.kept]
    out = path.with_suffix(".zip")
    write_package(tables, out)
    return out.read_bytes()


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the plain list says."""
    return _package(write(tmp_path_factory.mktemp("alike") / "a.xlsx", ROWS))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_order_spelling_and_packing_change_nothing(data: st.DataObject, meant: bytes) -> None:
    columns = data.draw(st.permutations(range(len(HEADER))))
    rows: list[list[Any]] = [list(row) for row in data.draw(st.permutations(PEOPLE))]
    header = [data.draw(st.sampled_from([each, *SPELLINGS[each]])) for each in HEADER]
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    titles = data.draw(st.lists(st.sampled_from([[], ["TRƯỜNG THCS"], [None, None, "Năm học 2026-2027"]]), max_size=3))
    table = [*titles, *([row[column] for column in columns] for row in [header, *rows])]
    table = [[unicodedata.normalize(form, each) if isinstance(each, str) else each for each in row] for row in table]
    with tempfile.TemporaryDirectory() as folder:
        assert _package(_written(data, table, Path(folder))) == meant


def _written(data: st.DataObject, table: list[list[Any]], folder: Path) -> Path:
    kind = data.draw(st.sampled_from(["xlsx", "excel", ",", ";", "\t"]))
    if kind == "xlsx":
        return write(folder / "b.xlsx", table)
    if kind == "excel":
        path = folder / "b.xlsx"
        path.write_bytes(packed(parts_of(table, size=data.draw(st.sampled_from(["A1", "A1:B2", "A1:XFD1048576"])))))
        return path
    path = folder / "b.csv"
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    path.write_bytes(as_text(table, separator=kind, encoding=encoding))
    return path


@given(cell=st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.dates()), data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_cell_no_one_else_is_touched(cell: Any, data: st.DataObject) -> None:
    """Any value in any cell of one row: it is refused, or everybody else stands as they were."""
    place, column = data.draw(st.integers(0, len(PEOPLE) - 1)), data.draw(st.integers(0, len(HEADER) - 1))
    rows: list[list[Any]] = [list(row) for row in PEOPLE]
    rows[place][column] = cell
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(as_text([[str(each) for each in row] for row in [HEADER, *rows]]).replace(b"\0", b""))
        tables, _faults = read(path)
    if isinstance(tables, Tables):
        touched = {PEOPLE[place][1], PEOPLE[place][4]}
        assert people(tables) >= EVERYBODY - touched
        assert len(people(tables) - EVERYBODY) <= 1


def test_staff_read_the_same_from_a_text(tmp_path: Path) -> None:
    one = read(write(tmp_path / "a.xlsx", STAFF))[0]
    other = read(write(tmp_path / "a.csv", STAFF))[0]
    assert isinstance(one, Tables)
    assert isinstance(other, Tables)
    assert one == other
