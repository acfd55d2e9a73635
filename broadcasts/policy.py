"""Who may send notices to whom, and who may see what became of them. Everything that is not named here is refused.

To an org and everything below it: who holds principal, siteAdministrator or districtAdministrator in that org or in one
above it; only downwards. To a class: a teacher of that class, always ordinary and never with the official look; and the
principal of its school. systemAdministrator runs the registry and sends nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcasts.audiences import Audience, audience_of
from broadcasts.errors import NotYourAudience, NotYourUrgency
from broadcasts.models import Broadcast, Urgency
from registry.models import Enrolment, Org, OrgClosure, Person, Role, SchoolClass
from registry.selectors import SENDING_ROLES, live_classes, live_enrolments, live_orgs, live_roles

EVERY_URGENCY = tuple(Urgency.values)
A_TEACHERS_URGENCY = (Urgency.ORDINARY.value,)


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to send to one audience: in whose name, with what look, how urgently."""

    issuer: Org
    is_official: bool
    urgencies: tuple[str, ...]


def require(person: Person, audience: Audience, *, urgency: str) -> Grant:
    """The grant under which this person may send to this audience so urgently, or a refusal."""
    granted = grant(person, audience)
    if granted is None or not _may_follow_up(person, audience):
        raise NotYourAudience
    if urgency not in granted.urgencies:
        raise NotYourUrgency
    return granted


def grant(person: Person, audience: Audience) -> Grant | None:
    """The right of this person over this audience today, or None."""
    if audience.school_class is None:
        return _over_org(person, audience.org)
    return _over_class(person, audience.school_class)


def grant_in_name_of(person: Person, org: Org) -> Grant | None:
    """The right of this person to speak for this org, or for the nearest above it in that one's name, whatever became of
    the org."""
    return _over_org(person, org)


def may_send_at_all(person: Person) -> bool:
    """Whether there is anything that this person may send to today."""
    return senders().filter(person=person).exists() or teaching().filter(person=person).exists()


def may_see_progress(person: Person, broadcast: Broadcast) -> bool:
    """The author, and those who may send to the same audience today."""
    return broadcast.author_id == person.pk or grant(person, audience_of(broadcast)) is not None


def may_address(person: Person, audience: Audience) -> bool:
    """Whether this person may send to exactly this audience today. Who asks for those who have not acknowledged a notice
    learns who they are, and so has to be one who sees that."""
    return grant(person, audience) is not None and _may_follow_up(person, audience)


def _may_follow_up(person: Person, audience: Audience) -> bool:
    chosen = audience.selection
    followed = Broadcast.objects.select_related("audience_org", "audience_class__school").in_bulk(chosen.followed())
    asked, missed = followed.get(chosen.unacknowledged or 0), followed.get(chosen.unreached or 0)
    return (chosen.unacknowledged is None or (asked is not None and may_see_progress(person, asked))) and (
        chosen.unreached is None
        or (missed is not None and (is_followed_by_all(missed) or may_see_progress(person, missed)))
    )


def is_followed_by_all(broadcast: Broadcast) -> bool:
    """Whether everybody may follow up whom this notice has not reached among those to whom they may send anyway: the
    ledger shows it to them. A class's own notice is the matter of that class and its school."""
    return broadcast.audience_class_id is None


def overseers(broadcast: Broadcast, *, among: Collection[int]) -> set[int]:
    """Which of these people may see the progress of this notice: the same rule, asked for many at once."""
    if broadcast.audience_class is None:
        above = OrgClosure.objects.filter(descendant=broadcast.audience_org_id).values("ancestor")
        granted = set(senders().filter(org__in=above, person__in=among).values_list("person", flat=True))
    else:
        heads = principals().filter(org=broadcast.audience_class.school_id, person__in=among)
        teachers = teaching().filter(school_class=broadcast.audience_class, person__in=among)
        granted = set(heads.values_list("person", flat=True)) | set(teachers.values_list("person", flat=True))
    return granted | ({broadcast.author_id} & set(among))


def seen_by(person: Person, broadcasts: Iterable[Broadcast]) -> set[int]:
    """The ids of those of these notices whose progress this person may see: the same rule, asked for many notices."""
    found = list(broadcasts)
    seats = senders().filter(person=person).values("org")
    to_orgs = [one.audience_org_id for one in found if one.audience_class_id is None]
    orgs = set(
        OrgClosure.objects.filter(ancestor__in=seats, descendant__in=to_orgs).values_list("descendant", flat=True)
    )
    led = set(principals().filter(person=person).values_list("org", flat=True))
    taught = set(teaching().filter(person=person).values_list("school_class", flat=True))
    return {
        one.pk
        for one in found
        if one.author_id == person.pk
        or (one.audience_org_id in orgs if one.audience_class is None else one.audience_class.school_id in led)
        or one.audience_class_id in taught
    }


def orgs_open_to(person: Person) -> QuerySet[OrgClosure]:
    """Each org that this person may send to (`descendant`), with the orgs (`ancestor`) that let them, nearest first."""
    seats = senders().filter(person=person).values("org")
    reached = OrgClosure.objects.filter(ancestor__in=seats, descendant__in=live_orgs().values("pk"))
    return reached.select_related("ancestor", "descendant").order_by("depth")


def parents_of(orgs: Collection[int]) -> dict[int, int]:
    """The org right above each of these today."""
    return dict(OrgClosure.objects.filter(descendant__in=orgs, depth=1).values_list("descendant", "ancestor"))


def classes_open_to(person: Person) -> QuerySet[SchoolClass]:
    """The classes that this person may send to; `as_head` says that it would be in the school's name."""
    as_head = Exists(principals().filter(person=person, org=OuterRef("school")))
    taught = teaching().filter(person=person).values("school_class")
    led = principals().filter(person=person).values("org")
    open_classes = live_classes().filter(Q(pk__in=taught) | Q(school__in=led))
    return open_classes.annotate(as_head=as_head).select_related("school")


def senders() -> QuerySet[Role]:
    """Roles that speak for their org and everything below it."""
    return live_roles().filter(role__in=SENDING_ROLES)


def principals() -> QuerySet[Role]:
    """Roles that also speak to the classes of their own school."""
    return live_roles().filter(role="principal")


def teaching() -> QuerySet[Enrolment]:
    """Who teaches which class today: enrolled as its teacher, and a teacher by role. An enrolment that outlived the
    role grants nothing."""
    return live_enrolments().filter(
        Exists(live_roles().filter(person=OuterRef("person"), role="teacher")),
        Exists(live_classes().filter(pk=OuterRef("school_class"))),
        role="teacher",
    )


def _over_org(person: Person, org: Org) -> Grant | None:
    above = Org.objects.filter(below__descendant=org, pk__in=senders().filter(person=person).values("org"))
    issuer = above.order_by("below__depth").first()
    return Grant(issuer, is_official=True, urgencies=EVERY_URGENCY) if issuer else None


def _over_class(person: Person, school_class: SchoolClass) -> Grant | None:
    if principals().filter(person=person, org=school_class.school_id).exists():
        return Grant(school_class.school, is_official=True, urgencies=EVERY_URGENCY)
    if teaching().filter(person=person, school_class=school_class).exists():
        return Grant(school_class.school, is_official=False, urgencies=A_TEACHERS_URGENCY)
    return None
