"""PDFs are kept as they came, byte by byte: documents carry digital signatures, which give them their force (Nghị định
30/2020/NĐ-CP, article 5) and which anything rewritten loses. So nothing is cleaned; what acts by itself, or what readers
would understand differently, is refused."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pikepdf

from rooms.files.examining.kinds import PDF
from rooms.files.examining.verdict import RefusedError, Verdict

# What follows the last mark of the end: line ends, or what some programs fill up with.
_AFTER_END = b"\r\n\t \0"
_TAIL = 2_048

# By what a dictionary has or names (ISO 32000-2: 12.6.4 actions, 12.5.6 annotations, 7.11.4 embedded files).
_KEYS = MappingProxyType(
    {
        "/JS": "script",
        "/JavaScript": "script",
        "/XFA": "form",
        "/EF": "embedded",
        "/EmbeddedFiles": "embedded",
        "/RichMediaContent": "embedded",
    }
)
_ACTIONS = MappingProxyType(
    {
        "/JavaScript": "script",
        "/Launch": "action",
        "/ImportData": "action",
        "/SubmitForm": "action",
        # Another file, perhaps of a foreign server: asking for it can give away who asks.
        "/GoToR": "action",
        "/GoToE": "action",
        "/RichMediaExecute": "action",
        "/Rendition": "embedded",
        "/Movie": "embedded",
        "/Sound": "embedded",
    }
)
_PARTS = frozenset({"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})


def examine(path: Path, folder: Path) -> Verdict:
    """Copies it to `whole`, if nothing in it acts by itself."""
    _require_nothing_else(path)
    try:
        # As it is written: not mended, and pages not given what they would inherit.
        with pikepdf.open(
            path, attempt_recovery=False, inherit_page_attributes=False, suppress_warnings=True
        ) as document:
            if document.is_encrypted:
                raise RefusedError("pdf_with_script", found="encrypted")
            for holder in _holders(document):
                _require_harmless(holder)
            if document.get_warnings():
                # Where one reader repairs what is written, another may see something else.
                raise RefusedError("file_unreadable")
            # That a page names no typefaces, say, is mended without a doubt: such warnings do not count.
            pages = len(document.pages)
            if not pages:
                raise RefusedError("file_unreadable")
    except pikepdf.PasswordError as error:
        raise RefusedError("pdf_with_script", found="encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise RefusedError("file_unreadable") from error
    shutil.copyfile(path, folder / "whole")
    return Verdict(media_type=PDF, pages=pages)


def _require_nothing_else(path: Path) -> None:
    """It ends where the PDF ends, and is no archive besides."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        before, end, after = file.read().rpartition(b"%%EOF")
    del before
    if not end:
        raise RefusedError("file_unreadable")
    if after.strip(_AFTER_END) or zipfile.is_zipfile(path):
        raise RefusedError("file_not_what_it_says")


def _holders(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those in object streams and those that nothing refers to, too."""
    waiting: list[Any] = [document.trailer, *document.objects]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            if isinstance(one, pikepdf.Stream):
                one = one.stream_dict
            yield one
            inside = list(one.values())
        elif isinstance(one, pikepdf.Array):
            inside = list(one)
        else:
            continue
        waiting += [each for each in inside if isinstance(each, pikepdf.Object) and not each.is_indirect]


def _require_harmless(holder: Any) -> None:
    found = next((_KEYS[key] for key in holder if key in _KEYS), "")
    found = found or _ACTIONS.get(str(holder.get("/S", "")), "")
    if str(holder.get("/Type", "")) == "/EmbeddedFile" or str(holder.get("/Subtype", "")) in _PARTS:
        found = found or "embedded"
    if found:
        raise RefusedError("pdf_with_script", found=found)
