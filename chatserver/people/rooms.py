"""The rooms of a person as the office sees them: which, and why. Not what is written there, nor whether anything is."""

from typing import Any

from chatserver.people.policy import Office
from chatserver.rights.causes import NamedCauses
from chatserver.rights.serializers import deny_json, named, seen_by
from registry import shapes
from registry.models import Person
from registry.selectors import may_speak_for
from rooms.kinds import kind_named
from rooms.seats_explained import Explained, explain_all


def rooms_of(office: Office, person: Person) -> dict[str, Any]:
    """Rooms of the office's orgs in which the person has a seat, or would have but for a deny, with the causes; and the
    denies that the one who asks may see, which the rooms name by id."""
    found = explain_all(person)
    ours = may_speak_for(office.person.pk, {each.room.org_id for each in found})
    found = [each for each in found if each.room.org_id in ours]
    denies = {deny.pk: deny for each in found for deny in each.denies}
    seen = seen_by(office.person, list(denies.values()))
    names = NamedCauses(cause for each in found for cause in each.causes)
    return {
        "person": person.pk,
        "rooms": [_told(each, names, seen) for each in found],
        "denies": [deny_json(deny) for pk, deny in sorted(denies.items()) if pk in seen],
    }


def _told(each: Explained, names: NamedCauses, seen: set[int]) -> dict[str, Any]:
    room = each.room
    return {
        "id": room.pk,
        "kind": room.kind,
        "title": kind_named(room.kind).title(room),
        "org": shapes.org_ref(room.org),
        "school_class": shapes.class_ref(room.school_class) if room.school_class else None,
        "student": named(room.student),
        "guardian": named(room.guardian),
        "teacher": named(room.teacher),
        "seat": each.seat,
        "can": each.rights.names(),
        "causes": [names.json(cause) for cause in each.causes],
        "denies": [deny.pk for deny in each.denies if deny.pk in seen],
    }
