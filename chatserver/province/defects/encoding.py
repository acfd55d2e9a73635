"""Right rows in wrong bytes."""

from __future__ import annotations

import unicodedata
from codecs import BOM_UTF8
from collections.abc import Callable

from .package import Contents


def byte_order_mark(contents: Contents) -> None:
    """A BOM before every header; importers must bear it."""
    contents.files = {name: BOM_UTF8 + data for name, data in contents.files.items()}


def semicolons(contents: Contents) -> None:
    """Saved by a spreadsheet set to Vietnamese: ; between the cells."""
    for name in contents.files:
        table = name.removesuffix(".csv")
        contents.put(table, contents.table(table), delimiter=";")


def latin_1(contents: Contents) -> None:
    """users.csv in Latin-1, with what does not fit lost."""
    contents.files["users.csv"] = contents.files["users.csv"].decode().encode("latin-1", errors="replace")


def utf_16(contents: Contents) -> None:
    """users.csv as "Unicode text" of a spreadsheet."""
    contents.files["users.csv"] = contents.files["users.csv"].decode().encode("utf-16")


def decomposed(contents: Contents) -> None:
    """Names in NFD, as a Mac writes them: they look the same and compare differently."""
    contents.files["users.csv"] = unicodedata.normalize("NFD", contents.files["users.csv"].decode()).encode()


def truncated_file(contents: Contents) -> None:
    """enrollments.csv ends at 60 %, in the middle of a row."""
    data = contents.files["enrollments.csv"]
    contents.files["enrollments.csv"] = data[: len(data) * 6 // 10]


def null_byte(contents: Contents) -> None:
    """A NUL inside a cell."""
    contents.set("users", "givenName", lambda name: f"{name}\0", rows=slice(3, 4))


def line_break_in_cell(contents: Contents) -> None:
    """A quoted cell over two lines: allowed by RFC 4180, forbidden by OneRoster."""
    contents.set("orgs", "name", lambda name: name.replace(" ", "\r\n", 1), rows=slice(-1, None))


def unclosed_quote(contents: Contents) -> None:
    """A quote that never ends swallows the rest of the file."""
    head, _, rest = contents.files["orgs.csv"].partition(b"\r\n")
    contents.files["orgs.csv"] = head + b'\r\n"' + rest


_ALL: tuple[Callable[[Contents], None], ...] = (
    *(byte_order_mark, semicolons, latin_1, utf_16, decomposed),
    *(truncated_file, null_byte, line_break_in_cell, unclosed_quote),
)
CHANGES = {change.__name__: change for change in _ALL}
