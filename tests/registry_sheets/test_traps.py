"""What happens to lists on the way: taken as meant, or refused with the cell named; never people who are not there."""

import datetime as dt
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from chatserver.province.sheet_defects import DEFECTS
from registry.models import Org, Person, SyncIssue
from registry.sync.sheet.faults import SheetRefused
from registry.sync.sheet.tables import Tables
from tests.registry_sheets.conftest import Send, codes, refused, state
from tests.registry_sheets.reading import people, read
from tests.registry_sheets.sheets import as_text, write

pytestmark = pytest.mark.django_db
HEADER = ["STT", "Họ và tên(*)", "Ngày sinh(*)", "Lớp(*)", "Họ và tên mẹ(*)", "SĐT mẹ"]
ROWS: list[list[Any]] = [
    ["DANH SÁCH HỌC SINH"],
    HEADER,
    [1, "Trần Minh An", "05/04/2014", "6A1", "Lò Thị Hạnh", "0951234567"],
    [2, "Giàng A Páo", "21/11/2014", "6A1", "Sùng Thị Mỷ", "0951234568"],
    [3, "Trần Gia Bình", "17/02/2013", "7A", "Lò Thị Hạnh", "0951234567"],
    [4, "Nguyễn Đức Dũng", "03/09/2013", "7A", "Nguyễn Thị Hoà", "0951234569"],
    [5, "Vũ Ngọc Diệp", "30/12/2013", "7A", "Thân Thị Huyền", "0951234570"],
    [6, "Lê H'Hen Niê", "08/06/2014", "6A1", "H'Mai Niê", "0951234571"],
    [7, "Phạm Thị Tuyết", "09/10/2014", "6A1", "Trương Thị Mận", "0951234572"],
    [8, "Hoàng Thị Mơ", "25/01/2014", "6A1", "Nông Thị Sen", "0951234573"],
    [9, "Đỗ Quốc Hưng", "14/03/2013", "7A", "Bùi Thị Nga", "0951234574"],
    [10, "Hà Bảo Ngọc", "01/07/2013", "7A", "Đặng Thu Trang", "0951234575"],
]
EVERYBODY = {each for row in ROWS[2:] for each in (row[1], row[4])}


def _damaged(name: str) -> list[list[Any]]:
    return DEFECTS[name](deepcopy(ROWS))


def _with(row: int, column: int, value: Any) -> list[list[Any]]:
    """The rows with one cell changed; counted as the program counts, from 1."""
    rows = deepcopy(ROWS)
    rows[row - 1][column - 1] = value
    return rows


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("decomposed", set()),
        ("spaces", set()),
        ("capitals", {"name_in_capitals"}),
        ("real_dates", set()),
        ("iso_dates", set()),
        ("phones_as_numbers", {"phone_lost_zero"}),
        ("class_with_word", set()),
        ("blanks_and_signatures", {"sheet_footer"}),
    ],
)
def test_what_means_the_same_gives_the_same(name: str, told: set[str], send: Send, school: Org) -> None:
    send(ROWS)
    before = state(school)
    outcome = send(_damaged(name))
    assert not outcome.is_refused, codes(outcome)
    assert codes(outcome).keys() == told
    assert state(school) == before
    assert {each[1] for each in before["people"]} == EVERYBODY


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("american_dates", "sheet_dates_american Sheet1!C4"),
        ("turned_dates", "sheet_dates_turned Sheet1!C3"),
        ("class_as_date", "sheet_too_many_bad Sheet1!D3"),
        ("tcvn3", "sheet_no_header"),
        ("vni", "sheet_no_header"),
        ("mojibake", "sheet_no_header"),
        ("formulas", "sheet_formula Sheet1!D3"),
    ],
)
def test_what_cannot_be_known_refuses_the_file_and_names_the_cell(
    name: str, told: str, send: Send, school: Org
) -> None:
    send(ROWS)
    before = state(school)
    assert refused(send(_damaged(name))) == told
    assert state(school) == before


@pytest.mark.parametrize("name", ["tcvn3", "vni", "mojibake"])
def test_old_fonts_below_a_readable_header_are_refused_by_the_first_cell(name: str, send: Send, school: Org) -> None:
    rows = _damaged(name)
    outcome = send([HEADER, *rows[2:]])
    assert refused(outcome).startswith("sheet_old_font Sheet1!")
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ((4, 2), "Giàng", "name_one_word"),
        ((4, 2), "Giàng A P?o", "not_a_name"),
        ((4, 2), "0951234568", "not_a_name"),
        ((4, 2), "NguyÔn V¨n H¶i", "old_font"),
        ((4, 2), None, "missing_value"),
        ((4, 3), "31/02/2014", "sheet_bad_date"),
        ((4, 3), "2014", "sheet_bad_date"),
        ((4, 3), "11/21/2014", "date_american"),
        ((4, 3), "21/11/1814", "date_out_of_range"),
        ((4, 3), None, "missing_identity"),
        ((4, 4), "#REF!", "bad_class"),
        ((4, 4), "0951234568", "bad_class"),
        ((4, 4), dt.datetime(2026, 1, 6), "class_became_date"),  # noqa: DTZ001
    ],
)
def test_one_bad_cell_sets_its_row_aside_by_name(cell: tuple[int, int], value: Any, code: str, tmp_path: Path) -> None:
    tables, faults = read(write(tmp_path / "a.xlsx", _with(*cell, value)))
    assert isinstance(tables, Tables)
    assert [str(fault.place) for fault in faults.kept if fault.code == code] == [
        f"Sheet1!{'ABCDEF'[cell[1] - 1]}{cell[0]}"
    ]
    assert people(tables) == EVERYBODY - {"Giàng A Páo", "Sùng Thị Mỷ"}


