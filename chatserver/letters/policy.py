"""Who prints letters: the school's office, and whoever stands above the school. Everybody else finds nothing here."""

from collections.abc import Collection
from dataclasses import dataclass

from realtime.errors import NotFound
from registry.models import Org, Person, SchoolClass
from registry.selectors import live_classes, live_orgs, may_speak_for


@dataclass(frozen=True, slots=True)
class Office:
    """A school whose letters this person prints, and those of its classes that were asked about."""

    school: Org
    classes: tuple[SchoolClass, ...]


def office_of_school(person: Person, school_id: int) -> Office:
    """The school and its classes that have rooms; NotFound for whoever is not of its office."""
    school = live_orgs().filter(pk=school_id, type=Org.Type.SCHOOL).first()
    if school is None or not _prints_for(person, school.pk):
        raise NotFound
    return Office(school, tuple(_homerooms([school.pk])))


def office_of_class(person: Person, class_id: int) -> Office:
    """The class with its school; NotFound for whoever is not of the school's office."""
    school_class = live_classes().select_related("school").filter(pk=class_id).first()
    if school_class is None or not _prints_for(person, school_class.school_id):
        raise NotFound
    return Office(school_class.school, (school_class,))


def _prints_for(person: Person, school_id: int) -> bool:
    return school_id in may_speak_for(person.pk, [school_id])


def _homerooms(schools: Collection[int]) -> list[SchoolClass]:
    """Homeroom classes; where a school has none, its classes (decision 25)."""
    found = list(live_classes().filter(school__in=schools).order_by("grade", "title", "pk"))
    return [each for each in found if each.class_type == SchoolClass.Type.HOMEROOM] or found
