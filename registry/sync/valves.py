"""When a package is held until somebody has looked at it. A pure function of what it would change and of what there is.

The limits are those that the field uses (registry rules, 5.4): a share, and a number of rows that a small school never
reaches when one pupil leaves. A source may have others: Source.thresholds, by the names of LIMITS.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, GUARDIAN_LINKS, ORGS, ROLES, SESSIONS, USERS

LIMITS: Mapping[str, float] = MappingProxyType(
    {
        "removed_percent": 5,
        "removed_rows": 20,
        "removed_percent_in_org": 25,
        "removed_rows_in_org": 10,
        "changed_percent": 50,
        "changed_rows": 20,
        "orgs_gone": 0,
        "parents_changed": 5,
        "ids_renewed_percent": 5,
        "ids_renewed_rows": 10,
        "heads_gained": 3,
        "heads_gained_percent": 10,
        "seats_above_school": 0,
        "pupils_promoted": 5,
        "guardians_of_one": 6,
        "children_of_one": 12,
        "links_created_percent": 20,
        "links_created_rows": 20,
        # Not a valve: below this share of its last size, users.csv or enrollments.csv is refused as cut off.
        "kept_percent": 50,
    }
)
# A new school year: every class and enrolment is another one, and the oldest year leaves with its guardians.
ROLLOVER: Mapping[str, float] = MappingProxyType(
    {"removed_percent": 40, "removed_percent_in_org": 60, "changed_percent": 100, "links_created_percent": 50}
)
RENEWED_EACH_YEAR = frozenset({SESSIONS, COURSES, CLASSES, ENROLMENTS})
# Pupils enter in these months, and their guardians with them.
ENTRY_MONTHS = frozenset({7, 8, 9})
# Records named beside a valve; the others are counted.
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class TableFigures:
    """One table: live records before, and how many of them would go or change; `in_org` is (gone, before) by org."""

    stored: int = 0
    removed: int = 0
    changed: int = 0
    in_org: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Figures:
    """What the valves look at; records are named by sourcedId."""

    is_first: bool
    month: int
    was_rolled_back: bool = False
    tables: dict[str, TableFigures] = field(default_factory=dict)
    orgs_gone: list[str] = field(default_factory=list)
    parents_changed: list[str] = field(default_factory=list)
    ids_renewed: list[str] = field(default_factory=list)
    heads_before: int = 0
    heads_gained: list[str] = field(default_factory=list)
    seats_above_school: list[str] = field(default_factory=list)
    pupils_promoted: dict[str, list[str]] = field(default_factory=dict)
    # Only people whose links this package adds to.
    guardians_of: dict[str, int] = field(default_factory=dict)
    children_of: dict[str, int] = field(default_factory=dict)
    links_created: int = 0


@dataclass(frozen=True, slots=True)
class Valve:
    """One measured valve: it opens where more is `found` than the `limit`. `org` is empty where it is about all."""

    valve: str
    table: str
    found: int
    limit: int
    org: str = ""
    ids: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it holds the package."""
        return self.found > self.limit

    def as_json(self) -> dict[str, Any]:
        """As SyncRun.valves keeps it."""
        return {
            "valve": self.valve,
            "table": self.table,
            "org": self.org,
            "found": self.found,
            "limit": self.limit,
            "is_open": self.is_open,
            "ids": list(self.ids),
        }


def limits_of(thresholds: Mapping[str, float], *, rollover: bool) -> dict[str, float]:
    """The limits for one run. Raises ValueError on a name that no limit has: a typing error must not open a valve."""
    if unknown := set(thresholds) - set(LIMITS):
        raise ValueError(f"Source.thresholds: there is no limit called {', '.join(sorted(unknown))}")
    limits = dict(LIMITS) | dict(thresholds)
    if rollover:
        limits |= {name: max(limit, limits[name]) for name, limit in ROLLOVER.items()}
    return limits


def measure(figures: Figures, thresholds: Mapping[str, float], *, rollover: bool = False) -> list[Valve]:
    """Every valve that applies to this run. Of the first import of a source only those that compare with nothing."""
    limits = limits_of(thresholds, rollover=rollover)
    found = [
        _most("guardians_of_one", figures.guardians_of, limits),
        _most("children_of_one", figures.children_of, limits),
        Valve("rolled_back_before", "", int(figures.was_rolled_back), 0),
    ]
    if figures.is_first:
        return found
    of_tables = _of_tables(figures, limits, rollover=rollover)
    return [*of_tables, *_of_orgs(figures, limits), *_of_people(figures, limits), *found]


def opened(valves: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """Which of a run's kept valves are open."""
    return {(each["valve"], each["table"], each["org"]) for each in valves if each["is_open"]}


def _of_tables(figures: Figures, limits: Mapping[str, float], *, rollover: bool) -> Iterator[Valve]:
    for table, of in figures.tables.items():
        is_renewed = rollover and table in RENEWED_EACH_YEAR
        removed, in_org = (
            (100.0, 100.0) if is_renewed else (limits["removed_percent"], limits["removed_percent_in_org"])
        )
        yield Valve("removed", table, of.removed, _share(of.stored, removed, limits["removed_rows"]))
        yield Valve("changed", table, of.changed, _share(of.stored, limits["changed_percent"], limits["changed_rows"]))
        for org, (gone, before) in sorted(of.in_org.items()):
            valve = Valve("removed_in_org", table, gone, _share(before, in_org, limits["removed_rows_in_org"]), org)
            if valve.is_open:
                yield valve


def _of_orgs(figures: Figures, limits: Mapping[str, float]) -> Iterator[Valve]:
    for name, found in (("orgs_gone", figures.orgs_gone), ("parents_changed", figures.parents_changed)):
        yield _named(name, ORGS, found, limits[name])


def _of_people(figures: Figures, limits: Mapping[str, float]) -> Iterator[Valve]:
    people = figures.tables.get(USERS, TableFigures()).stored
    links = figures.tables.get(GUARDIAN_LINKS, TableFigures()).stored
    renewed = _share(people, limits["ids_renewed_percent"], limits["ids_renewed_rows"])
    yield _named("ids_renewed", USERS, figures.ids_renewed, renewed)
    heads = _share(figures.heads_before, limits["heads_gained_percent"], limits["heads_gained"])
    yield _named("heads_gained", ROLES, figures.heads_gained, heads)
    yield _named("seats_above_school", ROLES, figures.seats_above_school, limits["seats_above_school"])
    for org, promoted in sorted(figures.pupils_promoted.items()):
        valve = _named("pupils_promoted", ROLES, promoted, limits["pupils_promoted"], org=org)
        if valve.is_open:
            yield valve
    if figures.month not in ENTRY_MONTHS:
        most = _share(links, limits["links_created_percent"], limits["links_created_rows"])
        yield Valve("links_created", GUARDIAN_LINKS, figures.links_created, most)


def _share(stored: int, percent: float, rows: float) -> int:
    """So many are still usual: the share, and never fewer than the rows."""
    return max(int(stored * percent / 100), int(rows))


def _named(valve: str, table: str, found: list[str], limit: float, *, org: str = "") -> Valve:
    return Valve(valve, table, len(found), int(limit), org, tuple(sorted(found)[:MOST_NAMED]))


def _most(valve: str, counts: Mapping[str, int], limits: Mapping[str, float]) -> Valve:
    """The largest number, and who has more than the limit."""
    limit = int(limits[valve])
    over = sorted(each for each, count in counts.items() if count > limit)
    return Valve(valve, GUARDIAN_LINKS, max(counts.values(), default=0), limit, ids=tuple(over[:MOST_NAMED]))
