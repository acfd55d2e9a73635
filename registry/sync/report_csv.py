"""A report as a table for a spreadsheet: what is unusual, and every row that was set aside, tolerated or refused."""

import csv
import io

from django.utils.translation import gettext as _

from registry.sync.codes import sentence
from registry.sync.csv_file import BOM
from registry.sync.run import Outcome

# A spreadsheet takes a cell that begins so for a formula, and would run it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(outcome: Outcome) -> bytes:
    """UTF-8 with the mark by which Excel knows it; one line a valve that opened and an issue. Ids, never other cells."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    header = (_("kind"), _("code"), _("file"), _("line"), _("column"), _("id"), _("number"), _("limit"), _("meaning"))
    writer.writerow(header)
    for valve in outcome.run.valves:
        if valve["is_open"]:
            told = sentence(valve["valve"], "valve")
            named = [valve["org"], *valve["ids"]]
            row = ("valve", valve["valve"], valve["table"], "", "", " ".join(filter(None, named)), valve["found"])
            writer.writerow(map(_safe, (*row, valve["limit"], told)))
    for issue in outcome.issues.kept:
        cells = (str(issue.severity), issue.code, issue.file, issue.line or "", issue.column, issue.sourced_id)
        rows = 1 + issue.alike + issue.dependants
        writer.writerow(map(_safe, (*cells, rows, "", sentence(issue.code, issue.severity))))
    return BOM + text.getvalue().encode()


def _safe(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
