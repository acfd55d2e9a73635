"""Writes the lists of codes at the end of docs/protocol.md and docs/registry.md from the declared ones, and the limits of
files for the app, so that neither can lie."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from realtime.errors import Refusal
from registry.sync.codes import QUARANTINES, REFUSALS, VALVES, WARNINGS
from rooms.files import limits
from rooms.files.examining.kinds import CLAIMS, kind_word

DOCS = settings.BASE_DIR / "docs"
LIMITS = settings.BASE_DIR / "frontend" / "src" / "protocol" / "limits.ts"


class Command(BaseCommand):
    help = "Write the lists of codes in docs/protocol.md and docs/registry.md; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write."""
        parser.add_argument("--check", action="store_true", help="fail if the page is not current; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the sections, or compare them."""
        for name, heading, wanted in (
            ("protocol.md", "## 7 Refusal codes", table()),
            ("registry.md", "## Codes", tables_of_imports()),
        ):
            page = (DOCS / name).read_text()
            before, found, _old = page.partition(heading)
            if not found:
                raise CommandError(f"{name} has no heading {heading!r}")
            current = f"{before}{heading}\n\n{wanted}"
            if not options["check"]:
                (DOCS / name).write_text(current)
            elif current != page:
                raise CommandError(f"docs/{name} is not current: run manage.py export_protocol")
        if not options["check"]:
            LIMITS.write_text(limits_of_files())
        elif not LIMITS.exists() or LIMITS.read_text() != limits_of_files():
            raise CommandError(f"{LIMITS.name} is not current: run manage.py export_protocol")


def limits_of_files() -> str:
    """What the app says of files before an upload starts, as a module of its own."""
    numbers = {
        "largestFile": limits.LARGEST_FILE,
        "largestPicture": limits.LARGEST_PICTURE,
        "largestVoice": limits.LARGEST_VOICE,
        "longestVoice": limits.LONGEST_VOICE,
        "mostFiles": limits.MOST_FILES,
        "aDay": limits.A_DAY,
        "mostMegapixels": limits.MOST_MEGAPIXELS,
        "piece": limits.PIECE,
        "largestPiece": limits.LARGEST_PIECE,
    }
    taken = {ending: kind_word(kind) for ending, kind in CLAIMS.items()}
    lines = [
        "/** What may go with a message; written by manage.py export_protocol from rooms/files, never by hand. */",
        "export const FILE_LIMITS = {",
        *(f"  {name}: {number}," for name, number in numbers.items()),
        "} as const;",
        "",
        "/** Endings of names that are taken, and what each is shown as. */",
        'export const FILE_ENDINGS: Record<string, "image" | "pdf" | "document"> = {',
        *(f'  "{ending}": "{word}",' for ending, word in taken.items()),
        "};",
    ]
    return "\n".join(lines) + "\n"


def tables_of_imports() -> str:
    """Every code that a report on a package may carry, with its sentence."""
    parts = (
        ("Refused: nothing of the package was used", REFUSALS),
        ("Held: somebody has to look first", VALVES),
        ("A row set aside: what was there before stays", QUARANTINES),
        ("Tolerated", WARNINGS),
    )
    with translation.override("en"):
        return "\n".join(_table_of(title, codes) for title, codes in parts)


def _table_of(title: str, codes: Mapping[str, Any]) -> str:
    rows = [f"| `{code}` | {' '.join(str(text).split()).replace('|', '/')} |" for code, text in sorted(codes.items())]
    return "\n".join([f"### {title}", "", "| code | means |", "|---|---|", *rows, ""])


def table() -> str:
    """Every declared refusal, by code: HTTP status, whether the same request may succeed later, and its sentence."""
    lines = ["| code | HTTP | retry | said to people |", "|---|---|---|---|"]
    # Two packages may refuse with one code in their own words.
    declared: defaultdict[str, list[type[Refusal]]] = defaultdict(list)
    for one in sorted(_below(Refusal), key=lambda one: (one.code, one.__module__, one.__name__)):
        if not one.__module__.startswith("tests."):
            declared[one.code].append(one)
    with translation.override("en"):
        for code, alike in declared.items():
            sentences = " or: ".join(re.sub(r"\s+", " ", str(one.text)).replace("|", "/") for one in alike)
            statuses = ", ".join(sorted({str(one.status) for one in alike}))
            retry = "yes" if any(one.retry for one in alike) else "no"
            lines.append(f"| `{code}` | {statuses} | {retry} | {sentences} |")
    return "\n".join(lines) + "\n"


def _below(base: type[Refusal]) -> set[type[Refusal]]:
    found = set(base.__subclasses__())
    return found.union(*(_below(one) for one in found)) if found else found
