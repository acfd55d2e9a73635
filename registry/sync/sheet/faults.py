"""What is wrong with a sheet, by cell. Where it stands and why, never what stands there."""

from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from registry.models import SyncIssue, SyncRun

Severity = SyncIssue.Severity
# As many as a clerk repairs in one go; the others are counted.
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A cell as its program names it: `6A1!C17`; a whole row without a column, a whole sheet without either."""

    sheet: str = ""
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        cell = f"{get_column_letter(self.column) if self.column else ''}{self.row or ''}"
        return "!".join(filter(None, (self.sheet, cell)))


class SheetRefused(Exception):
    """The file cannot be used and nothing was changed. `about` names columns or classes that the reason speaks of."""

    def __init__(self, code: str, place: Place | None = None, *, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.place = place or Place()
        self.about = about


class BadValue(Exception):
    """One cell makes its row unusable. `column` is the meaning of the cell's column."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(code)
        self.code = code
        self.column = column


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, with the id of whom it concerns where that is known."""

    code: str
    severity: str
    place: Place
    sourced_id: str = ""


@dataclass(slots=True)
class FaultBook:
    """Collects the faults of one file. Rows set aside without an id forbid every conclusion from an absence."""

    kept: list[Fault] = field(default_factory=list)
    dropped: int = 0
    rows_set_aside: int = 0
    unknown_people: int = 0

    def warn(self, code: str, place: Place, *, sourced_id: str = "") -> None:
        """Note something tolerated."""
        self._keep(Fault(code, Severity.WARNING, place, sourced_id))

    def set_aside(self, code: str, place: Place, *, sourced_id: str = "") -> None:
        """Note a row that is not taken; whoever it is about stays as they were."""
        self.rows_set_aside += 1
        self.unknown_people += not sourced_id
        self._keep(Fault(code, Severity.QUARANTINED, place, sourced_id))

    def first_bad(self) -> Place:
        """Where the first row stands that was set aside."""
        return next((fault.place for fault in self.kept if fault.severity == Severity.QUARANTINED), Place())

    def _keep(self, fault: Fault) -> None:
        if len(self.kept) < MOST_KEPT:
            self.kept.append(fault)
        else:
            self.dropped += 1


def record(run: SyncRun, file_name: str, faults: list[Fault]) -> None:
    """Write the faults as issues of the run: file, cell, code."""
    SyncIssue.objects.bulk_create(
        SyncIssue(
            run=run,
            file=file_name[:60],
            line=fault.place.row or None,
            column=str(fault.place)[-60:],
            code=fault.code,
            severity=fault.severity,
            sourced_id=fault.sourced_id,
        )
        for fault in faults
    )
