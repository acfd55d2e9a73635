"""Who sees the ladder of an org, and who changes it. Everything that is not named here is refused.

To see: who may send in its name today, which of a school its teachers do too. To change: who speaks for it, or for an org
above it."""

from broadcasts.policy import senders, teaching
from registry.models import Org, OrgClosure, Person
from registry.selectors import live_orgs


def org_seen_by(person: Person, org_id: int) -> Org | None:
    """The org, if this person may see by which ladder its notices go."""
    if found := org_changed_by(person, org_id):
        return found
    teaches = teaching().filter(person=person, school_class__school=org_id)
    return live_orgs().filter(pk=org_id).first() if teaches.exists() else None


def org_changed_by(person: Person, org_id: int) -> Org | None:
    """The org, if this person may change its ladder."""
    above = OrgClosure.objects.filter(descendant=org_id).values("ancestor")
    if not senders().filter(person=person, org__in=above).exists():
        return None
    return live_orgs().filter(pk=org_id).first()
