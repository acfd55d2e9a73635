"""What a file is, by its first bytes. A name is only asked what it claims."""

from pathlib import Path
from types import MappingProxyType

from broadcasts.files.examining.verdict import RefusedError

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
PICTURES = frozenset({JPEG, PNG, WEBP})
# The head of each: where it stands, and what.
_HEADS = ((PDF, 0, b"%PDF-"), (JPEG, 0, b"\xff\xd8\xff"), (PNG, 0, b"\x89PNG\r\n\x1a\n"), (WEBP, 8, b"WEBP"))
CLAIMS = MappingProxyType(
    {".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".jpe": JPEG, ".jfif": JPEG, ".png": PNG, ".webp": WEBP}
)


def claim_of(name: str) -> str:
    """The media type that a name claims, or nothing."""
    return CLAIMS.get(Path(name).suffix.lower(), "")


def kind_of(path: Path, claimed: str) -> str:
    """The media type of its content. Refuses other kinds, and content that is not what its name claimed."""
    found = _found(path)
    if not found:
        raise RefusedError("file_not_what_it_says" if claimed else "file_kind_not_taken")
    # Telephones and messengers often name a picture of one kind as another: it is drawn anew and named aright.
    if claimed and claimed != found and not {claimed, found} <= PICTURES:
        raise RefusedError("file_not_what_it_says")
    return found


def _found(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(16)
    return next((kind for kind, at, mark in _HEADS if head[at : at + len(mark)] == mark), "")
