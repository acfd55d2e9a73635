"""What a file is, by its first bytes. A name is only asked what it claims."""

from collections.abc import Collection
from pathlib import Path
from types import MappingProxyType

from rooms.files.examining.verdict import RefusedError

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
PICTURES = frozenset({JPEG, PNG, WEBP})
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
DOCX = f"{_OOXML}.wordprocessingml.document"
XLSX = f"{_OOXML}.spreadsheetml.sheet"
PPTX = f"{_OOXML}.presentationml.presentation"
ODT, ODS = f"{_ODF}.text", f"{_ODF}.spreadsheet"
DOCUMENTS = frozenset({DOCX, XLSX, PPTX, ODT, ODS})
# As a browser records it, and as it is kept.
WEBM, OGG, MP4, M4A = "audio/webm", "audio/ogg", "audio/mp4", "audio/mp4"
SPOKEN = frozenset({WEBM, OGG, MP4})
# What is told by more than its head.
_ARCHIVE, _OLE = "application/zip", "application/x-ole-storage"
# What a protected document is packed in (MS-OFFCRYPTO 2.3.1).
_MARK = "EncryptedPackage".encode("utf-16-le")
# The head of each: where it stands, and what.
_HEADS = (
    (PDF, 0, b"%PDF-"),
    (JPEG, 0, b"\xff\xd8\xff"),
    (PNG, 0, b"\x89PNG\r\n\x1a\n"),
    (WEBP, 8, b"WEBP"),
    (_ARCHIVE, 0, b"PK\x03\x04"),
    (_OLE, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (WEBM, 0, b"\x1a\x45\xdf\xa3"),
    (OGG, 0, b"OggS"),
    (MP4, 4, b"ftyp"),
)
CLAIMS = MappingProxyType(
    {
        ".pdf": PDF,
        ".jpg": JPEG,
        ".jpeg": JPEG,
        ".jpe": JPEG,
        ".jfif": JPEG,
        ".png": PNG,
        ".webp": WEBP,
        ".docx": DOCX,
        ".xlsx": XLSX,
        ".pptx": PPTX,
        ".odt": ODT,
        ".ods": ODS,
    }
)
# What goes with a notice, with a message, and with a message as what was said aloud.
NOTICE, ROOM, VOICE = "notice", "room", "voice"
TAKEN = MappingProxyType({NOTICE: PICTURES | {PDF}, ROOM: PICTURES | DOCUMENTS | {PDF}, VOICE: SPOKEN})


def claim_of(name: str) -> str:
    """The media type that a name claims, or nothing."""
    return CLAIMS.get(Path(name).suffix.lower(), "")


def kind_word(media_type: str) -> str:
    """What a file of this type is called in a message."""
    if media_type in PICTURES:
        return "image"
    if media_type in SPOKEN:
        return "voice"
    return "pdf" if media_type == PDF else "document"


def kind_of(path: Path, claimed: str, taken: Collection[str]) -> str:
    """The media type of its content. Refuses kinds that are not taken, and content that is not what its name claimed."""
    found = _found(path)
    if found == _OLE and claimed in DOCUMENTS and _MARK in path.read_bytes():
        raise RefusedError("document_with_program", found="encrypted")
    if found == _ARCHIVE and claimed in DOCUMENTS:
        # Which of them, its contents say (office.py).
        found = claimed
    if found not in taken or (claimed and claimed not in taken):
        # A name that is taken, and content that is not: that is the one to be told.
        raise RefusedError("file_not_what_it_says" if claimed in taken else "file_kind_not_taken")
    # Telephones and messengers often name a picture of one kind as another: it is drawn anew and named aright.
    if claimed and claimed != found and not {claimed, found} <= PICTURES:
        raise RefusedError("file_not_what_it_says")
    return found


def _found(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(16)
    return next((kind for kind, at, mark in _HEADS if head[at : at + len(mark)] == mark), "")
