"""The community room of an organisation: everyone in its subtree reads, whoever may send notices to it posts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import OrgClosure, Role
from registry.selectors import GUARDIAN_BY_ROLE, SENDING_ROLES, STAFF_ROLES, live_roles
from rooms.kinds.base import ROLE, Cause, Ground, Per, Right, RoomKind, Scope, facts_of
from rooms.models import Member, Room


class Community(RoomKind):
    """Decision 32: the right is a rule over the registry. A row is made when somebody opens the room, so that the
    Sở's room of 190,000 people costs nothing until it is read; the roster keeps to those rows."""

    slug = "community"
    label = gettext_lazy("Community")
    per = Per.ORG
    is_kept_for_heirs = True
    grants = {
        "sender": Right.READ | Right.POST | Right.MODERATE | Right.OPEN_TALK,
        "staff": Right.READ,
        "guardian": Right.READ,
        # Names of pupils are shown only inside their own class (decision 28): they read here, whatever is open.
        "pupil": Right.READ,
    }
    is_by_rule = True
    seats_stand_apart = True

    def grounds(self, rooms: Scope, day: dt.date) -> Iterator[Ground]:
        """Those who have opened the room and still have the right, each in the seat that the rule gives today."""
        opened = Member.objects.filter(rooms.at("room"))
        for seat, rule in seat_rules(day, person=OuterRef("person"), org=OuterRef("room__org")):
            yield Ground(seat, opened.filter(rule), "room", "person", "role", ROLE)

    def causes_in(self, rooms: Collection[Room], person_id: int, day: dt.date) -> dict[int, list[Cause]]:
        """The roles by which the rule gives a seat, whether or not the room was ever opened."""
        found: dict[int, list[Cause]] = defaultdict(list)
        opened = {room.pk for room in rooms if room.state == Room.State.OPEN}
        for seat, roles, where in _seats_of_roles(live_roles(day).filter(person=person_id)):
            for room, fact in facts_of(roles.filter(**{f"{where}__in": opened}), where, ROLE):
                found[room].append(Cause(seat, "role", fact))
        return found

    def seat_by_rule(self, person_id: int, day: dt.date) -> Case:
        """The seat this person would take on opening the room; null for strangers."""
        rules = seat_rules(day, person=person_id, org=OuterRef("org"))
        whens = [When(rule, then=Value(seat)) for seat, rule in rules]
        return Case(*whens, default=None, output_field=CharField())

    def who_may_not_read(self, room: Room, members: QuerySet[Any], day: dt.date) -> QuerySet[Any]:
        """Whom no seat's rule fits, whether or not they ever opened the room."""
        for _seat, rule in seat_rules(day, person=OuterRef("person"), org=room.org_id):
            members = members.exclude(rule)
        return members

    def rights(self, seat: str, room: Room) -> Right:
        """Grown-ups answer only where a sender has opened the talk."""
        rights = super().rights(seat, room)
        if seat in {"staff", "guardian"} and room.is_talk_open and rights:
            rights |= Right.POST
        return rights

    def title(self, room: Room) -> str:
        """The organisation's name: this is its square."""
        return _("Community of %(org)s") % {"org": room.org.name}


def seat_rules(day: dt.date, *, person: OuterRef | int, org: OuterRef | int) -> list[tuple[str, Q]]:
    """Each seat with its rule as a condition, the strongest first, for one person or an outer query's person."""
    return [(seat, Q(Exists(roles))) for seat, roles in _roles_that_seat(day, person=person, org=org)]


def _roles_that_seat(
    day: dt.date, *, person: OuterRef | int, org: OuterRef | int
) -> list[tuple[str, "QuerySet[Role]"]]:
    here = {_BELOW: _in_subtree_of(org), _ABOVE: _at_or_above(org)}
    held = live_roles(day).filter(person=person)
    return [(seat, roles.filter(here[where])) for seat, roles, where in _seats_of_roles(held)]


# From a role to the rooms of its org and of those above it, in whose subtree it is; and of those below.
_BELOW = "org__above__ancestor__rooms"
_ABOVE = "org__below__descendant__rooms"


def _seats_of_roles(held: "QuerySet[Role]") -> list[tuple[str, "QuerySet[Role]", str]]:
    """Each seat, the roles that give it, and in which rooms, seen from the role."""
    inside = held.exclude(role="systemAdministrator")
    return [
        ("sender", held.filter(role__in=SENDING_ROLES), _ABOVE),
        ("staff", inside.filter(role__in=STAFF_ROLES), _BELOW),
        ("guardian", inside.filter(GUARDIAN_BY_ROLE), _BELOW),
        ("pupil", inside.filter(role="student"), _BELOW),
    ]


def _in_subtree_of(org: OuterRef | int) -> Q:
    """Condition on a role: its org is this one or below it."""
    return Q(Exists(OrgClosure.objects.filter(ancestor=_one_further(org), descendant=OuterRef("org"))))


def _at_or_above(org: OuterRef | int) -> Q:
    """Condition on a role: its org is this one or above it."""
    return Q(Exists(OrgClosure.objects.filter(descendant=_one_further(org), ancestor=OuterRef("org"))))


def _one_further(org: OuterRef | int) -> OuterRef | int:
    """The outer query's org, seen from a query within the role's."""
    return OuterRef(org) if isinstance(org, OuterRef) else org
