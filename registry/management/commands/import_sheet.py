"""manage.py import_sheet: show what a school's spreadsheet would change, or apply it."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from registry.models import Org, SyncRun
from registry.models.record import Status
from registry.sync.codes import sentence
from registry.sync.sheet.error_file import error_file
from registry.sync.sheet.faults import SheetRefused
from registry.sync.sheet.headers import fold_header
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.importing import SheetOutcome, SheetRequest, import_sheet, source_of
from registry.sync.sheet.proposal import meaning_named, propose
from registry.sync.sheet.report import as_json, as_text, proposal_json, proposal_text
from registry.sync.sheet.rolling import Extent

REFUSED, HELD = 2, 3
KINDS = {"pupils": Kind.PUPIL, "staff": Kind.STAFF}


class Command(BaseCommand):
    help = (
        "Read a school's list (.xlsx or .csv). Shows what its columns mean and what would change; --apply changes it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """See --help."""
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--school", required=True, metavar="CODE", help="the school's code (mã trường)")
        parser.add_argument("--kind", choices=list(KINDS), help="whom the list is about, where its headers do not say")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=MEANING",
            help="what a header means; remembered by --apply",
        )
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument("--whole-school", action="store_true", help="who is not listed has left, in every class")
        extent.add_argument(
            "--only-listed-classes", action="store_true", help="the list says nothing about other classes"
        )
        parser.add_argument("--school-year", type=int, metavar="2026", help="the year in which the school year begins")
        parser.add_argument("--apply", action="store_true", help="make the changes; without it nothing is changed")
        parser.add_argument("--confirm", default="", metavar="REASON", help="apply a list that was held, and say why")
        parser.add_argument(
            "--rollover", action="store_true", help="a new school year: more than usual may go and change"
        )
        parser.add_argument("--errors", type=Path, metavar="OUT.xlsx", help="where to write the rows to be repaired")
        parser.add_argument("--json", action="store_true", help="the report for machines")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0: applied, or shown. 2: refused, with a code. 3: held until it is confirmed."""
        if options["confirm"] and not options["apply"]:
            raise CommandError("--confirm says why a held list is applied: give --apply with it.")
        if SyncRun._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet: run manage.py migrate first.")
        with translation.override(options.get("language") or settings.LANGUAGE_CODE):
            try:
                self._import(_request(options), options)
            except SheetRefused as refusal:
                raise CommandError(_refused(refusal), returncode=REFUSED) from None

    def _import(self, request: SheetRequest, options: dict[str, Any]) -> None:
        proposal = self._proposal(request)
        outcome = import_sheet(request)
        if options["json"]:
            report = as_json(outcome) | {"sheets": proposal_json(proposal)}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join([*proposal_text(proposal), "", *as_text(outcome)]))
        if options["errors"]:
            self._write_errors(options["errors"], request, outcome)
        if outcome.is_refused:
            code = outcome.run.refusal_code
            raise CommandError(f"{code}: {sentence(code, 'refused')}", returncode=REFUSED)
        if outcome.is_held:
            said = _("Held. If all this is meant, apply the same file again with --apply --confirm and the reason.")
            raise CommandError(said, returncode=HELD)

    def _proposal(self, request: SheetRequest) -> list[Any]:
        mapping = source_of(request.school).mapping | {
            fold_header(each): what for each, what in request.mapping.items()
        }
        try:
            return propose(request.path, mapping=mapping, kind=request.kind)
        except SheetRefused:
            # A file that cannot be opened has no headers to tell of; the import says why, and keeps it as a run.
            return []

    def _write_errors(self, path: Path, request: SheetRequest, outcome: SheetOutcome) -> None:
        data = error_file(request.path, request.file_name, outcome.faults, outcome.header_rows)
        path.touch(mode=0o600)
        path.write_bytes(data)


def _request(options: dict[str, Any]) -> SheetRequest:
    extent = Extent.ASK
    if options["whole_school"]:
        extent = Extent.WHOLE_SCHOOL
    elif options["only_listed_classes"]:
        extent = Extent.LISTED_CLASSES
    return SheetRequest(
        options["file"],
        _school(options["school"]),
        apply=options["apply"],
        kind=KINDS.get(options["kind"] or ""),
        mapping=dict(_pair(each) for each in options["map"]),
        extent=extent,
        school_year=options["school_year"],
        rollover=options["rollover"],
        confirm=options["confirm"].strip(),
    )


def _school(code: str) -> Org:
    named = Org.objects.filter(Q(identifier=code) | Q(sourced_id=code), type=Org.Type.SCHOOL, status=Status.ACTIVE)
    found = list(named[:2])
    if len(found) != 1:
        raise CommandError(_("There is no school with the code {code}, or there are several.").format(code=code))
    return found[0]


def _pair(text: str) -> tuple[str, str]:
    header, separator, meaning = text.rpartition("=")
    if not separator or not header:
        raise CommandError('--map takes HEADER=MEANING, for example --map "Học trò=Họ và tên".')
    return header, meaning_named(meaning.strip())


def _refused(refusal: SheetRefused) -> str:
    return f"{refusal.code}: {sentence(refusal.code, 'refused')} {refusal.about}".strip()
