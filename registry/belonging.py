"""To which unit somebody belongs, for whoever has to be told that something was done about them."""

from registry.models import GuardianLink, Role
from registry.models.record import Status
from registry.selectors import GUARDIAN_ROLES


def unit_of(person_id: int) -> int | None:
    """The unit whose head answers for this person: where they work or learn; of a guardian their child's school. By what
    the registry says, denied or not; None for who is nobody anywhere."""
    held = Role.objects.filter(person=person_id, status=Status.ACTIVE).order_by("-is_primary", "pk")
    own = held.exclude(role__in=GUARDIAN_ROLES | {"relative"}).values_list("org", flat=True).first()
    if own is not None:
        return own
    children = GuardianLink.objects.filter(guardian=person_id).values("student")
    learning = Role.objects.filter(person__in=children, role="student", status=Status.ACTIVE).order_by("pk")
    return learning.values_list("org", flat=True).first() or held.values_list("org", flat=True).first()
