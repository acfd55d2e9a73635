"""What kind of file this really is, whatever its name says; refuses everything but plain workbooks and plain text."""

import stat
import zipfile
from enum import Enum
from pathlib import Path

from registry.sync.package import MEGABYTE, MOST_RATIO
from registry.sync.sheet.faults import SheetRefused

MOST_BYTES = 20 * MEGABYTE
# A workbook of 3,000 pupils unpacks to 5 MB.
MOST_UNPACKED = 64 * MEGABYTE
# A sheet a class, each with a drawing, a comment and their relations.
MOST_PARTS = 600
RATIO_COUNTS_FROM = MEGABYTE
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the directory of an OLE file names the stream of an encrypted workbook.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_ACTIVE = ("xl/vbaproject", "xl/macrosheets/", "xl/dialogsheets/", "customui/")
_LINKED = (
    *("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/embeddings/", "xl/activex/", "xl/model/"),
    *("xl/customdata/", "xl/webextensions/"),
)


class Form(Enum):
    """The two forms that are read."""

    WORKBOOK = "workbook"
    TEXT = "text"


def form_of(path: Path, name: str) -> Form:
    """The form of the file by its content; `name` is the one it came under. Refuses what is not opened, and says why."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise SheetRefused("no_such_file") from error
    if size > MOST_BYTES:
        raise SheetRefused("sheet_too_large")
    suffix = Path(name).suffix.lower()
    form = _form(path, head, suffix)
    if suffix not in ({".xlsx"} if form is Form.WORKBOOK else _TEXT_SUFFIXES):
        raise SheetRefused("sheet_wrong_extension")
    return form


def _form(path: Path, head: bytes, suffix: str) -> Form:
    if head.startswith(_OLE):
        raise SheetRefused("sheet_encrypted" if _ENCRYPTED in path.read_bytes() else "sheet_old_form")
    if head.startswith(b"PK\x03\x04"):
        _vet_archive(path, suffix)
        return Form.WORKBOOK
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<", "<".encode("utf-16"))):
        raise SheetRefused("sheet_is_html")
    if not start:
        raise SheetRefused("sheet_empty")
    # Text has no zero bytes, unless it is UTF-16, which says so.
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused("sheet_unknown_form")
    if head.startswith((b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"PK")):
        raise SheetRefused("sheet_unknown_form")
    return Form.TEXT


def _vet_archive(path: Path, suffix: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _vet_members(members, path.stat().st_size)
            _vet_names({member.filename.lower() for member in members}, suffix)
            if b"macroenabled" in archive.read("[Content_Types].xml").lower():
                raise SheetRefused("sheet_macros")
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, KeyError) as error:
        raise SheetRefused("sheet_damaged") from error


def _vet_members(members: list[zipfile.ZipInfo], size_on_disk: int) -> None:
    if len(members) > MOST_PARTS:
        raise SheetRefused("sheet_bomb")
    for member in members:
        name = member.orig_filename
        if name.startswith(("/", "\\")) or ".." in name or ":" in name or "\0" in name or "\\" in name:
            raise SheetRefused("sheet_damaged")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise SheetRefused("sheet_damaged")
        if member.flag_bits & 0x1:
            raise SheetRefused("sheet_encrypted")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise SheetRefused("sheet_damaged")
        if member.file_size > RATIO_COUNTS_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise SheetRefused("sheet_bomb")
    # Members that overlap count the same bytes several times.
    overlapping = sum(member.compress_size for member in members) > size_on_disk
    if overlapping or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise SheetRefused("sheet_bomb")
    if len({member.filename.lower() for member in members}) != len(members):
        # Two parts under one name: the one that was checked need not be the one that is read.
        raise SheetRefused("sheet_damaged")


def _vet_names(names: set[str], suffix: str) -> None:
    if suffix == ".xlsm" or any(name.startswith(_ACTIVE) for name in names):
        raise SheetRefused("sheet_macros")
    if any(name.startswith(_LINKED) for name in names):
        raise SheetRefused("sheet_linked")
    # OpenDocument and the binary workbook are zips too.
    if "mimetype" in names or "xl/workbook.bin" in names or "[content_types].xml" not in names:
        raise SheetRefused("sheet_unknown_form")
