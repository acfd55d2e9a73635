"""Names of files: as they are shown, and as a header tells them."""

import re
import unicodedata
from types import MappingProxyType
from urllib.parse import quote

from broadcasts.files.examining.kinds import CLAIMS, JPEG, PDF, PNG
from registry.text import clean

_ENDINGS = MappingProxyType({PDF: ".pdf", JPEG: ".jpg", PNG: ".png"})
_ENDING = re.compile(f"({'|'.join(map(re.escape, CLAIMS))})$", re.IGNORECASE)
_NAMELESS = "tep"
# Of 255: room for the ending, and for what a browser adds when it saves the same twice.
_LONGEST = 200


def shown_name(sent: str, media_type: str) -> str:
    """What its sender called it, in one line and without folders, with the ending of what it is now."""
    name = " ".join(clean(re.split(r"[\\/]", sent)[-1]).split())
    stem = _ENDING.sub("", name).strip(". ")
    return f"{stem[:_LONGEST] or _NAMELESS}{_ENDINGS[media_type]}"


def disposition(name: str) -> str:
    """The header's value: to be shown in place, under this name when it is saved (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", _ascii(name))
    told = f'inline; filename="{plain}"'
    return told if plain == name else f"{told}; filename*=UTF-8''{quote(name, safe='')}"


def _ascii(name: str) -> str:
    marked = unicodedata.normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in marked if not unicodedata.combining(letter))
