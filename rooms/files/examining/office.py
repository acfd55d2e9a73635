"""Documents are kept as they came: they are to be written on. So nothing is cleaned; what acts by itself when a document is
opened, what hides in it, and what it would load from elsewhere is refused. They are archives of XML (ECMA-376, ODF 1.3)."""

import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import iterparse

from rooms.files.examining.kinds import DOCX, ODS, ODT, PPTX, XLSX
from rooms.files.examining.verdict import RefusedError, Verdict

# Larger than any document of 20 MB that people wrote; a bomb promises a thousand times as much.
_MOST_PARTS, _MOST_BYTES = 4_000, 200 << 20
_PIECE = 1 << 16
_MAIN = MappingProxyType(
    {
        DOCX: "wordprocessingml.document.main+xml",
        XLSX: "spreadsheetml.sheet.main+xml",
        PPTX: "presentationml.presentation.main+xml",
    }
)
# By the names of parts.
_NAMES = (
    (
        re.compile(r"vbaproject|vbadata|macrosheets/|activex/|/ctrlprops/|^basic/|^scripts/|^dialogs/|userforms?/"),
        "macro",
    ),
    (re.compile(r"(^|/)embeddings/|oleobject"), "embedded"),
    (re.compile(r"(^|/)(connections|querytables?/.*)\.xml$"), "outside"),
)
# By the beginnings of parts: archives, programs, and documents of other programs.
_HIDDEN = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"%PDF-", b"\x1f\x8b")
# Of ODF: what is drawn from numbers and formulas of the document itself.
_DRAWN = re.compile(r"application/vnd\.oasis\.opendocument\.(chart|formula|graphics|text|spreadsheet)(-template)?$")
_END = b"PK\x05\x06"
# What reading an archive and XML may raise of bytes that were bent.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ParseError),
    *(NotImplementedError, RuntimeError, ValueError, EOFError, KeyError),
)
# Fields that fetch or start something when they are brought up to date.
_FIELD = re.compile(r"(^|\n)\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b", re.IGNORECASE)
# Where it was begun from: a file of its author's own machine, which readers look for there and nowhere else.
_OWN_TEMPLATE = re.compile(r"file:///[a-z]:[\\/]", re.IGNORECASE)


def examine(path: Path, kind: str, folder: Path) -> Verdict:
    """Copies it to `whole`, if nothing in it acts by itself."""
    _require_nothing_else(path)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _require_sane(parts)
            _require_kind(archive, parts, kind)
            left = _MOST_BYTES
            for part in parts:
                left -= _require_harmless(archive, part, left)
    except _DAMAGED as error:
        raise RefusedError("file_unreadable") from error
    shutil.copyfile(path, folder / "whole")
    return Verdict(media_type=kind)


