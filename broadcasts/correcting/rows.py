"""The row of notices that took each other's place: which hold no more, and which does."""

from django.db.models import Q, QuerySet

from broadcasts.models import Broadcast


def whole_row(broadcast: Broadcast) -> QuerySet[Broadcast]:
    """All of the row that this notice is in, the newest first."""
    root = broadcast.first_id or broadcast.pk
    return Broadcast.objects.filter(Q(pk=root) | Q(first=root)).order_by("-version")


def before(broadcast: Broadcast) -> QuerySet[Broadcast]:
    """Those of which it takes the place, the newest first; none where it corrects nothing."""
    if broadcast.corrects_id is None:
        return Broadcast.objects.none()
    return whole_row(broadcast).filter(version__lt=broadcast.version)


def holds(broadcast: Broadcast) -> bool:
    """Whether nothing has taken its place."""
    return broadcast.superseded_by_id is None


def is_recalled(broadcast: Broadcast) -> bool:
    """Whether its recipients may read its title alone."""
    return broadcast.superseded_how == "thu_hoi"
