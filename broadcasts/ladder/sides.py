"""As what somebody has a notice: at work, or as a guardian or pupil. Who is both is told at work, without waiting."""

from django.db.models import Exists, OuterRef, QuerySet

from broadcasts.ladder.words import Side
from broadcasts.models import Acknowledgement, Broadcast, Receipt, Role
from registry.models import Role as RegistryRole
from registry.selectors import STAFF_ROLES

ROLES_OF = {
    Side.STAFF: {Role.TEACHERS.value, Role.STAFF.value},
    Side.HOUSEHOLDS: {Role.GUARDIANS.value, Role.STUDENTS.value},
}


def sides_of(broadcast: Broadcast) -> list[Side]:
    """Which sides a notice goes to at all."""
    return [side for side, roles in ROLES_OF.items() if roles & set(broadcast.roles)]


def of_side(receipts: QuerySet[Receipt], broadcast: Broadcast, side: Side) -> QuerySet[Receipt]:
    """Those of these receipts of the notice whose people have it on this side."""
    if sides_of(broadcast) == [side]:
        return receipts
    own = Acknowledgement.objects.filter(
        broadcast=OuterRef("broadcast"), person=OuterRef("person"), student__isnull=True
    )
    held = RegistryRole.objects.filter(person=OuterRef("person"), role__in=STAFF_ROLES)
    at_work = Exists(own) & Exists(held)
    return receipts.filter(at_work if side is Side.STAFF else ~at_work)
