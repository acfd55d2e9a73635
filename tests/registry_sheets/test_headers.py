"""Headers and lists of classes as school systems and offices write them."""

from pathlib import Path

import pytest

from registry.sync.sheet import columns as c
from registry.sync.sheet.headers import fold_header, meaning_of
from registry.sync.sheet.staff import classes_in
from registry.sync.sheet.tables import Tables
from tests.registry_sheets.reading import read
from tests.registry_sheets.sheets import STAFF, write


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("STT", c.NUMBER),
        ("Họ và tên(*)", c.NAME),
        ("Ho va ten", c.NAME),
        ("HỌ VÀ\nTÊN", c.NAME),
        ("Họ đệm", c.FAMILY),
        ("Tên", c.GIVEN),
        ("Ngày sinh (dd/mm/yyyy)", c.BIRTH),
        ("Lớp (*)", c.CLASS),
        ("Khối", c.GRADE),
        ("Mã HS", c.CODE),
        ("Mã định danh Bộ GD&ĐT", c.SECTOR_CODE),
        ("Họ tên ba mẹ", ""),
        ("Họ và tên mẹ", c.MOTHER),
        ("Họ tên Bố", c.FATHER),
        ("Họ và tên bố (mẹ)", c.GUARDIAN),
        ("Cha/Mẹ/Người giám hộ", c.GUARDIAN),
        ("Họ tên mẹ hoặc người giám hộ", c.GUARDIAN),
        ("SĐT mẹ", c.MOTHER_PHONE),
        ("Số điện thoại của cha", c.FATHER_PHONE),
        ("Điện thoại PHHS", c.GUARDIAN_PHONE),
        ("Điện thoại", c.PHONE),
        ("Chức vụ", c.POSITION),
        ("GVCN", c.HOMEROOM),
        ("Phân công giảng dạy", c.TEACHES),
        ("Tổ chuyên môn", c.DEPARTMENT),
        ("Bộ môn", c.SUBJECT),
        ("Số định danh cá nhân", c.NOT_KEPT),
        ("Mã định danh công dân", c.NOT_KEPT),
        ("Số CCCD của bố", c.NOT_KEPT),
        ("Năm sinh của mẹ(*)", c.NOT_KEPT),
        ("Nghề nghiệp bố", c.NOT_KEPT),
        ("Địa chỉ của mẹ", c.NOT_KEPT),
        ("Nơi sinh", c.NOT_KEPT),
        ("Là con bộ đội", c.NOT_KEPT),
    ],
)
def test_a_header_means_what_offices_mean(header: str, meaning: str) -> None:
    guess = meaning_of(fold_header(header), {})
    assert (guess.meaning if guess.confidence == 1 else "") == meaning


@pytest.mark.parametrize("header", ["Họ tên ba", "Ngay sinhh", "Ghi chú thêm cho GV", "Chi đội", ""])
def test_what_is_not_certain_is_never_read(header: str) -> None:
    assert meaning_of(fold_header(header), {}).confidence < 1


def test_what_was_confirmed_wins() -> None:
    assert meaning_of("chi doi", {"chi doi": c.CLASS}) == (c.CLASS, 1.0)
    assert meaning_of("lop", {"lop": c.NOT_KEPT}) == (c.NOT_KEPT, 1.0)


@pytest.mark.parametrize(
    ("cell", "classes"),
    [
        ("Toán 6A1, 6A2; Lý 8A", ("6A1", "6A2", "8A")),
        ("Hóa 8A và 8B", ("8A", "8B")),
        ("Toán (6A1+6A2)", ("6A1", "6A2")),
        ("6/1, 6/2", ("6/1", "6/2")),
        ("Chồi 2", ("Chồi 2",)),
        ("Lớp 3A", ("Lớp 3A",)),
        ("6A1-6A4", ("6A1-6A4",)),
        ("Tổ trưởng", ()),
    ],
)
def test_the_classes_in_a_cell_are_those_it_names(cell: str, classes: tuple[str, ...]) -> None:
    assert classes_in(cell) == classes


def test_a_range_of_classes_is_asked_about_and_gives_none(tmp_path: Path) -> None:
    rows = [list(row) for row in STAFF]
    rows[1][5:7] = ["", "6A1-6A4"]
    rows.append([3, "GV03", "Đinh Thị Ngọc", "Giáo viên", "", "6A1", ""])
    tables, faults = read(write(tmp_path / "a.xlsx", rows))
    assert isinstance(tables, Tables)
    assert [str(fault.place) for fault in faults.kept if fault.code == "unknown_class"] == ["Sheet1!G2"]
    assert len(tables.rows["enrollments"]) == 1
