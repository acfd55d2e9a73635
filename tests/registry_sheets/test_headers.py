"""Headers as school systems and offices write them."""

import pytest

from registry.sync.sheet import columns as c
from registry.sync.sheet.headers import fold_header, meaning_of


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
