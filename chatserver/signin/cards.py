"""What somebody who holds a code is shown before they say "that is me"."""

from typing import Any

from registry.models import ActivationCode, Person
from registry.selectors import children_of, live_roles
from rooms.listing import classes_of


def activation_card(code: ActivationCode) -> dict[str, Any]:
    """Name, children with their classes, school: as much as the letter itself says, and no more."""
    person = code.person
    roles = list(live_roles().filter(person=person).select_related("org").order_by("-is_primary", "pk"))
    school = code.school or (roles[0].org if roles else None)
    is_pupil = all(role.role == "student" for role in roles)
    return {
        "name": person.name,
        "children": [] if is_pupil else _children(person),
        "school_name": school.name if school else "",
        "expires_at": code.expires_at,
        "is_pupil": is_pupil,
    }


def _children(guardian: Person) -> list[dict[str, str]]:
    children = list(children_of(guardian.pk).order_by("pk"))
    classes = classes_of({child.pk for child in children})
    return [
        {
            "given_name": child.given_name,
            "class_title": found.school_class.title if (found := classes.get(child.pk)) else "",
        }
        for child in children
    ]
