"""Keeps a run's issues: causes first, so that what hangs on them can name them."""

from django.db.models import F

from registry.models import SyncIssue, SyncRun
from registry.sync.issues import Issue, IssueBook, Severity


def record_issues(run: SyncRun, issues: IssueBook) -> None:
    """Write the issues that the book kept as rows of this run."""
    roots = [issue for issue in issues.kept if issue.root is None]
    kept = {id(issue): row for issue, row in zip(roots, _written(run, roots, {}), strict=True)}
    _written(run, [issue for issue in issues.kept if issue.root is not None], kept)


def kept_issues(run: SyncRun) -> IssueBook:
    """The issues of a finished run, as they were kept: at most so many rows of one cause, the others only counted."""
    book = IssueBook()
    by_row: dict[int, Issue] = {}
    for row in run.issues.order_by(F("root_issue").asc(nulls_first=True), "pk"):
        issue = Issue(row.file, row.line, row.column, row.code, row.severity, row.sourced_id)
        issue.root = by_row.get(row.root_issue_id or 0)
        is_warning = row.severity == Severity.WARNING
        issue.alike, issue.dependants = (row.dependants_count, 0) if is_warning else (0, row.dependants_count)
        by_row[row.pk] = issue
        book.totals[row.file, row.column, row.code, row.severity] += 1 + issue.alike
    book.kept = [by_row[pk] for pk in sorted(by_row)]
    return book


def _written(run: SyncRun, issues: list[Issue], roots: dict[int, SyncIssue]) -> list[SyncIssue]:
    return SyncIssue.objects.bulk_create(
        SyncIssue(
            run=run,
            file=issue.file,
            line=issue.line,
            column=issue.column,
            code=issue.code,
            severity=issue.severity,
            sourced_id=issue.sourced_id,
            root_issue=roots.get(id(issue.root)),
            dependants_count=issue.dependants + issue.alike,
        )
        for issue in issues
    )
