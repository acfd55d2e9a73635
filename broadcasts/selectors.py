"""Notices as their recipients and their senders may see them. Everything starts from the person who asks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcasts import counting, policy
from broadcasts.cascade.own import Own, own_nodes
from broadcasts.counting import Totals, Units
from broadcasts.models import Acknowledgement, Broadcast, Receipt
from broadcasts.selection import kept_selection
from registry.kept import kept
from registry.lists import these
from registry.models import Org, OrgClosure, Person, SchoolClass
from registry.selectors import live_guardian_links
from registry.text import fold

FILES, WITH_RELAYED = "broadcast__attachments", "broadcast__relays"
AROUND = (Org.Type.LOCAL, Org.Type.DISTRICT, Org.Type.STATE)


@dataclass(frozen=True, slots=True)
class Received:
    """A notice with what its recipient did: the receipt, and the reasons for which they have it."""

    receipt: Receipt
    reasons: Sequence[Acknowledgement]
    # What they have to carry out of it.
    nodes: Sequence[Own] = ()

    @property
    def broadcast(self) -> Broadcast:
        """The notice itself."""
        return self.receipt.broadcast


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice with its totals, and the classes that its author chose of an org."""

    broadcast: Broadcast
    totals: Totals
    classes: Sequence[SchoolClass] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a notice got, unit by unit. `communes` are all there are, whatever was asked for."""

    sent: Sent
    units: Units
    orgs: dict[int, Org]
    commune_of: dict[int, Org]
    communes: Sequence[Org]
    totals: Totals


@kept
def reasons(on: dt.date) -> QuerySet[Acknowledgement]:
    """Reasons that stand today: for oneself, or for a child whose guardian one still is. A notice that somebody has for
    a child alone goes out of their sight with the right."""
    link = live_guardian_links(on).filter(guardian=OuterRef("person"), student=OuterRef("student"))
    return Acknowledgement.objects.filter(Q(student__isnull=True) | Exists(link))


@kept
def receipts(on: dt.date) -> QuerySet[Receipt]:
    """Receipts with at least one reason that stands; not of what was corrected before it had reached them."""
    standing = reasons(on).filter(broadcast=OuterRef("broadcast"), person=OuterRef("person"))
    return Receipt.objects.filter(Exists(standing), is_spared=False)


def inbox(person: Person, *, before: int | None, limit: int) -> tuple[list[Received], bool]:
    """The newest notices that this person received, older than `before`; and whether these are the last."""
    found = receipts().filter(person=person).select_related(WITH_RELAYED).prefetch_related(FILES).order_by("-broadcast")
    if before is not None:
        found = found.filter(broadcast__lt=before)
    page = list(found[: limit + 1])
    return _received(person, page[:limit]), len(page) <= limit


def received(person: Person, broadcast_id: int) -> Received | None:
    """The notice as this person received it, or None."""
    found = receipts().filter(person=person, broadcast=broadcast_id).select_related(WITH_RELAYED).first()
    return _received(person, [found])[0] if found else None


def unread(person: Person) -> int:
    """How many notices this person has not opened."""
    return receipts().filter(person=person, seen_at__isnull=True, broadcast__superseded_by__isnull=True).count()


def overseen(person: Person, broadcast_id: int) -> Broadcast | None:
    """The notice, if this person may see its progress."""
    found = senders_view().filter(pk=broadcast_id).first()
    return found if found and policy.may_see_progress(person, found) else None


def sent(person: Person, *, before: int | None, limit: int) -> tuple[list[Sent], bool]:
    """The newest notices that this person sent, older than `before`; and whether these are the last."""
    found = senders_view().filter(author=person).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: limit + 1])
    return with_totals(page[:limit]), len(page) <= limit


def with_totals(broadcasts: Sequence[Broadcast]) -> list[Sent]:
    """These notices with their totals: two statements for one and for twenty, and one more where classes were chosen."""
    totals, classes = counting.overall(counting.by_unit(broadcasts)), _classes_chosen(broadcasts)
    return [Sent(one, totals[one.pk], classes[one.pk]) for one in broadcasts]


def progress(broadcast: Broadcast, *, commune: int | None, school: int | None, outstanding: bool) -> Progress:
    """How far a notice got, in the units of one commune, in one unit, or where something is still outstanding."""
    every = counting.by_unit([broadcast])[broadcast.pk]
    commune_of = communes_of(every)
    chosen = {
        unit: totals
        for unit, totals in every.items()
        if (school is None or unit == school)
        and (commune is None or (unit in commune_of and commune_of[unit].pk == commune))
        and not (outstanding and totals["units_done"])
    }
    whole = counting.overall({broadcast.pk: every})[broadcast.pk]
    return Progress(
        sent=Sent(broadcast, whole, _classes_chosen([broadcast])[broadcast.pk]),
        units=chosen,
        orgs=Org.objects.in_bulk(list(chosen)),
        commune_of=commune_of,
        communes=sorted(set(commune_of.values()), key=lambda org: (AROUND.index(Org.Type(org.type)), fold(org.name))),
        totals=whole if chosen == every else counting.of_some(broadcast, chosen),
    )


def communes_of(units: Iterable[int]) -> dict[int, Org]:
    """The commune of each unit: the nearest org of that type above it, or where there is none the district or the
    department. An office is its own."""
    above = OrgClosure.objects.filter(descendant__in=list(units), ancestor__type__in=AROUND).select_related("ancestor")
    found = sorted(above, key=lambda link: (AROUND.index(Org.Type(link.ancestor.type)), link.depth), reverse=True)
    return {link.descendant_id: link.ancestor for link in found}


def commune_ids_of(units: Collection[int]) -> dict[int, int]:
    """The same by ids alone, of a thousand units at once."""
    above = OrgClosure.objects.filter(descendant__in=these(units), ancestor__type__in=AROUND)
    links = above.order_by().values_list("ancestor__type", "depth", "descendant", "ancestor")
    found = sorted(links, key=lambda link: (AROUND.index(Org.Type(link[0])), link[1]), reverse=True)
    return {unit: commune for _type, _depth, unit, commune in found}


def senders_view() -> QuerySet[Broadcast]:
    """Notices with what their senders are shown of them."""
    return Broadcast.objects.select_related("audience_org", "audience_class__school", "relays").prefetch_related(
        "attachments"
    )


def _classes_chosen(broadcasts: Sequence[Broadcast]) -> dict[int, list[SchoolClass]]:
    chosen = {one.pk: kept_selection(one.audience).classes for one in broadcasts}
    named = {pk for classes in chosen.values() for pk in classes}
    found = SchoolClass.objects.in_bulk(named) if named else {}
    return {broadcast: [found[pk] for pk in classes if pk in found] for broadcast, classes in chosen.items()}


def _received(person: Person, page: Sequence[Receipt]) -> list[Received]:
    why: dict[int, list[Acknowledgement]] = defaultdict(list)
    standing = reasons().filter(person=person, broadcast__in=[receipt.broadcast_id for receipt in page])
    for reason in standing.select_related("student", "unit", "school_class").order_by("student", "pk"):
        why[reason.broadcast_id].append(reason)
    open_now = [one for one in page if one.broadcast.superseded_by_id is None]
    asking = [receipt.broadcast_id for receipt in open_now if receipt.broadcast.wants_carrying_out]
    nodes = own_nodes(person, asking)
    return [Received(receipt, why[receipt.broadcast_id], nodes.get(receipt.broadcast_id, ())) for receipt in page]
