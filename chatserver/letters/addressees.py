"""Who gets a letter, and how far they are: the guardians and pupils of a class or a school."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from registry.activation import may_activate
from registry.models import Account, ActivationCode, Org, Person, SchoolClass
from registry.selectors import live_enrolments, live_guardian_links


class State(StrEnum):
    """How far somebody is. The order is that of the work that is left for the clerk."""

    NOT_ME = "not_me"
    NO_LETTER = "no_letter"
    EXPIRED = "expired"
    PRINTED = "printed"
    ACTIVATED = "activated"


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil as the letter names them."""

    given_name: str
    class_title: str
    class_id: int


@dataclass(slots=True)
class Addressee:
    """Somebody who may have a letter. `about` are their children, or the pupil; the first one's class hands it out."""

    person: Person
    is_pupil: bool
    about: list[Child]
    state: State = State.NO_LETTER
    # The newest letter: when it was printed and until when it opens something.
    letter: ActivationCode | None = None

    @property
    def children(self) -> list[Child]:
        """Nobody for a pupil, whose letter is about themselves."""
        return [] if self.is_pupil else self.about


def addressees(school: Org, classes: Collection[SchoolClass]) -> list[Addressee]:
    """Guardians and pupils of these classes, each once, sorted as they are handed out: by class, child and name."""
    pupils = _pupils_of(classes)
    found = {pk: Addressee(person, is_pupil=True, about=[child]) for pk, (person, child) in pupils.items()}
    links = live_guardian_links().filter(student__in=pupils).order_by("student")
    by_guardian: dict[int, list[int]] = defaultdict(list)
    for parent, student in links.values_list("guardian", "student"):
        by_guardian[parent].append(student)
    for guardian in Person.objects.in_bulk(by_guardian).values():
        about = [pupils[each][1] for each in by_guardian[guardian.pk]]
        found[guardian.pk] = Addressee(guardian, is_pupil=False, about=about)
    allowed = may_activate([each.person for each in found.values()])
    kept = [each for pk, each in found.items() if pk in allowed]
    _say_how_far(kept, school)
    return sorted(kept, key=_handed_out)


def _pupils_of(classes: Collection[SchoolClass]) -> dict[int, tuple[Person, Child]]:
    enrolments = live_enrolments().filter(school_class__in=classes, role="student").select_related("person")
    titles = {each.pk: each.title for each in classes}
    return {
        each.person_id: (
            each.person,
            Child(each.person.given_name, titles[each.school_class_id], each.school_class_id),
        )
        for each in enrolments.order_by("pk")
    }


def _say_how_far(found: list[Addressee], school: Org) -> None:
    people = [each.person.pk for each in found]
    activated = set(Account.objects.filter(person__in=people).values_list("person", flat=True))
    letters = ActivationCode.objects.filter(person__in=people, school=school).order_by("pk")
    newest = {letter.person_id: letter for letter in letters}
    for each in found:
        each.letter = newest.get(each.person.pk)
        each.state = State.ACTIVATED if each.person.pk in activated else _state(each.letter)


def _state(letter: ActivationCode | None) -> State:
    if letter is None:
        return State.NO_LETTER
    if letter.revoked_because == "not_me":
        return State.NOT_ME
    if letter.revoked_at is not None:
        return State.NO_LETTER
    return State.PRINTED if letter.expires_at > timezone.now() else State.EXPIRED


def _handed_out(each: Addressee) -> tuple[str, str, str]:
    return each.about[0].class_title, each.about[0].given_name, each.person.name
