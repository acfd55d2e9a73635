"""Templates: whose they are, and who finds them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from broadcasts import policy
from broadcasts.content import BODY_LIMIT, TITLE_LIMIT, one_line, within
from broadcasts.errors import NotYourAudience
from broadcasts.models import Kind, Template
from broadcasts.wording.errors import TooManyTemplates
from realtime.errors import NotAllowed, NotFound
from registry.models import OrgClosure, Person
from registry.selectors import may_speak_for
from registry.text import clean

NAME_LIMIT = 120
# Of one person, the orgs' that they wrote included.
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a template says."""

    name: str
    kind: Kind
    title: str
    body: str


@cache
def built_in() -> dict[str, dict[str, Wording]]:
    """Those that come with the system, by slug and language."""
    read: list[dict[str, Any]] = json.loads((Path(__file__).parent / "builtin.json").read_text())
    return {one["slug"]: {lang: Wording(kind=Kind(one["kind"]), **one[lang]) for lang in ("vi", "en")} for one in read}


def open_to(person: Person) -> QuerySet[Template]:
    """One's own; and those of the orgs in whose name one sends, and of the orgs above them."""
    seats = policy.senders().filter(person=person).values("org")
    schools = policy.teaching().filter(person=person).values("school")
    above = OrgClosure.objects.filter(Q(descendant__in=seats) | Q(descendant__in=schools)).values("ancestor")
    found = Template.objects.filter(Q(owner=person, org=None) | Q(org__in=above))
    return found.select_related("org").order_by("name", "pk")


def may_remove(person: Person, templates: QuerySet[Template]) -> set[int]:
    """Which of these are one's own, or of an org that one speaks for."""
    rows = list(templates.values_list("pk", "owner", "org"))
    spoken_for = may_speak_for(person.pk, {org for _pk, _owner, org in rows if org})
    return {pk for pk, owner, org in rows if owner == person.pk or org in spoken_for}


@transaction.atomic
def keep(person: Person, wording: Wording, *, org_id: int | None) -> Template:
    """A new template, of this person or for all who send in the org's name and below it. Refuses those who send nothing
    (NotAllowed), an org that they do not speak for (NotYourAudience), and what is empty or too long."""
    fit = Wording(
        name=within(NAME_LIMIT, name=one_line(wording.name)),
        kind=wording.kind,
        title=within(TITLE_LIMIT, title=one_line(wording.title)),
        body=within(BODY_LIMIT, body=clean(wording.body)),
    )
    if not policy.may_send_at_all(person):
        raise NotAllowed
    if org_id is not None and org_id not in may_speak_for(person.pk, [org_id]):
        raise NotYourAudience
    if Template.objects.filter(owner=person).count() >= MOST:
        raise TooManyTemplates(most=MOST)
    return Template.objects.create(
        owner=person, org_id=org_id, name=fit.name, kind=fit.kind, title=fit.title, body=fit.body
    )


@transaction.atomic
def remove(person: Person, template_id: int) -> None:
    """It is gone. NotFound for those who do not see it, NotAllowed for those who may not remove it."""
    found = open_to(person).filter(pk=template_id)
    if not found.exists():
        raise NotFound
    if template_id not in may_remove(person, found):
        raise NotAllowed
    Template.objects.filter(pk=template_id).delete()
