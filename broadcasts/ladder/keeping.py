"""An org decides otherwise than the orgs above it."""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import transaction

from broadcasts.assured import require_fresh
from broadcasts.ladder.errors import LadderChanged, LockedAbove, QuietNotPossible
from broadcasts.ladder.governing import Governing, governing
from broadcasts.ladder.policy import org_changed_by
from broadcasts.ladder.quiet import Quiet, minutes_of
from broadcasts.ladder.table import fit_steps
from broadcasts.ladder.words import KEYS, QUIET, Step
from broadcasts.models import Ladder
from realtime.errors import BadInput, NotFound
from registry import audit
from registry.assurance import Assurance
from registry.models import Org, Person

# The evening's digest comes before them; and who gets up later than nine has left for school.
BEGINS, ENDS = (19 * 60, 24 * 60 - 1), (4 * 60, 9 * 60)


class QuietWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Quiet hours, "21:00" and "06:00"."""

    begins: str
    ends: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that an org has of its own, in place of what it had. `version`: that which was looked at; 0: nothing yet."""

    version: int
    rows: dict[str, list[Step]] = msgspec.field(default_factory=dict)
    quiet: QuietWanted | None = None
    locked: list[str] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Fit:
    rows: dict[str, Any]
    quiet: Quiet | None
    locked: list[str]


@transaction.atomic
def keep(person: Person, org_id: int, wanted: Wanted, *, assurance: Assurance) -> Org:
    """The org, whose notices and those below it go by this ladder from now on; those that have left keep theirs. Refuses
    strangers (NotFound), a session not confirmed lately, another version, what is locked above, and what is no ladder or a
    weaker one for hỏa tốc."""
    org = org_changed_by(person, org_id)
    if org is None:
        raise NotFound
    require_fresh(assurance)
    # In a line per org: the first change of two at once has no row to lock yet.
    Org.objects.select_for_update(no_key=True).get(pk=org_id)
    before = governing(org_id)
    fit = _fit(wanted)
    _require_open(before, fit)
    version = before.own.version if before.own else 0
    if _is_already(before.own, fit):
        return org
    if wanted.version != version:
        raise LadderChanged(version=version)
    quiet = fit.quiet
    Ladder.objects.update_or_create(
        org=org,
        defaults={
            "rows": fit.rows,
            "quiet_from": quiet.begins if quiet else None,
            "quiet_to": quiet.ends if quiet else None,
            "locked": fit.locked,
            "version": version + 1,
            "changed_by": person,
        },
    )
    audit.record(
        person,
        "ladder.change",
        subject=f"org:{org_id}",
        concerning=org_id,
        rows=fit.rows,
        quiet=[quiet.begins, quiet.ends] if quiet else None,
        locked=fit.locked,
    )
    return org


def _fit(wanted: Wanted) -> _Fit:
    if not set(wanted.rows) <= set(KEYS):
        raise BadInput(field="rows")
    if not set(wanted.locked) <= {*KEYS, QUIET}:
        raise BadInput(field="locked")
    rows = {
        name: [msgspec.to_builtins(step) for step in fit_steps(KEYS[name], wanted.rows[name])]
        for name in sorted(wanted.rows)
    }
    return _Fit(rows, _quiet(wanted.quiet) if wanted.quiet else None, sorted(set(wanted.locked)))


def _quiet(wanted: QuietWanted) -> Quiet:
    try:
        quiet = Quiet(minutes_of(wanted.begins), minutes_of(wanted.ends))
    except ValueError as error:
        raise BadInput(field="quiet") from error
    if not (BEGINS[0] <= quiet.begins <= BEGINS[1] and ENDS[0] <= quiet.ends <= ENDS[1]):
        raise QuietNotPossible
    return quiet


def _require_open(before: Governing, fit: _Fit) -> None:
    """What was had before somebody above locked it may stay: it has no effect."""
    own = before.own
    for name in before.locked_by:
        if name == QUIET:
            had = Quiet(own.quiet_from, own.quiet_to) if own and own.quiet_from is not None and own.quiet_to else None
            changes = fit.quiet not in (None, had)
        else:
            changes = name in fit.rows and fit.rows[name] != (own.rows.get(name) if own else None)
        if changes:
            raise LockedAbove(row=name)


def _is_already(own: Ladder | None, fit: _Fit) -> bool:
    """A try whose answer was lost comes again."""
    if own is None:
        return not (fit.rows or fit.quiet or fit.locked)
    quiet = (fit.quiet.begins, fit.quiet.ends) if fit.quiet else (None, None)
    return (own.rows, (own.quiet_from, own.quiet_to), own.locked) == (fit.rows, quiet, fit.locked)