def _require_nothing_else(path: Path) -> None:
    """The archive begins with the file and ends with it (APPNOTE 4.3.16): nothing before, behind, or said in a comment."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 22))
        tail = file.read()
    if len(tail) < 22 or tail[:4] != _END:
        raise RefusedError("file_not_what_it_says")
    length, start = struct.unpack("<II", tail[12:20])
    if start + length != size - 22:
        raise RefusedError("file_not_what_it_says")


def _require_sane(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > _MOST_PARTS or len(set(names)) < len(names) or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise RefusedError("file_unreadable")
    for name in names:
        for pattern, found in _NAMES:
            if pattern.search(name):
                raise RefusedError("document_with_program", found=found)
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise RefusedError("file_unreadable")
    if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
        # Neither kind of document knows another way of packing.
        raise RefusedError("file_unreadable")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("document_with_program", found="encrypted")


def _require_kind(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], kind: str) -> None:
    if kind in {ODT, ODS}:
        first = parts[0] if parts else None
        if (
            first is None
            or first.filename != "mimetype"
            or first.file_size > 200
            or archive.read(first) != kind.encode()
        ):
            raise RefusedError("file_not_what_it_says")
        return
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise RefusedError("file_not_what_it_says")
    with archive.open("[Content_Types].xml") as file:
        told = [element.get("ContentType", "") for element in _elements(file)]
    if any("macroEnabled" in one or "vbaProject" in one for one in told):
        raise RefusedError("document_with_program", found="macro")
    if not any(one.endswith(_MAIN[kind]) for one in told):
        raise RefusedError("file_not_what_it_says")


def _require_harmless(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """How many bytes it has, once it is unpacked: its head may lie about that."""
    size = 0
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            if not size and piece.startswith(_HIDDEN):
                raise RefusedError("document_with_program", found="embedded")
            size += len(piece)
            if size > most:
                raise RefusedError("file_unreadable")
    # LibreOffice writes some parts with nothing in them.
    if size and part.filename.lower().endswith((".xml", ".rels")):
        with archive.open(part) as file:
            _require_quiet(file)
    return size


def _require_quiet(file: IO[bytes]) -> None:
    """No element of this part starts or fetches anything."""
    fields: list[str] = []
    for element in _elements(file):
        name = element.tag.rpartition("}")[2]
        if found := _LOUD.get(name, _nothing)(element):
            raise RefusedError("document_with_program", found=found)
        if name in {"instrText", "delInstrText"}:
            fields.append(element.text or "")
        elif name == "fldSimple":
            fields += ["\n", _attribute(element, "instr"), "\n"]
        elif name == "fldChar":
            fields.append("\n")
    # Also where a word of a field was written in two pieces.
    if _FIELD.search("".join(fields)):
        raise RefusedError("document_with_program", found="outside")


def _elements(file: IO[bytes]) -> Iterator[Any]:
    """Each when it is complete; no document declares entities, and one that does is refused (ValueError)."""
    for _event, element in iterparse(file, forbid_dtd=True):
        yield element
        element.clear()


def _attribute(element: Any, name: str) -> str:
    """Whatever its namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _nothing(_element: Any) -> str:
    return ""


def _relationship(element: Any) -> str:
    """Only links that a reader follows may lead elsewhere (ECMA-376, 2: 9.3)."""
    if element.get("TargetMode", "").lower() != "external" or element.get("Type", "").endswith("/hyperlink"):
        return ""
    is_template = element.get("Type", "").endswith("/attachedTemplate")
    return "" if is_template and _OWN_TEMPLATE.match(element.get("Target", "")) else "outside"


def _entry(element: Any) -> str:
    """A line of the list of an ODF's parts."""
    kind = _attribute(element, "media-type")
    if "oleobject" in kind or ("vnd.sun.star" in kind and "Configurations2" not in _attribute(element, "full-path")):
        return "embedded"
    is_document = kind.startswith("application/vnd.oasis.opendocument.")
    return "embedded" if is_document and not _DRAWN.match(kind) else ""


def _shown(element: Any) -> str:
    """Of ODF: what is shown in a document lies in it."""
    return "outside" if re.match(r"(?i)(\w[\w+.-]+:|//|\.\./)", _attribute(element, "href")) else ""


_LOUD = MappingProxyType(
    {
        "Relationship": _relationship,
        "file-entry": _entry,
        "encryption-data": lambda _element: "encrypted",
        "event-listener": lambda _element: "macro",
        "script": lambda element: "macro" if _attribute(element, "language") else "",
        "dde-source": lambda _element: "outside",
        "dde-connection-decl": lambda _element: "outside",
        "ddeLink": lambda _element: "outside",
        "oleLink": lambda _element: "outside",
        "image": _shown,
        "object": _shown,
        "object-ole": lambda _element: "embedded",
        "plugin": lambda _element: "embedded",
        "applet": lambda _element: "embedded",
        "floating-frame": lambda _element: "outside",
        "section-source": _shown,
        "table-source": _shown,
    }
)
