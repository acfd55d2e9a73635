"""Who may make and end a local deny, and who may see it: never whom it concerns (decision 22)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from registry.denies import same_humans
from registry.models import GuardianLink, LocalOverride, Org, OrgClosure, Person, Role
from registry.models.record import Status
from registry.selectors import SENDING_ROLES, live_roles, today, within

# Who may deny a guardian: the office and the head of the child's school, and whoever speaks for an org above it.
OFFICES = SENDING_ROLES
# Who may deny a person: the head of the org, and those who head an org above it. A clerk may not.
HEADS = frozenset({"principal", "districtAdministrator"})


class NotYours(Exception):
    """It is none of this person's business: to them there is no such pupil, person or deny."""


class ConcernsYou(Exception):
    """It concerns the one who asks, their family, or somebody who heads the same org: the org above decides."""


def seat_for(decider: Person, person: Person, *, student: Person | None, org_id: int | None) -> int:
    """The org from which this decider may deny `person` (as the guardian of `student`, or in `org_id`), the highest of
    them. Raises NotYours and ConcernsYou."""
    about = _concerned_orgs(person, student=student, org_id=org_id)
    if not about or not _is_known_there(person, student, about):
        raise NotYours
    seats = _seats_over(decider, about, student)
    if not seats:
        raise NotYours
    concerned = _concerned(person, student)
    if decider.pk in concerned:
        raise ConcernsYou
    free = seats - outranked(seats, concerned)
    if not free:
        raise ConcernsYou
    return _highest(free)


def may_end(decider: Person, override: LocalOverride) -> bool:
    """Whether this person may end the deny: who might have made it, unless it was made from an org above theirs."""
    try:
        mine = seat_for(decider, override.person, student=override.student, org_id=override.org_id)
    except (NotYours, ConcernsYou):
        return False
    maker = override.made_by.person if override.made_by else None
    if maker is None:
        return True
    about = _concerned_orgs(override.person, student=override.student, org_id=override.org_id)
    theirs = _seats_over(maker, about, override.student)
    above_mine = OrgClosure.objects.filter(descendant=mine, ancestor__in=theirs, depth__gt=0)
    return not above_mine.exists()


def visible_to(viewer: Person) -> QuerySet[LocalOverride]:
    """Denies made in the orgs that this person speaks for, standing and ended; none that concern them or their child."""
    below = _below(live_roles().filter(person=viewer, role__in=OFFICES))
    headed = _below(live_roles().filter(person=viewer, role__in=HEADS))
    here = (
        Q(student__roles__role="student", student__roles__status=Status.ACTIVE, student__roles__org__in=below)
        | Q(student__isnull=True, org__in=headed)
        | Q(student__isnull=True, org__isnull=True, person__roles__org__in=headed)
    )
    own = same_humans({viewer.pk})
    own_children = GuardianLink.objects.filter(guardian__in=own).values("student")
    found = LocalOverride.objects.filter(here).exclude(person__in=own)
    return found.exclude(student__isnull=False, student__in=own_children).distinct()


def told_above(seat: int) -> list[int]:
    """The orgs right above the one from which was decided: they are told at once, by finding it in their list."""
    return list(OrgClosure.objects.filter(descendant=seat, depth=1).values_list("ancestor_id", flat=True))


def _concerned_orgs(person: Person, *, student: Person | None, org_id: int | None) -> set[int]:
    """The orgs whose heads it is up to: the child's schools; the org named; every org where the person is anything."""
    if student is not None:
        return set(_held(student).filter(role="student").values_list("org_id", flat=True))
    return {org_id} if org_id is not None else set(_held(person).values_list("org_id", flat=True))


def _held(person: Person) -> QuerySet[Role]:
    """Roles that the registry says, denied or not: what is denied must stay visible to those who decide."""
    return Role.objects.filter(within(today()), person=person, status=Status.ACTIVE)


def _is_known_there(person: Person, student: Person | None, org_ids: Collection[int]) -> bool:
    """Whether the person is anybody's business there: so that a number tried out tells nothing about a stranger."""
    if student is not None and GuardianLink.objects.filter(guardian=person, student=student).exists():
        return True
    return _held(person).filter(org__above__ancestor__in=org_ids).exists()


def _seats_over(decider: Person, org_ids: Collection[int], student: Person | None) -> set[int]:
    """Orgs from which the decider may: at or above one of the child's schools, or every org of a person denied."""
    roles = OFFICES if student is not None else HEADS
    held = live_roles().filter(person=decider, role__in=roles).values("org")
    above = OrgClosure.objects.filter(ancestor__in=held, descendant__in=org_ids)
    pairs = set(above.values_list("ancestor_id", "descendant_id"))
    covered = {org for _seat, org in pairs}
    if student is None and covered != set(org_ids):
        return set()
    return {seat for seat, _org in pairs}


def _concerned(person: Person, student: Person | None) -> set[int]:
    """Whom it concerns: the person denied and, where it is about a child, all its guardians; in all their records."""
    found = {person.pk}
    if student is not None:
        links = GuardianLink.objects.filter(student=student).exclude(state=GuardianLink.State.UNVERIFIED)
        found |= set(links.values_list("guardian_id", flat=True))
    return same_humans(found)


def outranked(seats: Collection[int], concerned: Collection[int]) -> set[int]:
    """Those of the seats that are in an org, or below one, for which somebody concerned speaks; at the top of the tree,
    where no org stands above, a colleague may."""
    theirs = live_roles().filter(person__in=concerned, role__in=SENDING_ROLES).values("org")
    below = set(
        OrgClosure.objects.filter(ancestor__in=theirs, descendant__in=seats).values_list("descendant", flat=True)
    )
    topped = set(OrgClosure.objects.filter(descendant__in=below, depth__gt=0).values_list("descendant", flat=True))
    return below & topped


def _highest(seats: Collection[int]) -> int:
    over = OrgClosure.objects.filter(descendant__in=seats, ancestor__in=seats, depth__gt=0)
    lower = set(over.values_list("descendant", flat=True))
    return min(set(seats) - lower)


def _below(roles: QuerySet[Role]) -> QuerySet[Org]:
    return Org.objects.filter(above__ancestor__in=roles.values("org"))
