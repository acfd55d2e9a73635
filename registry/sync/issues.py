"""What is wrong with a package, as it is found: grouped by cause, with the row's id and never another cell."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field

from registry.models import SyncIssue

Severity = SyncIssue.Severity
# Beyond so many rows with the same cause the next row teaches nothing; they are still counted.
KEPT_A_CAUSE = 100


@dataclass(slots=True, eq=False)
class Issue:
    """One thing wrong. `alike` counts further rows with the same warning, `dependants` the rows that fell with this one."""

    file: str
    line: int | None
    column: str
    code: str
    severity: str
    sourced_id: str = ""
    root: "Issue | None" = None
    alike: int = 0
    dependants: int = 0

    @property
    def cause(self) -> "Issue":
        """The issue to repair first: the root, or this one."""
        return self.root or self


@dataclass
class IssueBook:
    """Collects issues of one reading. `quarantined` names the rows that may not be written, by table and sourcedId."""

    kept: list[Issue] = field(default_factory=list)
    totals: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    quarantined: dict[str, dict[str, Issue]] = field(default_factory=dict)
    quarantined_rows: Counter[str] = field(default_factory=Counter)
    # Of those, the ones that say nothing about how well the file was made: they wait, or speak about others' records.
    borne_rows: Counter[str] = field(default_factory=Counter)
    # Tables in which some row could not be told from another: nothing may be concluded from an absence there.
    unreadable: Counter[str] = field(default_factory=Counter)
    # Tables that are read from another table's file: 1.1 keeps roles in users.csv.
    read_from: dict[str, str] = field(default_factory=dict)
    _alike: dict[tuple[str, str, str], Issue] = field(default_factory=dict)

    def warn(self, table: str, code: str, *, line: int | None = None, column: str = "", sourced_id: str = "") -> None:
        """Note something tolerated; the first row of a kind is kept, the others are counted."""
        file = self._file_of(table)
        self.totals[file, column, code, Severity.WARNING] += 1
        first = self._alike.get((file, column, code))
        if first:
            first.alike += 1
            return
        issue = Issue(file, _line(line), column, code, Severity.WARNING, sourced_id)
        self._alike[file, column, code] = issue
        self.kept.append(issue)

    def quarantine(
        self,
        table: str,
        code: str,
        *,
        line: int | None,
        column: str = "",
        sourced_id: str = "",
        root: Issue | None = None,
        is_borne: bool = False,
    ) -> Issue:
        """Set a row aside; its previous version stays. Without a sourcedId no absence in this table means anything.
        `is_borne`: it does not count against its file."""
        file = self._file_of(table)
        self.borne_rows[table] += is_borne
        issue = Issue(file, _line(line), column, code, Severity.QUARANTINED, sourced_id, root)
        self.totals[file, column, code, Severity.QUARANTINED] += 1
        self.quarantined_rows[table] += 1
        if root:
            root.dependants += 1
        if sourced_id:
            self.quarantined.setdefault(table, {})[sourced_id] = issue
        else:
            self.unreadable[table] += 1
        if self.totals[file, column, code, Severity.QUARANTINED] <= KEPT_A_CAUSE:
            self.kept.append(issue)
        return issue

    def quarantine_twice(self, table: str, line: int, sourced_id: str) -> None:
        """Set all rows of an id aside of which two differ."""
        self.quarantine(table, "duplicate_sourced_id", line=line, column="sourcedId", sourced_id=sourced_id)

    def missing(self, table: str, sourced_id: str) -> Issue:
        """Note once that rows refer to a record that is not there; they hang on this issue."""
        issue = Issue(self._file_of(table), None, "sourcedId", "missing_record", Severity.QUARANTINED, sourced_id)
        self.totals[issue.file, "sourcedId", "missing_record", Severity.QUARANTINED] += 1
        if self.totals[issue.file, "sourcedId", "missing_record", Severity.QUARANTINED] <= KEPT_A_CAUSE:
            self.kept.append(issue)
        return issue

    def copy(self) -> "IssueBook":
        """The same issues in a book of their own."""
        return deepcopy(self)

    def _file_of(self, table: str) -> str:
        return file_of(self.read_from.get(table, table))

    def refuse(self, code: str, *, file: str, line: int | None, column: str, sourced_id: str = "") -> None:
        """Note why the whole package is refused."""
        self.totals[file, column, code, Severity.REFUSED] += 1
        self.kept.insert(0, Issue(file, line, column, code, Severity.REFUSED, sourced_id))


class Unheard(IssueBook):
    """For the second reading of the same rows, whose issues are known."""

    def warn(self, table: str, code: str, *, line: int | None = None, column: str = "", sourced_id: str = "") -> None:
        """Nothing: it was noted at the first reading."""

    def quarantine(
        self,
        table: str,
        code: str,
        *,
        line: int | None,
        column: str = "",
        sourced_id: str = "",
        root: Issue | None = None,
        is_borne: bool = False,
    ) -> Issue:
        """Nothing is kept: it was at the first reading."""
        return Issue(file_of(table), _line(line), column, code, Severity.QUARANTINED, sourced_id, root)


def _line(line: int | None) -> int | None:
    """None too for rows that stand in no file: those of a form that waited, and those the registry holds."""
    return line if line and line > 0 else None


def file_of(table: str) -> str:
    """The file as people see it in the package."""
    return f"{table}.csv" if table else ""
