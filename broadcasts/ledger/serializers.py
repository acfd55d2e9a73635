"""The one shape of boards, lists and contacts."""

from typing import cast

import msgspec
from django.utils import timezone

from broadcasts import shapes as notice_shapes
from broadcasts.ledger import boards, shapes
from broadcasts.ledger.listing import Page
from broadcasts.ledger.people import Contactable, Logged, Subject
from broadcasts.ledger.places import ORG, SCHOOL, Place
from broadcasts.ledger.totals import total
from broadcasts.ledger.words import REACHED, Part
from broadcasts.models import Broadcast
from broadcasts.selection import Selection
from broadcasts.serializers import by_number, moment, published
from registry.models import Org, SchoolClass
from registry.shapes import child, class_ref, org_ref
from registry.text import fold

# Below the places that can be opened: pupils in no class, and who works right there.
LAST = {boards.UNPLACED: 1, boards.STAFF: 2}


def board(found: boards.Board, path: list[Place], names: frozenset[Part]) -> shapes.Board:
    """A board: its parts as one looks for them, classes by number."""
    return shapes.Board(
        broadcast=published(found.place.broadcast),
        place=place(found.place),
        path=[place(each) for each in path],
        totals=total(found.rows),
        parts=[_part(each) for each in sorted(found.parts, key=_order)],
        is_named=bool(names),
        names=sorted(names, reverse=True),
        at=moment(timezone.now()),
    )


def place(where: Place) -> shapes.Place:
    """Where."""
    told = {
        "kind": where.kind,
        "org": _org(where.org) if where.org else None,
        "class": _class(where.school_class) if where.school_class else None,
    }
    return cast("shapes.Place", told)


def with_board(broadcast: Broadcast, where: Place) -> shapes.WithBoard:
    """A notice, and where one's board of it begins."""
    return shapes.WithBoard(**published(broadcast), place=place(where))


def subjects(page: Page, told: list[Subject], *, audience: Selection | None, roles: list[str]) -> shapes.Subjects:
    """A page of a list."""
    return shapes.Subjects(
        subjects=[subject(one) for one in told],
        count=page.count,
        named=page.named,
        complete=page.is_complete,
        after=page.after,
        audience=cast("notice_shapes.Selection", msgspec.to_builtins(audience)) if audience else None,
        roles=roles,
        at=moment(timezone.now()),
    )


def subject(one: Subject) -> shapes.Subject:
    """Who has to be reached."""
    told = {
        "student": child(one.person, one.school_class, one.unit) if one.is_pupil else None,
        "person": None if one.is_pupil else {"id": one.person.pk, "name": one.person.name},
        "unit": _org(one.unit),
        "class": _class(one.school_class) if one.school_class else None,
        "state": one.state,
        "is_reached": one.state in REACHED,
        "reason": one.reason or None,
        "at": moment(one.at) if one.at else None,
        "people": [_contactable(each) for each in one.people],
        "contacts": [contact(each) for each in one.contacts],
        "told_before": [shapes.ToldBefore(channel=each.channel, at=moment(each.at)) for each in one.told_before],
    }
    return cast("shapes.Subject", told)


def _contactable(one: Contactable) -> shapes.Contactable:
    return shapes.Contactable(
        id=one.person.pk,
        name=one.person.name,
        relation=one.relation,
        position=one.person.position,
        phone=one.person.phone or None,
        has_account=one.has_account,
        seen_at=moment(one.seen_at) if one.seen_at else None,
        acknowledged_at=moment(one.acknowledged_at) if one.acknowledged_at else None,
        is_late=one.is_late,
    )


def contact(one: Logged) -> shapes.Contact:
    """A contact by hand."""
    return shapes.Contact(
        id=one.contact.pk,
        channel=one.contact.channel,
        at=moment(one.contact.at),
        by=shapes.Named(id=one.contact.by.pk, name=one.contact.by.name),
        note=one.contact.note,
        is_withdrawn=one.contact.withdrawn_at is not None,
        is_own=one.is_own,
        may_withdraw=one.may_withdraw,
    )


def _part(part: boards.Part) -> shapes.Part:
    told = {
        "kind": part.kind,
        "org": _org(part.org),
        "class": _class(part.school_class) if part.school_class else None,
        "may_open": part.school_class is not None or part.kind in {ORG, SCHOOL},
        "totals": total(part.rows),
    }
    return cast("shapes.Part", told)


def _order(part: boards.Part) -> tuple[object, ...]:
    last = LAST.get(part.kind, 0)
    if part.school_class:
        return last, by_number(part.school_class.title), part.school_class.pk
    return last, [(0, fold(part.org.name))], part.org.pk


def _org(org: Org) -> notice_shapes.OrgRef:
    return cast("notice_shapes.OrgRef", org_ref(org))


def _class(one: SchoolClass) -> shapes.ClassRef:
    return cast("shapes.ClassRef", class_ref(one))
