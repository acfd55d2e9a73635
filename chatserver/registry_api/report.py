"""A run's report as JSON, as a table for a spreadsheet, and as a page that a clerk can read and print."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from registry.models import SyncRun
from registry.sync.report import FIGURES, as_json, headline, outcome_of
from registry.sync.report_csv import as_csv

STYLE = Path(settings.BASE_DIR / "chatserver/templates/registry/report.css").read_text()
# The page has no script and one style, which is known by its digest: nothing that a package says can become another.
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Past so many the page says how many there are; all of them are in the table.
MOST_VALVES, MOST_CAUSES = 30, 40


def report(run: SyncRun, kind: str) -> HttpResponse:
    """The report in one of FORMATS, in the active language."""
    return FORMATS[kind](run)


def _json(run: SyncRun) -> HttpResponse:
    return JsonResponse(as_json(outcome_of(run)), json_dumps_params={"ensure_ascii": False})


def _csv(run: SyncRun) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="sync-run-{run.pk}.csv"'}
    return HttpResponse(as_csv(outcome_of(run)), content_type="text/csv; charset=utf-8", headers=headers)


def _page(run: SyncRun) -> HttpResponse:
    outcome = outcome_of(run)
    told = as_json(outcome)
    unusual = [valve for valve in told["valves"] if valve["is_open"]]
    by_severity = [
        (severity, [cause for cause in told["causes"] if cause["severity"] == severity][:MOST_CAUSES])
        for severity in ("refused", "quarantined", "warning")
    ]
    content = told | {
        "language": get_language(),
        "style": STYLE,
        "row": run,
        "headline": headline(outcome),
        "figures": [(table, [counts[name] for name in FIGURES]) for table, counts in outcome.counts.items()],
        "unusual": unusual[:MOST_VALVES],
        "more_unusual": max(0, len(unusual) - MOST_VALVES),
        "by_severity": [(severity, causes) for severity, causes in by_severity if causes],
    }
    page = render_to_string("registry/report.html", content)
    return HttpResponse(page, headers={"Content-Security-Policy": POLICY})


FORMATS: dict[str, Callable[[SyncRun], HttpResponse]] = {"json": _json, "csv": _csv, "page": _page}
