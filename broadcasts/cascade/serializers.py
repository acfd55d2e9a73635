"""The one shape of chains and their units."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

import msgspec
from django.utils import timezone

from broadcasts import shapes as notice_shapes
from broadcasts.cascade import shapes
from broadcasts.cascade.chain import Link
from broadcasts.cascade.rows import Answering, Row
from broadcasts.cascade.standing import called_from
from broadcasts.cascade.words import SILENT, State
from broadcasts.ledger.serializers import contact
from broadcasts.models import Broadcast
from broadcasts.selection import Selection
from broadcasts.serializers import carried, colleague, down, moment, published
from registry.models import Org, Person
from registry.shapes import org_ref
from registry.text import fold


def cascade(
    broadcast: Broadcast, links: Sequence[Link], *, audience: Selection | None, roles: list[str]
) -> shapes.Cascade:
    """The whole chain."""
    communes = {link.commune.pk: link.commune for link in links if link.commune}
    calls_from = called_from(broadcast)
    return shapes.Cascade(
        broadcast=published(broadcast),
        confirm_by=moment(broadcast.acknowledge_by) if broadcast.acknowledge_by else None,
        carry_out_by=moment(broadcast.carry_out_by) if broadcast.carry_out_by else None,
        calls_from=moment(calls_from) if calls_from else None,
        counts=counts(links),
        tiles=[_tile(link) for link in links],
        communes=[_org(one) for one in sorted(communes.values(), key=lambda one: (fold(one.name), one.pk))],
        audience=cast("notice_shapes.Selection", msgspec.to_builtins(audience)) if audience else None,
        roles=roles,
        at=moment(timezone.now()),
    )


def counts(links: Sequence[Link]) -> shapes.Counts:
    """How many units stand how."""
    states = Counter(link.stand.state for link in links)
    return shapes.Counts(
        units=len(links),
        completed=states[State.COMPLETED],
        relayed=states[State.RELAYED],
        confirmed=states[State.CONFIRMED],
        seen=states[State.SEEN],
        waiting=states[State.WAITING],
        overdue=sum(link.stand.is_overdue for link in links),
        silent=sum(states[state] for state in SILENT),
    )


def nodes(rows: Sequence[Row], *, count: int, is_complete: bool) -> shapes.Nodes:
    """A page of units."""
    return shapes.Nodes(
        nodes=[node(row) for row in rows],
        count=count,
        complete=is_complete,
        after=None if is_complete or not rows else rows[-1].link.org.pk,
        at=moment(timezone.now()),
    )


def node(row: Row) -> shapes.Node:
    """One unit of the chain."""
    one = row.node
    return shapes.Node(
        **carried(one, row.link.stand.state, is_named=row.is_named),
        commune=_org(row.link.commune) if row.link.commune else None,
        people=[_answering(each) for each in row.people],
        contacts=[contact(each) for each in row.contacts],
        relay=down(row.down, one.relay_id) if row.down and one.relay_id else None,
    )


def colleagues(people: Sequence[Person]) -> shapes.Colleagues:
    """To whom a unit's part can be handed."""
    return shapes.Colleagues(colleagues=[colleague(person) for person in people])


def _answering(one: Answering) -> shapes.Answering:
    told = {
        **colleague(one.person),
        "as": one.role,
        "phone": one.person.phone or None,
        "seen_at": moment(one.seen_at) if one.seen_at else None,
    }
    return cast("shapes.Answering", told)


def _tile(link: Link) -> list[int | str]:
    stand, commune = link.stand, link.commune.pk if link.commune else 0
    return [stand.unit, stand.state.value, int(stand.is_overdue), commune, link.org.school_level, link.charge.value]


def _org(org: Org) -> notice_shapes.OrgRef:
    return cast("notice_shapes.OrgRef", org_ref(org))
