"""Rooms of orgs that have ended, for those who answer for them today."""

from registry.models import Person
from registry.selectors import SENDING_ROLES, heirs_of_each, live_roles, may_speak_for
from rooms import policy
from rooms.kinds import kinds
from rooms.models import Room

MOST = 100


def archives_open_to(person: Person, *, before: int | None = None, limit: int = MOST) -> tuple[list[Room], bool]:
    """The archived rooms that policy.find() opens to this person, the newest room first, and whether these were the last."""
    if not live_roles().filter(person=person, role__in=SENDING_ROLES).exists():
        return [], True
    kept = Room.objects.filter(
        kind__in=[kind.slug for kind in kinds() if kind.is_kept_for_heirs], state=Room.State.ARCHIVED
    )
    heirs = heirs_of_each(set(kept.values_list("org", flat=True)))
    spoken_for = may_speak_for(person.pk, set().union(*heirs.values()))
    mine = kept.filter(org__in=[org for org, after in heirs.items() if after & spoken_for])
    if before is not None:
        mine = mine.filter(pk__lt=before)
    rooms = list(mine.select_related(*policy.RELATED).order_by("-pk")[: limit + 1])
    return rooms[:limit], len(rooms) <= limit
