"""Translations: .po files as people edit them, .mo files as gettext reads them; bare machines have no msgfmt."""

import ast
import struct
from pathlib import Path

MO_MAGIC = 0x950412DE
# What gettext puts between a context and its text, and between the forms of a plural.
CONTEXT, PLURAL = "\x04", "\x00"


class BadTextsError(ValueError):
    """A line of a .po file that cannot be read, or a text that is there twice; the message names file and line."""


def compile_texts(folder: Path) -> list[Path]:
    """Writes the .mo beside every .po below `folder` whose .mo is missing or older; which."""
    stale = [po for po in sorted(folder.rglob("*.po")) if _is_stale(po)]
    for po in stale:
        fresh = po.with_suffix(".mo.new")
        fresh.write_bytes(mo_of(read_po(po)))
        # Renamed into place: a server that starts meanwhile reads the old file or the new one.
        fresh.replace(po.with_suffix(".mo"))
    return stale


def read_po(path: Path) -> dict[str, str]:
    """Every translated text of the file, by its source; plural forms and contexts joined as gettext keeps them."""
    texts: dict[str, str] = {}
    entry: dict[str, str] = {}
    field = ""
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        keyword, _space, quoted = stripped.partition(" ")
        if not stripped or (keyword in ("msgid", "msgctxt") and any(key.startswith("msgstr") for key in entry)):
            _add(texts, entry, f"{path}:{number}")
            entry = {}
        if not stripped:
            continue
        if stripped.startswith('"'):
            keyword, quoted = field, stripped
        elif keyword.split("[")[0] not in ("msgctxt", "msgid", "msgid_plural", "msgstr"):
            raise BadTextsError(f"{path}:{number}: this line is not understood")
        field = keyword
        entry[field] = entry.get(field, "") + _unquoted(quoted, f"{path}:{number}")
    return texts


def mo_of(texts: dict[str, str]) -> bytes:
    """The texts in the binary form that gettext reads (GNU gettext manual, 'The Format of GNU MO Files')."""
    pairs = sorted((source.encode(), text.encode()) for source, text in texts.items())
    header, table = 7 * 4, 8 * len(pairs)
    data = b""
    places: tuple[list[tuple[int, int]], ...] = ([], [])
    for column in (0, 1):
        for pair in pairs:
            places[column].append((len(pair[column]), header + 2 * table + len(data)))
            data += pair[column] + b"\x00"
    tables = b"".join(struct.pack("<II", *place) for column in places for place in column)
    return struct.pack("<7I", MO_MAGIC, 0, len(pairs), header, header + table, 0, 0) + tables + data


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def _add(texts: dict[str, str], entry: dict[str, str], place: str) -> None:
    forms = [entry[key] for key in sorted(entry) if key.startswith("msgstr")]
    if "msgid" not in entry or not all(forms):
        return
    source = entry.get("msgctxt", "") + CONTEXT * ("msgctxt" in entry) + entry["msgid"]
    source += PLURAL + entry["msgid_plural"] if "msgid_plural" in entry else ""
    if source in texts:
        raise BadTextsError(f"{place}: this text is there twice: {entry['msgid'][:60]}")
    texts[source] = PLURAL.join(forms)


def _unquoted(quoted: str, place: str) -> str:
    try:
        text = ast.literal_eval(quoted)
    except (SyntaxError, ValueError) as error:
        raise BadTextsError(f"{place}: this is not a quoted text") from error
    return str(text)
