"""Who stands above whom on a day (registry rules 3.4: parents are dated data, no level may be assumed)."""

import datetime as dt
from functools import cached_property

from tests.oracle.world import Org, World

FOREVER = dt.date.max


class Tree:
    """The organisations as they stand on one day."""

    def __init__(self, world: World, day: dt.date) -> None:
        self._orgs = world.orgs
        self._day = day

    def exists(self, org: str) -> bool:
        """Neither deleted, nor dissolved by now, nor yet to be."""
        it = self._orgs[org]
        return not it.is_deleted and covers(self._day, it.since, it.until)

    def parents(self, org: str) -> set[str]:
        """Right above it today."""
        return {each.org for each in self._orgs[org].parents if covers(self._day, each.since, each.until)}

    @cached_property
    def up(self) -> dict[str, set[str]]:
        """Each org with itself and everything above it today."""
        return {org: self._climb(org) for org in self._orgs}

    def _climb(self, org: str) -> set[str]:
        found: set[str] = set()
        waiting = [org]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting += self.parents(each)
        return found

    def is_at_or_above(self, above: str, org: str) -> bool:
        """Whether `above` is this org or stands over it."""
        return above in self.up[org]

    def heirs(self, org: str) -> set[str]:
        """Who answers today for an org: itself; once it has ended, the nearest above that lives, and whoever took over all
        that stood right below it when it ended."""
        if self.exists(org):
            return {org}
        return self._nearest_above(org) | self._successor(org)

    def _nearest_above(self, org: str) -> set[str]:
        met = {org}
        while (last := self._last_parent(self._orgs[org])) and last not in met:
            if self.exists(last):
                return {last}
            met.add(last)
            org = last
        return set()

    def _last_parent(self, org: Org) -> str:
        ordered = sorted(org.parents, key=lambda each: each.until or FOREVER)
        return ordered[-1].org if ordered else ""

    def _successor(self, org: str) -> set[str]:
        left = {
            (each.until, child)
            for child, it in self._orgs.items()
            for each in it.parents
            if each.org == org and each.until is not None
        }
        if not left:
            return set()
        last = max(day for day, _child in left)
        today = [self.parents(child) for day, child in left if day == last and not self._orgs[child].is_deleted]
        above = set().union(*today)
        return above if len(above) == 1 else set()


def covers(day: dt.date, since: dt.date | None, until: dt.date | None) -> bool:
    """Begin counts, end does not, nothing is open."""
    return (since is None or since <= day) and (until is None or day < until)