@pytest.mark.parametrize(
    "value", ["=1+1", "@SUM(A1)", "+cmd|'/c calc'!A0", "-2+3+cmd|' /C calc'!A0", '=HYPERLINK("x")']
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_cell_that_runs_refuses_the_file(value: str, name: str, tmp_path: Path) -> None:
    refusal, _faults = read(write(tmp_path / name, _with(5, 5, value)))
    assert isinstance(refusal, SheetRefused)
    assert f"{refusal.code} {refusal.place}" == f"sheet_formula {'Sheet1!' if name == 'a.xlsx' else ''}E5"


@pytest.mark.parametrize(
    ("separator", "encoding"),
    [
        (",", "utf-8"),
        (",", "utf-8-sig"),
        (";", "utf-8-sig"),
        ("\t", "utf-8-sig"),
        ("\t", "utf-16"),
        (";", "utf-16-le-bom"),
    ],
)
def test_a_text_file_says_the_same_as_the_workbook(
    separator: str, encoding: str, send: Send, school: Org, tmp_path: Path
) -> None:
    send(ROWS)
    before = state(school)
    plain = encoding.removesuffix("-bom")
    mark = "\ufeff".encode(plain) if encoding.endswith("-bom") else b""
    path = tmp_path / "a.csv"
    path.write_bytes(mark + as_text(ROWS, separator=separator, encoding=plain))
    outcome = send(path)
    assert not outcome.is_refused, codes(outcome)
    assert not outcome.faults
    assert state(school) == before


def test_text_of_another_alphabet_is_refused(send: Send, school: Org, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Họ và tên".encode() + "Trần Văn Mão".encode("cp1258", errors="ignore"))
    assert refused(send(path)) == "sheet_not_utf8"


def test_decimal_commas_separate_nothing(send: Send, school: Org, tmp_path: Path) -> None:
    rows = [[*row, "Điểm TB" if row is ROWS[1] else "8,5"] if len(row) > 1 else row for row in ROWS]
    path = tmp_path / "a.csv"
    path.write_bytes(as_text(rows, separator=";"))
    outcome = send(path)
    assert not outcome.is_refused, codes(outcome)
    assert {each[1] for each in state(school)["people"]} == EVERYBODY


def test_a_row_shifted_by_a_cell_makes_nobody(send: Send, school: Org) -> None:
    rows = deepcopy(ROWS)
    rows[3] = [None, *rows[3]]
    outcome = send(rows)
    assert not outcome.is_refused
    assert {each[1] for each in state(school)["people"]} == EVERYBODY - {"Giàng A Páo", "Sùng Thị Mỷ"}


def test_lost_zeros_of_codes_are_told_and_find_the_same_people(send: Send, school: Org) -> None:
    rows = [[*row, "Mã học sinh" if row is ROWS[1] else f"00{97000 + row[0]}"] if len(row) > 1 else row for row in ROWS]
    send(rows)
    before = [each[0] for each in state(school)["people"]]
    lost = [[*row[:-1], int(row[-1])] if row[0] in {3, 4} else row for row in rows]
    assert codes(send(lost))["code_lost_zero"] == ["Sheet1!G5", "Sheet1!G6"]
    assert [each[0] for each in state(school)["people"]] == before


def test_personal_numbers_are_neither_read_nor_kept(send: Send, school: Org) -> None:
    rows = [
        [*row, "Mã định danh" if row is ROWS[1] else f"0{24_204_000_000 + row[0]}"] if len(row) > 1 else row
        for row in ROWS
    ]
    outcome = send(rows)
    assert codes(outcome)["citizen_numbers"] == ["Sheet1!G3"]
    kept = [*Person.objects.values_list("identifier", "sourced_id", "username")]
    assert "24204" not in str(kept)
    assert "24204" not in str([*SyncIssue.objects.values()])


def test_who_left_by_the_column_of_states_is_not_taken_and_an_unknown_word_decides_nothing(
    send: Send, school: Org
) -> None:
    send(ROWS)
    rows = [[*row, "Trạng thái" if row is ROWS[1] else "Đang học"] if len(row) > 1 else row for row in ROWS]
    rows[3][-1], rows[4][-1] = "Chuyển trường", "???"
    outcome = send(rows)
    assert codes(outcome)["unknown_status"] == ["Sheet1!G5"]
    # The row that cannot be read has no code: it may be anybody's, so nobody ends by this list.
    assert {each[1] for each in state(school)["people"]} == EVERYBODY
    rows[4][-1] = "Đang học"
    send(rows)
    assert {each[1] for each in state(school)["people"]} == EVERYBODY - {"Giàng A Páo", "Sùng Thị Mỷ"}


def test_no_issue_holds_what_a_cell_holds(send: Send, school: Org) -> None:
    send(_with(4, 3, "31/02/2014"))
    send(_with(4, 2, "=Trần"))
    said = str([*SyncIssue.objects.values()])
    assert "sheet_bad_date" in said
    assert not [each for name in EVERYBODY for each in name.split() if len(each) > 3 and each in said]
    assert "2014" not in said
