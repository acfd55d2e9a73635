"""The chain as a whole: every unit with its commune and how far it has got, and what narrows that."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from broadcasts.cascade.in_hand import Charge, in_hand
from broadcasts.cascade.policy import View
from broadcasts.cascade.standing import Stand, stands_of
from broadcasts.cascade.words import OVERDUE, SILENT, State
from broadcasts.ledger.filters import LONGEST_WORDS
from broadcasts.models import Node
from broadcasts.narrowing import COMBINED
from broadcasts.selection import LEVELS
from broadcasts.selectors import commune_ids_of
from realtime.errors import BadInput
from registry.lists import these
from registry.models import Org
from registry.text import fold

# "silent" stands for the states of who has not confirmed.
GROUPS = {"silent": SILENT}


@dataclass(frozen=True, slots=True)
class Link:
    """A unit of the chain in its place."""

    stand: Stand
    org: Org
    commune: Org | None
    charge: Charge

    @property
    def order(self) -> tuple[object, ...]:
        """By commune, its own office first; then by name."""
        around = self.commune
        place = (fold(around.name), around.pk) if around else ("", 0)
        return (*place, around is not None and around.pk != self.org.pk, fold(self.org.name), self.org.pk)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for; what is empty narrows nothing."""

    states: frozenset[str] = frozenset()
    levels: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def matches(self, link: Link) -> bool:
        """Whether all of it holds of this unit."""
        is_in_state = link.stand.state in self.states or (OVERDUE in self.states and link.stand.is_overdue)
        name = fold(link.org.name)
        return (
            (not self.states or is_in_state)
            and (not self.levels or not self._levels_of(link.org.school_level).isdisjoint(self.levels))
            and (not self.charges or link.charge in self.charges)
            and all(word in name for word in self.words)
        )

    def facts(self) -> dict[str, object]:
        """What the audit trail says of it: never a word that was looked for."""
        told: dict[str, object] = {
            "state": sorted(self.states),
            "level": list(self.levels),
            "charge": list(self.charges),
            "words": len(self.words),
        }
        return {name: value for name, value in told.items() if value}

    def _levels_of(self, level: str) -> set[str]:
        """A school of two levels is of both."""
        return {level, *COMBINED.get(level, ())}


def chain_of(view: View) -> list[Link]:
    """Every unit that is seen, in order: seven statements, eight where something was handed on."""
    stands = stands_of(view.broadcast, view.units)
    around = commune_ids_of(view.units)
    orgs = {org.pk: org for org in Org.objects.filter(pk__in=these({*view.units, *around.values()}))}
    charges = charges_of(view)
    links = [Link(one, orgs[one.unit], orgs.get(around.get(one.unit, 0)), charges[one.unit]) for one in stands]
    return sorted(links, key=lambda link: link.order)


def charges_of(view: View) -> dict[int, Charge]:
    """As what somebody has each of these units' parts in hand today."""
    nodes = list(
        Node.objects.filter(broadcast=view.broadcast, unit__in=these(view.units)).select_related("owner", "deputy")
    )
    hands = in_hand(nodes)
    return {node.unit_id: hands[node.pk].charge for node in nodes}


def wanted_in(query: QueryDict) -> Wanted:
    """The filters in an address; BadInput names the one that is none."""
    words = query.get("q", "")
    if len(words) > LONGEST_WORDS or "\x00" in words:
        raise BadInput(field="q")
    states = _values(query, "state", {*map(str, State), OVERDUE, *GROUPS})
    return Wanted(
        states=frozenset(str(state) for named in states for state in GROUPS.get(named, (named,))),
        levels=tuple(_values(query, "level", set(LEVELS))),
        charges=tuple(_values(query, "charge", set(map(str, Charge)))),
        words=tuple(fold(words).split()),
    )


def page_of(every: list[Link], wanted: Wanted, *, after: int | None, limit: int) -> tuple[list[Link], int, bool]:
    """Those who match from behind this unit on, whether or not it still does; how many match; whether these are the last.
    BadInput: there is no such unit in the chain."""
    matching = [link for link in every if wanted.matches(link)]
    last = next((link for link in every if link.org.pk == after), None)
    if after is not None and last is None:
        raise BadInput(field="after")
    rest = [link for link in matching if last is None or link.order > last.order]
    return rest[:limit], len(matching), len(rest) <= limit


def in_pieces(links: list[Link], size: int) -> Iterator[list[Link]]:
    """All of them, so many at once."""
    for start in range(0, len(links), size):
        yield links[start : start + size]


def _values(query: QueryDict, name: str, known: set[str]) -> list[str]:
    given = [value for text in query.getlist(name) for value in text.split(",") if value]
    if not set(given) <= known:
        raise BadInput(field=name)
    return list(dict.fromkeys(given))
