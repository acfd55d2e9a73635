"""How clients see what the registry knows: the same small shapes in every answer and event (docs/protocol.md 1)."""

from typing import Any

from registry.models import Org, Person, SchoolClass

TINTS = 5


def org_ref(org: Org) -> dict[str, Any]:
    """OrgRef."""
    return {"id": org.pk, "name": org.name, "type": org.type, "level": org.school_level}


def class_ref(school_class: SchoolClass) -> dict[str, Any]:
    """A class by id and title."""
    return {"id": school_class.pk, "title": school_class.title}


def child(student: Person, school_class: SchoolClass | None, school: Org | None) -> dict[str, Any]:
    """Child, as that child's guardians see it. `tint` is a colour that stays the child's own on every screen."""
    return {
        "id": student.pk,
        "name": student.name,
        "given_name": student.given_name,
        "class": class_ref(school_class) if school_class else None,
        "school": org_ref(school) if school else None,
        "tint": student.pk % TINTS + 1,
    }
