"""Files of rows, as a test writes them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]

HEADER = ("STT", "Mã học sinh", "Họ và tên(*)", "Ngày sinh(*)", "Giới tính", "Lớp(*)", "Họ và tên mẹ", "SĐT mẹ")
PUPILS: Rows = (
    HEADER,
    (1, "0012", "Trần Minh An", "05/04/2014", "Nam", "6A1", "Lò Thị Hạnh", "0951234567"),
    (2, "0013", "Giàng A Páo", "21/11/2014", "Nam", "6A1", "Sùng Thị Mỷ", ""),
    (3, "0014", "Trần Gia Bình", "17/02/2013", "Nam", "7A", "Lò Thị Hạnh", "0951234567"),
)
STAFF: Rows = (
    ("STT", "Mã giáo viên", "Họ và tên", "Chức vụ", "Tổ chuyên môn", "Chủ nhiệm lớp", "Phân công giảng dạy"),
    (1, "GV01", "Nguyễn Thị Lan", "Giáo viên", "Toán", "6A1", "Toán 6A1, 7A"),
    (2, "GV02", "Bùi Thị Nga", "Hiệu trưởng", "", "", ""),
)


def without_codes(rows: Rows) -> Rows:
    """The same list of a school that gives no codes."""
    place = rows[0].index("Mã học sinh")
    return [[*row[:place], *row[place + 1 :]] for row in rows]


def write(path: Path, rows: Rows | Mapping[str, Rows]) -> Path:
    """A workbook, or a text with commas, by the name; several sheets where rows are given by title."""
    if path.suffix != ".xlsx":
        path.write_bytes(as_text(rows if not isinstance(rows, Mapping) else next(iter(rows.values()))))
        return path
    book = Workbook()
    book.remove(book.active)
    for title, those in (rows if isinstance(rows, Mapping) else {"Sheet1": rows}).items():
        sheet = book.create_sheet(title)
        for row in those:
            sheet.append(list(row))
    book.save(path)
    return path


def as_text(rows: Iterable[Iterable[Any]], *, separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """Rows as a program writes them for Excel."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)
