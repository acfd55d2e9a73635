"""A school of a province, and its lists sent to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.models import Enrolment, GuardianLink, Org, OrgClosure, Person, Role, SchoolClass, Source
from registry.models.record import Status
from registry.sync.sheet.importing import SheetOutcome, SheetRequest, import_sheet, source_of
from tests.registry_sheets.sheets import write

Send = Callable[..., SheetOutcome]


@pytest.fixture
def school(db: None) -> Org:
    """A school that a province brought, under its commune and its Sở."""
    province = Source.objects.create(name="Sở")
    above: list[Org] = []
    for sourced_id, kind, identifier in (("so", "state", "S1"), ("xa", "local", "X1"), ("thcs", "school", "24240501")):
        org = Org.objects.create(
            source=province, sourced_id=sourced_id, name=f"Đơn vị {sourced_id}", type=kind, identifier=identifier
        )
        above.append(org)
        for depth, each in enumerate(reversed(above)):
            OrgClosure.objects.create(ancestor=each, descendant=org, depth=depth)
    for child, parent in zip(above[1:], above, strict=False):
        child.parent_links.create(parent=parent)
    province.scope_org = above[0]
    province.save()
    return above[-1]


@pytest.fixture
def send(school: Org, tmp_path: Path) -> Send:
    """Writes rows into a file and imports it for the school; `apply=False` for a dry run."""

    def send_it(rows: Any, *, name: str = "danh-sach.xlsx", apply: bool = True, **options: Any) -> SheetOutcome:
        path = rows if isinstance(rows, Path) else write(tmp_path / name, rows)
        return import_sheet(SheetRequest(path, school, apply=apply, name=path.name, **options))

    return send_it


def state(school: Org) -> dict[str, Any]:
    """Everything that the registry holds from the school's lists, in words that do not depend on primary keys."""
    source = source_of(school)
    of = {"source": source, "status": Status.ACTIVE}
    links = GuardianLink.objects.filter(source=source, valid_to=None)
    return {
        "people": sorted(
            Person.objects.filter(**of).values_list(
                "sourced_id", "name", "phone", "identifier", "grade", "position", "gender"
            )
        ),
        "roles": sorted(Role.objects.filter(**of).values_list("person__sourced_id", "role", "org__sourced_id")),
        "classes": sorted(SchoolClass.objects.filter(**of).values_list("sourced_id", "title", "grade")),
        "enrolments": sorted(
            Enrolment.objects.filter(**of).values_list(
                "person__name", "school_class__title", "role", "is_primary", "person__sourced_id"
            )
        ),
        "links": sorted(links.values_list("guardian__name", "student__name", "relation", "state")),
    }


def codes(outcome: SheetOutcome) -> dict[str, list[str]]:
    """The cells named, by code; the refusal's too."""
    found: dict[str, list[str]] = {}
    for fault in outcome.faults:
        found.setdefault(fault.code, []).append(str(fault.place))
    if outcome.refusal:
        found.setdefault(outcome.refusal.code, []).append(str(outcome.refusal.place))
    return found


def refused(outcome: SheetOutcome) -> str:
    """The code and the cell of a refusal."""
    assert outcome.refusal, codes(outcome)
    return f"{outcome.refusal.code} {outcome.refusal.place}".strip()
