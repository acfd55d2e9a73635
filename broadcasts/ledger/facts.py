"""The facts about a notice: somebody had it, saw it, took note of it, or was contacted. How many there are tells whether
anything moved, when they were made tells where."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from broadcasts.models import Acknowledgement, Broadcast, Contact, Node, Receipt

# Facts carry the time at which the server heard of them, a transaction before they were seen; and a hint may have been lost.
LOOK_BACK = dt.timedelta(seconds=20)


def with_facts(broadcast_ids: Collection[int]) -> QuerySet[Broadcast]:
    """These notices with how many `facts` there are about each: it only ever grows."""
    had = Receipt.objects.filter(broadcast=OuterRef("pk")).order_by().values("broadcast")
    receipts = had.annotate(facts=Count("delivered_at") + Count("seen_at")).values("facts")
    said = Acknowledgement.objects.filter(broadcast=OuterRef("pk")).order_by().values("broadcast")
    answers = said.annotate(facts=Count("acknowledged_at")).values("facts")
    called = Contact.objects.filter(broadcast=OuterRef("pk")).order_by().values("broadcast")
    contacts = called.annotate(facts=Count("pk") + Count("withdrawn_at")).values("facts")
    moved = Node.objects.filter(broadcast=OuterRef("pk")).order_by().values("broadcast")
    nodes = moved.annotate(facts=Sum("changes")).values("facts")
    facts = sum((Coalesce(Subquery(each), 0) for each in (receipts, answers, contacts, nodes)), Value(0))
    return Broadcast.objects.filter(pk__in=broadcast_ids).annotate(facts=facts)


def facts_of(broadcast_id: int) -> int:
    """How many there are about one."""
    return int(with_facts([broadcast_id]).get().facts)  # type: ignore[attr-defined]  # annotated


def moved_since(broadcast: Broadcast, since: dt.datetime) -> set[int]:
    """The units of which a fact was heard since, however long ago it happened."""
    had = Receipt.objects.filter(Q(delivered_at__gt=since) | Q(recorded_at__gt=since), broadcast=broadcast)
    reasons = Acknowledgement.objects.filter(broadcast=broadcast)
    answered = reasons.filter(Q(recorded_at__gt=since) | Q(person__in=had.values("person")))
    contacts = Contact.objects.filter(Q(created_at__gt=since) | Q(withdrawn_at__gt=since), broadcast=broadcast)
    found = (answered, contacts)
    return {unit for rows in found for unit in rows.order_by().values_list("unit", flat=True).distinct()}
