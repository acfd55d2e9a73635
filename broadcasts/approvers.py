"""Who may be the second person for a notice: somebody else who speaks for the one in whose name it goes out, or for an org
above that one."""

from collections.abc import Collection

from django.db.models import QuerySet

from broadcasts import policy
from broadcasts.models import Draft
from registry.denies import same_humans
from registry.models import OrgClosure, Person


def approvers_of(draft: Draft) -> set[int]:
    """The people who may decide about this draft, or are told that its author went without them. It must have an issuer."""
    above = OrgClosure.objects.filter(descendant=draft.issuer_id).values("ancestor")
    seated = policy.senders().filter(org__in=above).values_list("person", flat=True)
    return set(seated) - records_of({draft.author_id})


def open_to(person: Person) -> QuerySet[Draft]:
    """The drafts about which this person may decide, whatever has become of them; none of their own, in whatever record of
    theirs it was written."""
    return seated_over(person).exclude(author__in=records_of({person.pk}))


def seated_over(person: Person) -> QuerySet[Draft]:
    """The drafts in the name of an org that this person speaks for."""
    seats = policy.senders().filter(person=person).values("org")
    below = OrgClosure.objects.filter(ancestor__in=seats).values("descendant")
    return Draft.objects.filter(issuer__in=below)


def records_of(people: Collection[int]) -> set[int]:
    """These people, with every other record of the same humans, and the records of those."""
    found: set[int] = set()
    wider = set(people)
    while wider != found:
        found, wider = wider, same_humans(wider)
    return found
