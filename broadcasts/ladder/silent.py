"""Who has not confirmed yet, asked at the moment at which something is to be done about it. Whoever confirmed, whoever
opened what wants no answer, and whoever was told by hand is told no more."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from broadcasts import selectors
from broadcasts.ladder.sides import of_side
from broadcasts.ladder.words import Side
from broadcasts.leaders import ANSWERS_FOR_IT, Leaders, leaders_of
from broadcasts.models import Acknowledgement, Broadcast, Contact, Node, Receipt
from registry.selectors import STAFF_ROLES, live_roles


def silent_receipts(broadcast: Broadcast, side: Side) -> QuerySet[Receipt]:
    """The receipts of those on this side who have not confirmed, and whom a right still gives the notice."""
    is_live = Exists(live_roles().filter(person=OuterRef("person")))
    of_theirs = _open(broadcast).filter(person=OuterRef("person"))
    found = Receipt.objects.filter(Exists(of_theirs), is_live, broadcast=broadcast)
    if not broadcast.wants_acknowledgement:
        found = found.filter(seen_at__isnull=True)
    return of_side(found, broadcast, side)


def silent_units(broadcast: Broadcast) -> dict[int, Leaders]:
    """The units of which none of the leaders has confirmed, with who leads them today: a bounded number of statements."""
    if broadcast.wants_carrying_out:
        nodes = Node.objects.filter(broadcast=broadcast, confirmed_at__isnull=True)
        return leaders_of(list(nodes.values_list("unit", flat=True)))
    own = Acknowledgement.objects.filter(
        Exists(live_roles().filter(person=OuterRef("person"), role__in=STAFF_ROLES)),
        broadcast=broadcast,
        student__isnull=True,
    )
    done = own.filter(acknowledged_at__isnull=False)
    if not broadcast.wants_acknowledgement:
        opened = Receipt.objects.filter(broadcast=broadcast, person=OuterRef("person"), seen_at__isnull=False)
        done = own.filter(Exists(opened))
    answered = set(done.values_list("person", flat=True))
    told = Contact.objects.filter(broadcast=broadcast, withdrawn_at__isnull=True)
    answered |= set(told.values_list("subject", flat=True))
    leaders = leaders_of(list(own.values_list("unit", flat=True).distinct()))
    return {unit: who for unit, who in leaders.items() if answered.isdisjoint(person.pk for person in who.everybody)}


def silent_classes(broadcast: Broadcast) -> "QuerySet[Any, Any]":
    """(school_class, pupils) of the classes where there are pupils of whom nobody has confirmed. A pupil is one, with one
    guardian or four."""
    answered = Acknowledgement.objects.filter(
        Q(student=OuterRef("pupil")) | Q(student__isnull=True, person=OuterRef("pupil")), broadcast=broadcast
    )
    if broadcast.wants_acknowledgement:
        answered = answered.filter(acknowledged_at__isnull=False)
    else:
        opened = Receipt.objects.filter(broadcast=broadcast, person=OuterRef("person"), seen_at__isnull=False)
        answered = answered.filter(Exists(opened))
    asked = Acknowledgement.objects.filter(broadcast=broadcast, school_class__isnull=False)
    asked = asked.annotate(pupil=Coalesce("student", "person")).filter(
        ~Exists(answered), ~Exists(_told_by_hand(broadcast).filter(subject=OuterRef("pupil")))
    )
    return asked.values("school_class").annotate(pupils=Count("pupil", distinct=True)).order_by("school_class")


def _open(broadcast: Broadcast) -> QuerySet[Acknowledgement]:
    """Reasons that stand, are not answered, and about whom nobody was told by hand."""
    reasons = selectors.reasons().filter(broadcast=broadcast)
    if broadcast.wants_acknowledgement:
        reasons = reasons.filter(acknowledged_at__isnull=True)
    if broadcast.wants_carrying_out:
        reasons = reasons.exclude(Exists(_confirmed_by_another(broadcast)))
    by_hand = _told_by_hand(broadcast).filter(subject=Coalesce(OuterRef("student"), OuterRef("person")))
    return reasons.filter(~Exists(by_hand))


def _confirmed_by_another(broadcast: Broadcast) -> QuerySet[Node]:
    """Their unit has confirmed, by whichever of those who answer for it: the others are told no more either."""
    answering = live_roles().filter(ANSWERS_FOR_IT, org=OuterRef("unit"), person=OuterRef(OuterRef("person")))
    confirmed = Node.objects.filter(broadcast=broadcast, unit=OuterRef("unit"), confirmed_at__isnull=False)
    return confirmed.filter(Exists(answering))


def _told_by_hand(broadcast: Broadcast) -> QuerySet[Contact]:
    return Contact.objects.filter(broadcast=broadcast, withdrawn_at__isnull=True)
