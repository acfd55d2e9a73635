"""Causes with the names that a sentence about them needs: which school, which class, which child."""

from collections.abc import Iterable
from typing import Any

from registry import shapes
from registry.models import Enrolment, Org, Person, SchoolClass
from rooms.kinds import Cause


class NamedCauses:
    """Names for all the causes of one answer, read together: four queries, however many causes."""

    def __init__(self, causes: Iterable[Cause]) -> None:
        facts = [cause.facts for cause in causes]
        enrolments = Enrolment.objects.filter(pk__in=_ids(facts, "enrolment"))
        self._class_of = dict(enrolments.values_list("pk", "school_class_id"))
        self._orgs = Org.objects.in_bulk(_ids(facts, "org"))
        self._classes = SchoolClass.objects.in_bulk(_ids(facts, "school_class") | set(self._class_of.values()))
        self._students = Person.objects.in_bulk(_ids(facts, "student"))

    def json(self, cause: Cause) -> dict[str, Any]:
        """Cause. A link is told with the class by which it leads into the room; an enrolment without dates of its own with
        those of its class, by which it counts (OneRoster 1.2 'Enrollments')."""
        facts = cause.facts
        class_id = facts.get("school_class") or self._class_of.get(facts.get("enrolment", 0))
        school_class = self._classes.get(class_id) if class_id else None
        org, student = self._orgs.get(facts.get("org", 0)), self._students.get(facts.get("student", 0))
        is_undated = cause.kind == "enrolment" and not facts["since"] and not facts["until"]
        dated = school_class if is_undated and school_class else None
        return {
            "seat": cause.seat,
            "kind": cause.kind,
            "facts": facts,
            "is_homeroom_teacher": _is_homeroom_teacher(cause, school_class),
            "org": shapes.org_ref(org) if org else None,
            "school_class": shapes.class_ref(school_class) if school_class else None,
            "student": {"id": student.pk, "name": student.name} if student else None,
            "since": dated.begins_on if dated else facts["since"],
            "until": dated.ends_on if dated else facts["until"],
        }


def _is_homeroom_teacher(cause: Cause, school_class: SchoolClass | None) -> bool:
    is_homeroom = school_class is not None and school_class.class_type == SchoolClass.Type.HOMEROOM
    is_teacher = cause.kind == "enrolment" and cause.facts["role"] == "teacher"
    return is_homeroom and is_teacher and bool(cause.facts["is_primary"])


def _ids(facts: list[dict[str, Any]], name: str) -> set[int]:
    return {fact[name] for fact in facts if fact.get(name)}
