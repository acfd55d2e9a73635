"""Saving, listing and forgetting selections. Each person has their own."""

from dataclasses import dataclass

import msgspec
from django.db import transaction

from broadcasts import policy
from broadcasts.audiences import audience_for
from broadcasts.errors import Empty, NotYourAudience, TooLong
from broadcasts.models import Broadcast, SavedAudience
from broadcasts.saved.errors import TooManySaved
from broadcasts.selection import Selection, kept_selection
from realtime.errors import BadInput, NotFound
from registry.models import Person
from registry.text import clean

NAME_LIMIT = 120
MOST = 100


class Named(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A selection with the name that its owner gives it."""

    name: str
    audience: Selection


@dataclass(frozen=True, slots=True)
class Saved:
    """A selection as it stands today: `title` of its org or class, or None where one may not send there any more or there
    is no such thing (the two look the same)."""

    row: SavedAudience
    selection: Selection
    title: str | None


def saved_by(person: Person) -> list[Saved]:
    """This person's, by name: as many statements for one as for a hundred."""
    rows = [(row, kept_selection(row.selection)) for row in SavedAudience.objects.filter(owner=person).order_by("name")]
    open_now = _Open(person, [selection for _row, selection in rows])
    return [Saved(row, selection, open_now.title(selection)) for row, selection in rows]


def save(person: Person, named: Named) -> tuple[Saved, bool]:
    """Keep the selection under this name, and whether the name is new; what had it before is replaced. Refuses whom one
    may not send to."""
    name, selection = _name(named.name), named.audience
    if not selection.is_one():
        raise BadInput(field="audience")
    audience = audience_for(selection)
    if audience is None:
        raise NotYourAudience
    policy.require(person, audience, urgency=policy.A_TEACHERS_URGENCY[0])
    with transaction.atomic():
        # In a line per person: two devices at once must not keep more than there may be.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        row, is_new = SavedAudience.objects.update_or_create(
            owner=person, name=name, defaults={"selection": selection.kept()}
        )
        if SavedAudience.objects.filter(owner=person).count() > MOST:
            raise TooManySaved(most=MOST)
    return Saved(row, selection, audience.title), is_new


def forget(person: Person, saved_id: int) -> None:
    """Delete one of this person's own."""
    deleted, _models = SavedAudience.objects.filter(owner=person, pk=saved_id).delete()
    if not deleted:
        raise NotFound


def _name(text: str) -> str:
    name = " ".join(clean(text).split())
    if not name:
        raise Empty(field="name")
    if len(name) > NAME_LIMIT:
        raise TooLong(field="name", limit=NAME_LIMIT, length=len(name))
    return name


class _Open:
    """What this person may send to now, as far as these selections name it: by title."""

    def __init__(self, person: Person, selections: list[Selection]) -> None:
        links = policy.orgs_open_to(person).filter(descendant__in=[one.org for one in selections if one.org])
        classes = policy.classes_open_to(person).filter(
            pk__in=[one.school_class for one in selections if one.school_class]
        )
        self._orgs = {link.descendant_id: link.descendant.name for link in links}
        self._classes = {one.pk: f"{one.title} · {one.school.name}" for one in classes}
        earlier = {notice for one in selections for notice in one.followed()}
        found = list(Broadcast.objects.filter(pk__in=earlier).select_related("audience_class"))
        self._seen = policy.seen_by(person, found)
        self._followed = self._seen | {one.pk for one in found if policy.is_followed_by_all(one)}

    def title(self, selection: Selection) -> str | None:
        """Of its org or class, if all of it is open."""
        if selection.unacknowledged and selection.unacknowledged not in self._seen:
            return None
        if selection.unreached and selection.unreached not in self._followed:
            return None
        kind, subject = selection.base()
        return (self._orgs if kind == "org" else self._classes).get(subject)
