"""Which rooms a change of the registry may concern: always enough, and few for a small change."""

from collections.abc import Iterator

from django.db.models import Q

from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, OrgClosure, Role
from rooms.kinds import kinds
from rooms.models import Member, Room

# SQLite takes 32,766 values in a statement.
BATCH = 10_000


def rooms_of(change: AccessChange) -> set[int]:
    """Ids of the rooms whose members may differ after this change; rooms yet to be made are rooms/standing.py's."""
    found: set[int] = set()
    for people in _batches(change.people):
        found |= _of_people(people)
    for classes in _batches(change.classes):
        found |= _ids(Q(school_class__in=classes) | Q(student__enrolments__school_class__in=classes))
    for orgs in _batches(change.orgs):
        found |= _of_orgs(orgs)
    return found


def _of_people(people: list[int]) -> set[int]:
    """Where they sit, where their enrolments, children and roles (live or ended) may seat them, threads about them."""
    # Also where their guardians sit: an enrolment that was rewritten no longer says which class it was for.
    guardians = set(GuardianLink.objects.filter(student__in=people).values_list("guardian", flat=True))
    children = set(GuardianLink.objects.filter(guardian__in=people).values_list("student", flat=True))
    seated = set(Member.objects.filter(person__in=guardians.union(people)).values_list("room", flat=True))
    # Ids, not subqueries: "one of these or of those" lets no index be used, and reads every enrolment of a province.
    enrolments = Enrolment.objects.filter(person__in=children.union(people))
    classes = set(enrolments.values_list("school_class", flat=True).distinct())
    orgs = Role.objects.filter(person__in=people).values("org")
    above = OrgClosure.objects.filter(descendant__in=orgs, depth=1).values("ancestor")
    return (
        seated
        | _ids(Q(school_class__in=classes))
        | _ids(Q(org__in=orgs, kind="staff") | Q(org__in=above, kind="staff"))
        | _ids(Q(student__in=people) | Q(guardian__in=people) | Q(teacher__in=people) | Q(student__in=children))
        | _ids(Q(org__in=orgs, kind="thread", teacher__isnull=True))
    )


def _of_orgs(orgs: list[int]) -> set[int]:
    """Rooms of these orgs, of those above and below; and community rooms anywhere, where a subtree may have moved."""
    near = OrgClosure.objects.filter(Q(ancestor__in=orgs) | Q(descendant__in=orgs))
    by_rule = [kind.slug for kind in kinds() if kind.is_by_rule]
    return (
        _ids(Q(org__in=orgs))
        | _ids(Q(org__in=near.values("ancestor"), kind="staff") | Q(org__in=near.values("descendant")))
        | _ids(Q(kind__in=by_rule, members__isnull=False))
    )


def _ids(condition: Q) -> set[int]:
    return set(Room.objects.filter(condition).values_list("pk", flat=True).distinct())


def _batches(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
