"""What the story of 28 May needs besides the small school: a family without the app, and telephones that are rung."""

from django.utils import timezone

from broadcasts.models import Draft
from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, Person, Role, Source
from registry.signals import access_changed
from registry.text import fold
from tests.cast import Cast
from tests.delivery.push_service import Browser, PushService

PHONE_OF_A_FATHER = "0912345678"
PHONE_OF_A_CLERK = "0987654321"


def family_without_the_app(cast: Cast) -> Person:
    """Giàng A Páo of 7A, whose father Giàng A Sính has a telephone and no account; the pupil."""
    pupil = _person(cast, "Giàng A Páo", "student", grade="07")
    father = _person(cast, "Giàng A Sính", "guardian", phone=PHONE_OF_A_FATHER)
    Enrolment.objects.create(
        source=cast.source,
        sourced_id=f"enrolment-{pupil.pk}",
        person=pupil,
        school_class=cast.class_7a,
        school=cast.school,
        role="student",
    )
    GuardianLink.objects.create(
        source=cast.source, guardian=father, student=pupil, relation="father", said_by_student=True, state="active"
    )
    Person.objects.filter(pk=cast.thu.pk).update(phone=PHONE_OF_A_CLERK)
    access_changed.send(sender=Source, change=AccessChange(everything=True))
    return pupil


def _person(cast: Cast, name: str, role: str, **fields: str) -> Person:
    family, middle, given = name.split()
    person = Person.objects.create(
        source=cast.source, sourced_id=f"person-{fold(name)}", name=name, search_text=fold(name),
        family_name=family, middle_name=middle, given_name=given, **fields,
    )  # fmt: skip
    Role.objects.create(
        source=cast.source, sourced_id=f"role-{person.pk}", person=person, org=cast.school, role=role, is_primary=True
    )
    return person


def rung_by(service: PushService, person: Person) -> Browser:
    """Her telephone has asked this push service to be rung."""
    browser = Browser(service.url(str(person.pk)))
    browser.subscribe(person)
    return browser


def undo_is_over() -> None:
    """The seconds in which a notice can be taken back have passed; the server looks once a second."""
    Draft.objects.filter(state="leaving").update(leaves_at=timezone.now())
