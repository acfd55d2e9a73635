"""Writes the list of refusals in docs/protocol.md from the declared ones, so that the page cannot lie."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from realtime.errors import Refusal

PAGE = Path(settings.BASE_DIR) / "docs/protocol.md"
HEADING = "## 7 Refusal codes"


class Command(BaseCommand):
    help = "Write section 7 of docs/protocol.md from the declared refusals; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write."""
        parser.add_argument("--check", action="store_true", help="fail if the page is not current; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the section, or compare it."""
        page = PAGE.read_text()
        before, found, _old = page.partition(HEADING)
        if not found:
            raise CommandError(f"{PAGE.name} has no heading {HEADING!r}")
        wanted = before + HEADING + "\n\n" + table()
        if options["check"]:
            if wanted != page:
                raise CommandError("docs/protocol.md is not current: run manage.py export_protocol")
        else:
            PAGE.write_text(wanted)


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
