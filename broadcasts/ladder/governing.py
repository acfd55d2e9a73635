"""Which ladder holds for an org today: the table as it comes, changed from the top down, as far as nobody above locked it."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from django.conf import settings

from broadcasts.ladder.quiet import Quiet, minutes_of
from broadcasts.ladder.table import DEFAULTS
from broadcasts.ladder.words import KEYS, QUIET, Step, Table
from broadcasts.models import Ladder
from registry.models import Org


@dataclass(frozen=True, slots=True)
class Governing:
    """The ladder of one org. `set_by`: which org a row, or "quiet", has its value from, where it is not the common one;
    `locked_by`: which org above keeps it from being changed here."""

    table: Table
    quiet: Quiet
    set_by: Mapping[str, Org]
    locked_by: Mapping[str, Org]
    own: Ladder | None


def governing(org_id: int) -> Governing:
    """What holds for notices issued by this org: one statement."""
    found = Ladder.objects.filter(org__below__descendant=org_id).select_related("org")
    # Where two orgs stand side by side above, the lower number speaks first, whatever the database likes.
    found = found.order_by("-org__below__depth", "org")
    table, quiet = dict(DEFAULTS), default_quiet()
    set_by: dict[str, Org] = {}
    locked_by: dict[str, Org] = {}
    own: Ladder | None = None
    for ladder in found:
        for name, steps in ladder.rows.items():
            if name in KEYS and name not in locked_by:
                table[KEYS[name]], set_by[name] = kept_steps(steps), ladder.org
        if ladder.quiet_from is not None and ladder.quiet_to is not None and QUIET not in locked_by:
            quiet, set_by[QUIET] = Quiet(ladder.quiet_from, ladder.quiet_to), ladder.org
        if ladder.org_id == org_id:
            own = ladder
        else:
            locked_by |= {name: ladder.org for name in ladder.locked if name not in locked_by}
    return Governing(table, quiet, set_by, locked_by, own)


def default_quiet() -> Quiet:
    """Those of this installation, "21:00-06:00"; empty: none."""
    if not settings.QUIET_HOURS:
        return Quiet(0, 0)
    begins, ends = settings.QUIET_HOURS.split("-")
    return Quiet(minutes_of(begins), minutes_of(ends))


def kept_steps(steps: object) -> tuple[Step, ...]:
    """A row as it is kept."""
    return msgspec.convert(steps, tuple[Step, ...])
