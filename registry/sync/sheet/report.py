"""What was read of a spreadsheet and what is wrong with it, for a clerk and for machines. Cells are named, never shown."""

from collections import defaultdict
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.sync.codes import sentence
from registry.sync.report import as_json as package_json
from registry.sync.report import as_text as package_text
from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import Fault, Severity
from registry.sync.sheet.header_row import Heading
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.importing import SheetOutcome
from registry.sync.sheet.proposal import SheetProposal

# Cells named under a cause; the others are counted.
CELLS_SHOWN = 12
LABELS: MappingProxyType[str, Any] = MappingProxyType(
    {
        c.CODE: gettext_lazy("code of the pupil or member of staff"),
        c.SECTOR_CODE: gettext_lazy("sector code"),
        c.NAME: gettext_lazy("full name"),
        c.FAMILY: gettext_lazy("family and middle name"),
        c.MIDDLE: gettext_lazy("middle name"),
        c.GIVEN: gettext_lazy("given name"),
        c.BIRTH: gettext_lazy("date of birth (to tell namesakes apart; not kept)"),
        c.GENDER: gettext_lazy("gender"),
        c.FEMALE: gettext_lazy("female (marked)"),
        c.STATUS: gettext_lazy("still here or not"),
        c.SCHOOL: gettext_lazy("code of the school"),
        c.PHONE: gettext_lazy("telephone"),
        c.CLASS: gettext_lazy("class"),
        c.GRADE: gettext_lazy("grade"),
        c.RELATION: gettext_lazy("relation of the guardian"),
        c.MOTHER: gettext_lazy("name of the mother"),
        c.FATHER: gettext_lazy("name of the father"),
        c.GUARDIAN: gettext_lazy("name of the guardian"),
        c.MOTHER_PHONE: gettext_lazy("telephone of the mother"),
        c.FATHER_PHONE: gettext_lazy("telephone of the father"),
        c.GUARDIAN_PHONE: gettext_lazy("telephone of the guardian"),
        c.POSITION: gettext_lazy("position"),
        c.HOMEROOM: gettext_lazy("homeroom class"),
        c.TEACHES: gettext_lazy("classes taught"),
        c.SUBJECT: gettext_lazy("subject"),
        c.DEPARTMENT: gettext_lazy("department"),
        c.EMAIL: gettext_lazy("e-mail"),
        c.NUMBER: gettext_lazy("number of the row (not read)"),
        c.NOT_KEPT: gettext_lazy("not read and not kept"),
        c.REPAIRED: gettext_lazy("what was wrong (not read)"),
    }
)


def as_text(outcome: SheetOutcome) -> Iterator[str]:
    """The report line by line, in the active language."""
    if outcome.refusal:
        refusal = outcome.refusal
        yield _("Refused ({code}): nothing was changed.").format(code=refusal.code)
        told = sentence(refusal.code, Severity.REFUSED)
        yield "  " + ": ".join(filter(None, (str(refusal.place), f"{told} {refusal.about}".strip())))
    elif outcome.outcome:
        yield from package_text(outcome.outcome)
    for severity, title in (
        (Severity.QUARANTINED, _("Rows of the list set aside (whoever they are about stays as they were)")),
        (Severity.WARNING, _("Tolerated in the list")),
    ):
        by_code: dict[str, list[Fault]] = defaultdict(list)
        for fault in outcome.faults:
            if fault.severity == severity:
                by_code[fault.code].append(fault)
        if by_code:
            yield ""
            yield f"{title}:"
        for code, faults in by_code.items():
            yield f"  {code} · {len(faults)}×: {sentence(code, severity)}"
            cells = [str(fault.place) for fault in faults if str(fault.place)]
            if cells:
                yield "      " + ", ".join(cells[:CELLS_SHOWN]) + (" …" if len(cells) > CELLS_SHOWN else "")
    if outcome.dropped:
        yield _("{count} more are not listed.").format(count=outcome.dropped)


def as_json(outcome: SheetOutcome) -> dict[str, Any]:
    """The same as plain data; the report of the package is under `package`."""
    refusal = outcome.refusal
    return {
        "run": outcome.run.pk,
        "source": outcome.run.source.name,
        "state": str(outcome.run.state),
        "code": outcome.run.refusal_code or None,
        "cell": str(refusal.place) if refusal else None,
        "detail": sentence(refusal.code, Severity.REFUSED) if refusal else None,
        "about": refusal.about if refusal else None,
        "faults": [_fault_json(fault) for fault in outcome.faults],
        "more_faults": outcome.dropped,
        "package": package_json(outcome.outcome) if outcome.outcome else None,
    }


def proposal_text(sheets: list[SheetProposal]) -> Iterator[str]:
    """What each header would mean, line by line."""
    for sheet in sheets:
        title = sheet.header.grid.title or _("List")
        yield f"{title} · {_kind(sheet.kind)} · " + _("header in row {row}").format(row=sheet.header.row)
        for each in sheet.header.headings:
            yield f"  {sheet.header.grid.place(sheet.header.row, each.column)}  {each.text} → {_meaning(each)}"
        if sheet.missing:
            yield "  " + _("missing: {columns}").format(columns=", ".join(str(LABELS[each]) for each in sheet.missing))


def proposal_json(sheets: list[SheetProposal]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {
            "sheet": sheet.header.grid.title,
            "kind": sheet.kind.name.lower() if sheet.kind else None,
            "row": sheet.header.row,
            "missing": list(sheet.missing),
            "columns": [
                {
                    "cell": str(sheet.header.grid.place(sheet.header.row, each.column)),
                    "header": each.text,
                    "meaning": each.guess.meaning or None,
                    "confidence": each.guess.confidence,
                }
                for each in sheet.header.headings
            ],
        }
        for sheet in sheets
    ]


def _meaning(heading: Heading) -> str:
    if not heading.guess.meaning:
        return _("not known; not read")
    label = str(LABELS[heading.guess.meaning])
    if heading.is_read:
        return label
    return _("perhaps {meaning} ({percent} %); to confirm").format(
        meaning=label, percent=round(heading.guess.confidence * 100)
    )


def _kind(kind: Kind | None) -> str:
    return {Kind.PUPIL: _("pupils"), Kind.STAFF: _("staff")}.get(kind or Kind.OTHER, _("pupils or staff?"))


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {
        "severity": str(fault.severity),
        "code": fault.code,
        "cell": str(fault.place),
        "sourced_id": fault.sourced_id,
        "detail": sentence(fault.code, fault.severity),
    }
