"""manage.py sync_registry: show what a registry package would change, or apply it."""

import argparse
import json
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from registry.models import SyncRun
from registry.sync.codes import sentence
from registry.sync.errors import PackageRefused
from registry.sync.report import as_json, as_text
from registry.sync.run import Outcome, Request, sync_package

REFUSED, HELD = 2, 3


class Command(BaseCommand):
    help = "Read a OneRoster 1.1 or 1.2 CSV package. Shows what would change; --apply changes it."
    # They load every address and all behind it, of which an import needs nothing; `serve` makes them.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """See --help."""
        parser.add_argument("package", type=Path, metavar="FILE.zip")
        parser.add_argument("--apply", action="store_true", help="make the changes; without it nothing is changed")
        parser.add_argument(
            "--confirm", default="", metavar="REASON", help="apply a package that was held, and say why"
        )
        parser.add_argument(
            "--rollover", action="store_true", help="a new school year: more than usual may go and change"
        )
        parser.add_argument("--json", action="store_true", help="the report for machines")
        parser.add_argument("--source", default="", help="the system the package comes from, where there are several")
        parser.add_argument("--given-name-first", action="store_true", help="names are written given name first here")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0: applied, or shown. 2: refused, with a code. 3: held, nothing is applied until it is confirmed."""
        if options["confirm"] and not options["apply"]:
            raise CommandError("--confirm says why a held package is applied: give --apply with it.")
        if SyncRun._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet: run manage.py migrate first.")
        with translation.override(options.get("language") or settings.LANGUAGE_CODE):
            self._sync(options)

    def _sync(self, options: dict[str, Any]) -> None:
        request = Request(
            options["package"],
            apply=options["apply"],
            source=options["source"],
            given_name_first=options["given_name_first"],
            rollover=options["rollover"],
            confirm=options["confirm"].strip(),
        )
        try:
            outcome = sync_package(request, progress=_Progress(self.stderr))
        except PackageRefused as refusal:
            raise CommandError(f"{refusal.code}: {sentence(refusal.code, 'refused')}", returncode=REFUSED) from None
        self._print(outcome, for_machines=options["json"])
        if outcome.is_refused:
            code = outcome.run.refusal_code
            raise CommandError(f"{code}: {sentence(code, 'refused')}", returncode=REFUSED)
        if outcome.is_held:
            said = _("Held. If all this is meant, apply the same file again with --apply --confirm and the reason.")
            raise CommandError(said, returncode=HELD)

    def _print(self, outcome: Outcome, *, for_machines: bool) -> None:
        if for_machines:
            self.stdout.write(json.dumps(as_json(outcome), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(as_text(outcome)))


class _Progress:
    """A line a second, and none for what is over within the first one."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._last = monotonic()

    def __call__(self, stage: str, done: int) -> None:
        if monotonic() - self._last < 1:
            return
        self._last = monotonic()
        self._stream.write(f"{_('reading and comparing')}: {stage} {done or ''}".rstrip())
        self._stream.flush()
