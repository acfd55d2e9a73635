"""The people behind subjects: through whom each is reached, what they did, and who was called when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from broadcasts.correcting.rows import before
from broadcasts.ledger import policy
from broadcasts.ledger.listing import Listed
from broadcasts.ledger.policy import Standing
from broadcasts.models import Acknowledgement, Broadcast, Contact, Receipt
from registry.models import Account, GuardianLink, Org, Person, SchoolClass
from registry.selectors import live_guardian_links

SELF = "self"


@dataclass(frozen=True, slots=True)
class Contactable:
    """Somebody through whom a subject is reached, and what they did with the notice."""

    person: Person
    relation: str
    has_account: bool
    seen_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    # By the time of the tap, not by when it was heard.
    is_late: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """A contact, as who looks at it may handle it."""

    contact: Contact
    is_own: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """Who has to be reached, with all that is told of them."""

    person: Person
    is_pupil: bool
    unit: Org
    school_class: SchoolClass | None
    state: str
    reason: str
    at: dt.datetime | None
    people: Sequence[Contactable]
    contacts: Sequence[Logged]
    # Who told them by hand what this notice took the place of: they have that on paper or in their ear.
    told_before: Sequence[Contact] = ()


def subjects_told(standing: Standing, broadcast: Broadcast, listed: Sequence[Listed]) -> list[Subject]:
    """These subjects with their people: a fixed number of statements, however many they are. Whoever asks must be one who
    sees them by name."""
    persons = Person.objects.in_bulk([one.subject for one in listed])
    units = Org.objects.in_bulk({one.unit for one in listed})
    classes = SchoolClass.objects.in_bulk({one.school_class for one in listed if one.school_class})
    people = _people(broadcast, persons, {one.subject for one in listed if one.is_pupil})
    contacts = _contacts(standing, broadcast, list(persons))
    told_before = _told_before(broadcast, list(persons))
    return [
        Subject(
            person=persons[one.subject],
            is_pupil=bool(one.is_pupil),
            unit=units[one.unit],
            school_class=classes.get(one.school_class or 0),
            state=one.state,
            reason=one.reason,
            at=_moment(one.at),
            people=people[one.subject],
            contacts=[each for each in contacts[one.subject] if each.contact.unit_id == one.unit],
            told_before=[each for each in told_before[one.subject] if each.unit_id == one.unit],
        )
        for one in listed
    ]


def _people(broadcast: Broadcast, persons: dict[int, Person], pupils: Collection[int]) -> dict[int, list[Contactable]]:
    """Of a pupil the guardians of today, whether or not they have the notice, and then the pupil if it went to them; of a
    grown-up themselves."""
    links = _links(pupils)
    everybody = {link.guardian_id for link in links} | set(persons)
    did = _Did(broadcast, everybody)
    found: dict[int, list[Contactable]] = defaultdict(list)
    for link in links:
        found[link.student_id].append(did.told(link.guardian, link.relation, of=link.student_id))
    for pk, person in persons.items():
        if pk not in pupils or did.has_for_themselves(pk):
            found[pk].append(did.told(person, SELF, of=None))
    return found


class _Did:
    """What these people did with a notice: three statements."""

    def __init__(self, broadcast: Broadcast, people: Collection[int]) -> None:
        self._until = broadcast.acknowledge_by
        reasons = Acknowledgement.objects.filter(broadcast=broadcast, person__in=people)
        self._answers: dict[tuple[int, int | None], dt.datetime | None] = {
            (person, student): at for person, student, at in reasons.values_list("person", "student", "acknowledged_at")
        }
        receipts = Receipt.objects.filter(broadcast=broadcast, person__in=people)
        self._seen = dict(receipts.values_list("person", "seen_at"))
        accounts = Account.objects.filter(person__in=people, is_active=True)
        self._accounts = set(accounts.values_list("person", flat=True))

    def has_for_themselves(self, person: int) -> bool:
        return (person, None) in self._answers

    def told(self, person: Person, relation: str, *, of: int | None) -> Contactable:
        answered_at = self._answers.get((person.pk, of))
        return Contactable(
            person,
            relation,
            has_account=person.pk in self._accounts,
            seen_at=self._seen.get(person.pk),
            acknowledged_at=answered_at,
            is_late=bool(answered_at and self._until and answered_at > self._until),
        )


def _links(pupils: Collection[int]) -> list[GuardianLink]:
    links = live_guardian_links().filter(student__in=pupils).select_related("guardian")
    return list(links.order_by("student", "pk"))


def _contacts(standing: Standing, broadcast: Broadcast, people: Collection[int]) -> dict[int, list[Logged]]:
    rows = Contact.objects.filter(broadcast=broadcast, subject__in=people).select_related("by").order_by("at", "pk")
    headed = policy.headed_by(standing.person)
    found: dict[int, list[Logged]] = defaultdict(list)
    for one in rows:
        may = policy.may_withdraw(standing, by=one.by_id, units_headed=headed, unit=one.unit_id)
        found[one.subject_id].append(Logged(one, one.by_id == standing.person.pk, may and one.withdrawn_at is None))
    return found


def _told_before(broadcast: Broadcast, people: Collection[int]) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    if broadcast.corrects_id is None:
        return found
    earlier = Contact.objects.filter(broadcast__in=before(broadcast).values("pk"), withdrawn_at__isnull=True)
    for one in earlier.filter(subject__in=people).order_by("at", "pk"):
        found[one.subject_id].append(one)
    return found


def _moment(at: dt.datetime | str | None) -> dt.datetime | None:
    """SQLite gives times of a statement of ours as text, in UTC."""
    if not isinstance(at, str):
        return at
    read = parse_datetime(at)
    return timezone.make_aware(read, dt.UTC) if read and timezone.is_naive(read) else read
