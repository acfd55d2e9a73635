"""Files that mean harm, or are not what they are called: ``hostile_files(folder)`` writes each with the code it deserves."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.registry_sheets.excel import BOOK, MAIN, RELATIONS, SHEET, STRINGS, STYLES, TYPES, Parts, packed, parts_of
from tests.registry_sheets.sheets import PUPILS, as_text

LAUGHS = (
    b"<!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>".encode() for n in range(9))
    + b"]>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def _parts() -> Parts:
    """The parts of an honest workbook."""
    return parts_of(PUPILS)


def _with(**parts: bytes) -> bytes:
    return packed(_parts() | parts)


def _declared(part: str, declaration: bytes, *, inside: bytes = b"") -> bytes:
    """The part behind a document type, with a reference in a place where text stands."""
    parts = _parts()
    body = parts[part].partition(b"?>")[2]
    parts[part] = b'<?xml version="1.0"?>' + declaration + body.replace(b"</", inside + b"</", 1)
    return packed(parts)


def _rows(data: bytes) -> bytes:
    return _with(**{SHEET: b"<worksheet " + MAIN.encode() + b"><sheetData>" + data + b"</sheetData></worksheet>"})


def _cells(number: int) -> bytes:
    return b'<row r="1">' + b'<c s="0"/>' * number + b"</row>"


def _styled(number: int) -> bytes:
    return f'<row r="{number}" s="1" customFormat="1"><c r="A{number}" s="1"/><c r="B{number}" s="1"/></row>'.encode()


def _link(name: str) -> bytes:
    return _with(
        **{name: b"<externalLink " + MAIN.encode() + b'><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'}
    )


def _types(extra: bytes) -> bytes:
    return _with(**{TYPES: _parts()[TYPES].replace(b"</Types>", extra + b"</Types>")})


def _slip() -> bytes:
    stream = io.BytesIO(packed(_parts()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../../etc/cron.d/x", b"x")
    return stream.getvalue()


def _symbolic_link() -> bytes:
    stream = io.BytesIO(packed(_parts()))
    with zipfile.ZipFile(stream, "a") as archive:
        member = zipfile.ZipInfo("xl/media/image1.png")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    return stream.getvalue()


def _twice() -> bytes:
    stream = io.BytesIO(packed(_parts()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET.upper(), b"<other/>")
    return stream.getvalue()


def _locked() -> bytes:
    """The bit that says a member is encrypted, in both of its headers."""
    data = bytearray(packed(_parts()))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + place] |= 1
    return bytes(data)


def _elsewhere(target: str, mode: str = "") -> bytes:
    parts = _parts()
    parts[RELATIONS] = parts[RELATIONS].replace(b'"worksheets/sheet1.xml"', f'"{target}"{mode}'.encode())
    assert target.encode() in parts[RELATIONS]
    return packed(parts)


def _sheets(number: int) -> bytes:
    stream = io.BytesIO()
    book = Workbook()
    for _each in range(number - 1):
        book.create_sheet()
    book.save(stream)
    return stream.getvalue()


def _formula(formula: str) -> bytes:
    parts = _parts()
    name = b'<c r="C2" t="s">'
    assert name in parts[SHEET]
    parts[SHEET] = parts[SHEET].replace(name, f'<c r="C2"><f>{formula}</f>'.encode())
    return packed(parts)


def _command(text: str) -> list[list[Any]]:
    rows = [list(row) for row in PUPILS]
    rows[1][2] = text
    return rows


DECLARED = "sheet_xml_attack"
FILES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "a sheet that unpacks to 60 MB": ("a.xlsx", "sheet_bomb", lambda: _with(**{SHEET: b" " * (60 << 20)})),
    "70 MB in one text": ("b.xlsx", "sheet_bomb", lambda: _with(**{STRINGS: b"<t>" + b"a" * (70 << 20)})),
    "empty rows to the end of the sheet": (
        "c.xlsx",
        "sheet_too_long",
        lambda: _rows(b"".join(map(_styled, range(1, 80_000)))),
    ),
    "one row at the end of the sheet": (
        "d.xlsx",
        "sheet_too_long",
        lambda: _rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    ),
    "16,384 columns": ("e.xlsx", "sheet_too_wide", lambda: _rows(_cells(16_384))),
    "elements in elements": ("f.xlsx", "sheet_bomb", lambda: _with(**{STYLES: b"<a>" * 5_000 + b"</a>" * 5_000})),
    "billion laughs": ("g.xlsx", DECLARED, lambda: _declared(STRINGS, LAUGHS, inside=b"&j;")),
    "an entity that reads a file": (
        "h.xlsx",
        DECLARED,
        lambda: _declared(SHEET, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', inside=b"&e;"),
    ),
    "a document type from the network": (
        "i.xlsx",
        DECLARED,
        lambda: _declared(BOOK, b'<!DOCTYPE workbook SYSTEM "http://127.0.0.1:9/x.dtd">'),
    ),
    "a parameter entity": (
        "j.xlsx",
        DECLARED,
        lambda: _declared(STYLES, b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'),
    ),
    "a document type in UTF-16": (
        "k.xlsx",
        DECLARED,
        lambda: _with(
            **{STRINGS: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "e">]><x/>'.encode("utf-16")}
        ),
    ),
    "macros called .xlsx": ("l.xlsx", "sheet_macros", lambda: _with(**{"xl/vbaProject.bin": OLE})),
    "macros": ("m.xlsm", "sheet_macros", lambda: packed(_parts())),
    "a type that allows macros": (
        "n.xlsx",
        "sheet_macros",
        lambda: _types(b'<Override PartName="/x" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'),
    ),
    "macros of Excel 4": ("o.xlsx", "sheet_macros", lambda: _with(**{"xl/macrosheets/sheet1.xml": b"<x/>"})),
    "a link to another file": ("p.xlsx", "sheet_linked", lambda: _link("xl/externalLinks/externalLink1.xml")),
    "a connection to a database": ("q.xlsx", "sheet_linked", lambda: _link("xl/connections.xml")),
    "a file inside": ("r.xlsx", "sheet_linked", lambda: _with(**{"xl/embeddings/oleObject1.bin": OLE})),
    "a password": ("s.xlsx", "sheet_encrypted", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "members with a password": ("t.xlsx", "sheet_encrypted", _locked),
    "the old form": ("u.xls", "sheet_old_form", lambda: OLE),
    "a web page called .xls": ("v.xls", "sheet_is_html", lambda: b"<html><table><tr><td>STT</td></tr></table></html>"),
    "a web page called .csv": ("w.csv", "sheet_is_html", lambda: b"\xef\xbb\xbf\r\n<!DOCTYPE html><table></table>"),
    "a workbook called .csv": ("x.csv", "sheet_wrong_extension", lambda: packed(_parts())),
    "a text called .xlsx": ("y.xlsx", "sheet_wrong_extension", lambda: as_text(PUPILS)),
    "a PDF": ("z.csv", "sheet_unknown_form", lambda: b"%PDF-1.7\n1 0 obj\n"),
    "another program's workbook": (
        "aa.xlsx",
        "sheet_unknown_form",
        lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", TYPES: b"<Types/>"}),
    ),
    "a binary workbook": ("ab.xlsx", "sheet_unknown_form", lambda: _with(**{"xl/workbook.bin": b"\0"})),
    "a path out of the file": ("ac.xlsx", "sheet_damaged", _slip),
    "a symbolic link": ("ad.xlsx", "sheet_damaged", _symbolic_link),
    "two parts of one name": ("ae.xlsx", "sheet_damaged", _twice),
    "half a file": ("af.xlsx", "sheet_damaged", lambda: packed(_parts())[:-700]),
    "a sheet that lies elsewhere": ("ag.xlsx", "sheet_damaged", lambda: _elsewhere("../../../../etc/passwd")),
    "a sheet on the network": (
        "ah.xlsx",
        "sheet_damaged",
        lambda: _elsewhere("http://127.0.0.1:9/sheet1.xml", ' TargetMode="External"'),
    ),
    "no XML": ("ai.xlsx", "sheet_damaged", lambda: _with(**{SHEET: b"<worksheet><row>"})),
    "a text that is not there": (
        "aj.xlsx",
        "sheet_damaged",
        lambda: _rows(b'<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'),
    ),
    "300 sheets": ("ak.xlsx", "sheet_too_many_sheets", lambda: _sheets(300)),
    "a formula": ("al.xlsx", "sheet_formula", lambda: _formula('WEBSERVICE("http://127.0.0.1:9/")')),
    "a command in a formula": ("am.xlsx", "sheet_formula", lambda: _formula("cmd|'/c calc'!A0")),
    "a command in a text": ("an.csv", "sheet_formula", lambda: as_text(_command("@SUM(1+1)*cmd|' /C calc'!A0"))),
    "zero bytes": ("ao.csv", "sheet_unknown_form", lambda: as_text(PUPILS) + b"\0\0\0"),
    "a quote without an end": ("ap.csv", "sheet_unclosed_quote", lambda: as_text(PUPILS) + b'4,"' + b"x,\n" * 60_000),
    "one line of 25 MB": ("aq.csv", "sheet_too_large", lambda: b"a," * (25 << 19)),
    "100,000 rows": ("ar.csv", "sheet_too_long", lambda: as_text(PUPILS) + b"1,2,3\r\n" * 100_000),
    "nothing": ("as.csv", "sheet_empty", lambda: b""),
    "noise": ("at.csv", "sheet_not_utf8", lambda: bytes(range(128, 256)) * 40),
    "a sentence": ("au.csv", "sheet_no_header", "Kính gửi Sở Giáo dục và Đào tạo".encode),
}


def write_hostile(name: str, folder: Path) -> tuple[Path, str]:
    """One of them, and the code that it is to be refused with."""
    file_name, code, make = FILES[name]
    path = folder / file_name
    path.write_bytes(make())
    return path, code
