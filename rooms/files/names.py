"""Names of files: as they are shown, and as a header tells them."""

import re
import unicodedata
from types import MappingProxyType
from urllib.parse import quote

from registry.text import clean
from rooms.files.examining.kinds import CLAIMS, DOCX, JPEG, M4A, ODS, ODT, PDF, PNG, PPTX, XLSX

_ENDINGS = MappingProxyType(
    {
        PDF: ".pdf",
        JPEG: ".jpg",
        PNG: ".png",
        DOCX: ".docx",
        XLSX: ".xlsx",
        PPTX: ".pptx",
        ODT: ".odt",
        ODS: ".ods",
        M4A: ".m4a",
    }
)
_ENDING = re.compile(f"({'|'.join(map(re.escape, CLAIMS))})$", re.IGNORECASE)
_NAMELESS = "tep"
# Of 255: room for the ending, and for what a browser adds when it saves the same twice.
_LONGEST = 200


def shown_name(sent: str, media_type: str) -> str:
    """What its sender called it, in one line and without folders, with the ending of what it is now."""
    name = " ".join(clean(re.split(r"[\\/]", sent)[-1]).split())
    stem = _ENDING.sub("", name).strip(". ")
    return f"{stem[:_LONGEST] or _NAMELESS}{_ENDINGS[media_type]}"


def ending_of(media_type: str) -> str:
    """The ending of a name by which this type is known; none for other types."""
    return _ENDINGS.get(media_type, "") if media_type in CLAIMS.values() else ""


def disposition(name: str, *, saved: bool = False) -> str:
    """The header's value: to be shown in place, or only `saved`; under this name when it is saved (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", _ascii(name))
    told = f'{"attachment" if saved else "inline"}; filename="{plain}"'
    return told if plain == name else f"{told}; filename*=UTF-8''{quote(name, safe='')}"


def _ascii(name: str) -> str:
    marked = unicodedata.normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in marked if not unicodedata.combining(letter))
