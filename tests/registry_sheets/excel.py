"""A workbook part by part as Excel writes it: shared texts, some of them in runs, and a size that need not be true."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

SHEET, STRINGS, STYLES, BOOK = (
    f"xl/{name}.xml" for name in ("worksheets/sheet1", "sharedStrings", "styles", "workbook")
)
TYPES, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
Parts = dict[str, bytes]


def parts_of(rows: Iterable[Iterable[Any]], *, size: str = "A1:A1") -> Parts:
    """The parts of a workbook with one sheet."""
    texts: dict[str, int] = {}
    body = "".join(_row(number, cells, texts) for number, cells in enumerate(rows, 1))
    sheet = f'<worksheet {MAIN}><dimension ref="{size}"/><sheetData>{body}</sheetData></worksheet>'
    shared = "".join(map(_text, texts))
    kinds = {f"/{SHEET}": "worksheet", f"/{STRINGS}": "sharedStrings", f"/{STYLES}": "styles", f"/{BOOK}": "sheet.main"}
    overrides = "".join(f'<Override PartName="{n}" ContentType="{_TYPE}.{k}+xml"/>' for n, k in kinds.items())
    found = {
        TYPES: f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": _relations(("rId1", "officeDocument", BOOK)),
        BOOK: f'<workbook {MAIN} xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        RELATIONS: _relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "styles", "styles.xml"),
            ("rId3", "sharedStrings", "sharedStrings.xml"),
        ),
        SHEET: sheet,
        STRINGS: f"<sst {MAIN}>{shared}</sst>",
        # The second style is a date, number format 14.
        STYLES: f"<styleSheet {MAIN}><fonts><font/></fonts><fills><fill><patternFill/></fill></fills>"
        "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }
    return {name: f"{XML}{data}".encode() for name, data in found.items()}


def packed(parts: Parts) -> bytes:
    """The parts as a file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _row(number: int, cells: Iterable[Any], texts: dict[str, int]) -> str:
    inside = "".join(
        _cell(f"{get_column_letter(column)}{number}", value, texts) for column, value in enumerate(cells, 1)
    )
    return f'<row r="{number}">{inside}</row>'


def _cell(name: str, value: Any, texts: dict[str, int]) -> str:
    if value is None or value == "":
        return f'<c r="{name}" s="0"/>'
    if isinstance(value, dt.date):
        return f'<c r="{name}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, str):
        return f'<c r="{name}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


def _text(text: str) -> str:
    """In two runs, as Excel keeps a text of which some letters were coloured."""
    runs = (text[: len(text) // 2], text[len(text) // 2 :])
    return "<si>" + "".join(f'<r><t xml:space="preserve">{escape(run)}</t></r>' for run in runs) + "</si>"


def _relations(*relations: tuple[str, str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for name, kind, target in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'
