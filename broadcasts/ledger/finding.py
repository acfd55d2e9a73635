"""The notices of which somebody may see a board."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcasts.ledger.places import Place, enrolled_in, topmost
from broadcasts.ledger.policy import Standing
from broadcasts.models import Acknowledgement, Broadcast
from registry.models import OrgClosure


def with_boards(standing: Standing, *, before: int | None, limit: int) -> tuple[list[tuple[Broadcast, Place]], bool]:
    """The newest of them older than `before`, each with its topmost place; and whether these are the last."""
    found = of_somebody(standing).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: limit + 1])
    tops = [(one, topmost(standing, one)) for one in page[:limit]]
    return [(one, place) for one, place in tops if place], len(page) <= limit


def of_somebody(standing: Standing) -> QuerySet[Broadcast]:
    """What went to the units below their seats, to their classes, and what they sent themselves."""
    condition = Q(author=standing.person) | _to_seats(standing)
    if standing.classes:
        condition |= _to_classes(standing)
    return Broadcast.objects.select_related("audience_org", "audience_class__school").filter(condition)


def _to_seats(standing: Standing) -> Q:
    seats = [seat.pk for seat in standing.seats]
    below = OrgClosure.objects.filter(ancestor__in=seats)
    there = Acknowledgement.objects.filter(broadcast=OuterRef("pk"), unit__in=below.values("descendant"))
    above = OrgClosure.objects.filter(descendant__in=seats).values("ancestor")
    # Whatever went to an org below a seat, and of what went to one above it what reached somebody here.
    to_orgs = Q(audience_org__in=below.values("descendant")) | (Q(audience_org__in=above) & Q(Exists(there)))
    own_classes = Q(audience_class__school__in=_below(standing.school_seats))
    return (Q(audience_class__isnull=True) & to_orgs) | own_classes


def _to_classes(standing: Standing) -> Q:
    schools = sorted({one.school_id for one in standing.classes})
    homerooms = [one.pk for one in standing.classes if one.class_type == one.Type.HOMEROOM]
    others = [one.pk for one in standing.classes if one.pk not in homerooms]
    pupils = enrolled_in(others).values("person")
    about = Q(school_class__in=homerooms)
    if others:
        about |= Q(student__in=pupils) | Q(student__isnull=True, person__in=pupils)
    there = Acknowledgement.objects.filter(about, broadcast=OuterRef("pk"), unit__in=schools)
    above = OrgClosure.objects.filter(descendant__in=schools).values("ancestor")
    to_orgs: Q = Q(audience_class__isnull=True, audience_org__in=above) & Q(Exists(there))
    return Q(audience_class__in=[one.pk for one in standing.classes]) | to_orgs


def _below(orgs: list[int]) -> QuerySet[OrgClosure, int]:
    return OrgClosure.objects.filter(ancestor__in=orgs).values_list("descendant", flat=True)
