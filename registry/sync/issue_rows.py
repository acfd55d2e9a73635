"""Keeps a run's issues: causes first, so that what hangs on them can name them."""

from registry.models import SyncIssue, SyncRun
from registry.sync.issues import Issue, IssueBook


def record_issues(run: SyncRun, issues: IssueBook) -> None:
    """Write the issues that the book kept as rows of this run."""
    roots = [issue for issue in issues.kept if issue.root is None]
    kept = {id(issue): row for issue, row in zip(roots, _written(run, roots, {}), strict=True)}
    _written(run, [issue for issue in issues.kept if issue.root is not None], kept)


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
