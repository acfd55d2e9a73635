"""What an import found and did, for a clerk to read and for machines."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from registry.models import SyncRun
from registry.sync.codes import sentence
from registry.sync.issue_rows import kept_issues
from registry.sync.issues import Issue, IssueBook
from registry.sync.run import Outcome
from registry.sync.tables import GUARDIAN_LINKS, TABLES

# Rows named under a cause; the others are counted.
ROWS_SHOWN = 5
FIGURES = ("read", "added", "changed", "restored", "removed", "unchanged", "quarantined")


def outcome_of(run: SyncRun) -> Outcome:
    """A finished run, read back from what was kept of it."""
    counts = tables_of(run)
    is_repeat = not counts and run.state in {SyncRun.State.APPLIED, SyncRun.State.DRY_RUN}
    return Outcome(run, kept_issues(run), counts, is_repeat)


def tables_of(run: SyncRun) -> dict[str, dict[str, int]]:
    """The figures of each table; a run keeps other things beside them."""
    return {table: run.counts[table] for table in (*TABLES, GUARDIAN_LINKS) if table in run.counts}


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The whole report as plain data; the wording of `detail` is in the active language."""
    run = outcome.run
    return {
        "run": run.pk,
        "source": run.source.name,
        "state": str(run.state),
        "code": run.refusal_code or None,
        "detail": sentence(run.refusal_code, "refused") if run.refusal_code else None,
        "version": run.version,
        "mode": run.mode,
        "file_sha256": run.file_sha256,
        "is_repeat": outcome.is_repeat,
        "changes": changes(outcome.counts),
        "tables": outcome.counts,
        "valves": [{**valve, "detail": sentence(valve["valve"], "valve")} for valve in run.valves],
        "causes": [_cause_json(issue, outcome.issues) for issue in _causes(outcome.issues)],
        "issues": [_issue_json(issue) for issue in outcome.issues.kept],
    }


def as_text(outcome: Outcome) -> Iterator[str]:
    """The report line by line, in the active language."""
    yield headline(outcome)
    if outcome.counts:
        yield ""
        yield from _table(outcome.counts)
    yield from _valves(outcome.run)
    causes = _causes(outcome.issues)
    for severity, title in (
        ("refused", _("Why the package is refused")),
        ("quarantined", _("Rows set aside (what was there before stays)")),
        ("warning", _("Tolerated")),
    ):
        of_severity = [issue for issue in causes if issue.severity == severity]
        if of_severity:
            yield ""
            yield f"{title}:"
        for issue in of_severity:
            yield from _cause_text(issue, outcome.issues)


def changes(counts: dict[str, dict[str, int]]) -> int:
    """How many records read differently afterwards."""
    return sum(figures[word] for figures in counts.values() for word in ("added", "changed", "restored", "removed"))


def headline(outcome: Outcome) -> str:
    """What became of the package, in one sentence of the active language."""
    run = outcome.run
    about = {"source": run.source.name, "code": run.refusal_code, "changes": changes(outcome.counts)}
    if outcome.is_refused:
        return _("Refused ({code}): nothing was changed. Source: {source}.").format(**about)
    if outcome.is_repeat:
        return _("This very package was applied last: 0 changes. Source: {source}.").format(**about)
    if run.state == SyncRun.State.HELD:
        return _(
            "Held: {changes} changes would be made, nothing was. Look at what is unusual, then confirm or decline. "
            "Source: {source}."
        ).format(**about)
    if run.state == SyncRun.State.ROLLED_BACK:
        return _("Rolled back: what this package changed was taken back. Source: {source}.").format(**about)
    if run.state == SyncRun.State.APPLIED:
        return _("Applied: {changes} changes. Source: {source}.").format(**about)
    return _(
        "Dry run: {changes} changes would be made, nothing was. Use --apply to make them. Source: {source}."
    ).format(**about)


def _valves(run: SyncRun) -> Iterator[str]:
    unusual = [valve for valve in run.valves if valve["is_open"]]
    if unusual:
        yield ""
        yield _("Unusual") + ":"
    for valve in unusual:
        place = " ".join(filter(None, (valve["table"], valve["org"])))
        limit = _("{found}, usual are up to {limit}").format(**valve)
        yield f"  {valve['valve']} · {place or '–'} · {limit}: {sentence(valve['valve'], 'valve')}"
        if valve["ids"]:
            yield "      " + ", ".join(valve["ids"]) + (" …" if valve["found"] > len(valve["ids"]) else "")


def _table(counts: dict[str, dict[str, int]]) -> Iterator[str]:
    words = (_("read"), _("added"), _("changed"), _("restored"), _("removed"), _("unchanged"), _("set aside"))
    width = max(map(len, words)) + 2
    yield " " * 18 + "".join(word.rjust(width) for word in words)
    for table, figures in counts.items():
        yield table.ljust(18) + "".join(str(figures[word]).rjust(width) for word in FIGURES)


def _causes(issues: IssueBook) -> list[Issue]:
    """One issue a cause: those that hang on another are told by their number under it."""
    found: dict[tuple[str, str, str, str], Issue] = {}
    for issue in issues.kept:
        if issue.root is None:
            alone = (issue.sourced_id,) if issue.dependants else ("",)
            found.setdefault((issue.file, issue.column, issue.code, *alone), issue)
    return sorted(found.values(), key=lambda issue: -issue.dependants)


def _cause_text(issue: Issue, issues: IssueBook) -> Iterator[str]:
    place = " ".join(filter(None, (issue.file, issue.column)))
    total = 1 if issue.dependants else issues.totals[issue.file, issue.column, issue.code, issue.severity]
    yield f"  {issue.code} · {place or '–'} · {total}×: {sentence(issue.code, issue.severity)}"
    if issue.dependants:
        yield "      " + _("{sourced_id}: {count} rows fall with it").format(
            sourced_id=issue.sourced_id, count=issue.dependants
        )
    alike = [each for each in issues.kept if _is_alike(each, issue)] if not issue.dependants else [issue]
    rows = [_row_text(each) for each in alike[:ROWS_SHOWN] if each.line]
    if rows:
        yield "      " + ", ".join(rows) + (" …" if total > len(rows) else "")


def _is_alike(one: Issue, other: Issue) -> bool:
    return one.root is None and (one.file, one.column, one.code) == (other.file, other.column, other.code)


def _row_text(issue: Issue) -> str:
    line = _("line {line}").format(line=issue.line)
    return f"{line} ({issue.sourced_id})" if issue.sourced_id else line


def _cause_json(issue: Issue, issues: IssueBook) -> dict[str, Any]:
    return _issue_json(issue) | {
        "rows": issues.totals[issue.file, issue.column, issue.code, issue.severity],
        "dependants": issue.dependants,
        "detail": sentence(issue.code, issue.severity),
    }


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "severity": str(issue.severity),
        "code": issue.code,
        "file": issue.file,
        "line": issue.line,
        "column": issue.column,
        "sourced_id": issue.sourced_id,
        "root": issue.root.sourced_id if issue.root else None,
    }
