"""Noting that somebody went and told them, and taking it back. Each is one transaction and stands in the audit trail."""

import datetime as dt
import hashlib
import uuid
from typing import Annotated, Literal

import msgspec
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from broadcasts import board
from broadcasts.content import Moment, one_line, within
from broadcasts.ids import Id
from broadcasts.ledger import policy
from broadcasts.ledger.errors import ContactNamed, WrongTime
from broadcasts.ledger.listing import Listed
from broadcasts.ledger.people import Subject, subjects_told
from broadcasts.ledger.places import Place
from broadcasts.ledger.policy import Standing
from broadcasts.ledger.rows import subjects
from broadcasts.models import Acknowledgement, Broadcast, Contact
from broadcasts.sql import Sql
from realtime.errors import BadInput, NotAllowed, NotFound
from registry import audit
from registry.models import GuardianLink, Org, Person

NOTE_LIMIT = 300
# Telephones' clocks go a little fast; what was noted without a line must not be refused for it.
FAST_CLOCK = dt.timedelta(minutes=5)


class Contacted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client notes: of a pupil (`student`) or of a grown-up (`person`)."""

    client_contact_id: uuid.UUID
    student: Id | None = None
    person: Id | None = None
    channel: Literal["call", "visit", "village", "slip", "loudspeaker"]
    at: Moment | None = None
    note: Annotated[str, msgspec.Meta(max_length=10_000)] = ""

    def subject(self) -> int:
        """The one person that it is about; BadInput where it names none or two."""
        if (self.student is None) == (self.person is None):
            raise BadInput(field="student")
        return self.student or self.person or 0

    def digest(self, broadcast_id: int) -> bytes:
        """The same for the same content."""
        said = msgspec.json.encode((broadcast_id, self), order="deterministic")
        return hashlib.sha256(said).digest()


def log(person: Person, broadcast_id: int, said: Contacted) -> tuple[Subject, bool]:
    """The subject as it stands now, and whether this call noted the contact. Sent again: as it is, noted once. NotFound for
    whom one does not see by name there."""
    standing = policy.standing_of(person)
    broadcast, listed = _named_subject(standing, broadcast_id, said.subject(), is_pupil=said.student is not None)
    digest = said.digest(broadcast.pk)
    is_new = False
    if not _is_noted(person, said, digest):
        try:
            is_new = _note(person, broadcast, listed, said, digest)
        except IntegrityError:
            # Two tries at once: the database let one through.
            if not _is_noted(person, said, digest):
                raise
    return _as_it_is(standing, broadcast, listed), is_new


@transaction.atomic
def withdraw(person: Person, broadcast_id: int, contact_id: int) -> Subject:
    """The subject without this contact, which stays in the list as withdrawn. Again: nothing changes."""
    contact = Contact.objects.filter(pk=contact_id, broadcast=broadcast_id).first()
    if contact is None:
        raise NotFound
    standing = policy.standing_of(person)
    broadcast, listed = _named_subject(standing, broadcast_id, contact.subject_id, is_pupil=None)
    headed = policy.headed_by(person)
    if not policy.may_withdraw(standing, by=contact.by_id, units_headed=headed, unit=contact.unit_id):
        raise NotAllowed
    standing_one = Contact.objects.filter(pk=contact.pk, withdrawn_at__isnull=True)
    if standing_one.update(withdrawn_at=timezone.now(), withdrawn_by=person):
        board.progressed(broadcast)
        audit.record(
            person,
            "contact.withdraw",
            subject=f"contact:{contact.pk}",
            concerning=contact.unit_id,
            broadcast=broadcast.pk,
        )
    return _as_it_is(standing, broadcast, listed)


@transaction.atomic
def _note(person: Person, broadcast: Broadcast, listed: Listed, said: Contacted, digest: bytes) -> bool:
    contact = Contact.objects.create(
        broadcast=broadcast,
        subject_id=listed.subject,
        unit_id=listed.unit,
        channel=said.channel,
        at=_time(broadcast, said.at),
        by=person,
        note=_note_kept(said.note),
        client_contact_id=said.client_contact_id,
        content_digest=digest,
    )
    board.progressed(broadcast)
    audit.record(
        person,
        "contact.log",
        subject=f"contact:{contact.pk}",
        concerning=listed.unit,
        broadcast=broadcast.pk,
        person=listed.subject,
        channel=said.channel,
    )
    return True


def _note_kept(text: str) -> str:
    line = one_line(text)
    return within(NOTE_LIMIT, note=line) if line else ""


def _time(broadcast: Broadcast, said: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    at = said or now
    # Times are told to the second: a contact in the notice's own second is not before it.
    if not broadcast.published_at.replace(microsecond=0) <= at <= now + FAST_CLOCK:
        raise WrongTime(field="at")
    return min(at, now)


def _is_noted(person: Person, said: Contacted, digest: bytes) -> bool:
    earlier = Contact.objects.filter(by=person, client_contact_id=said.client_contact_id).first()
    if earlier and bytes(earlier.content_digest) != digest:
        raise ContactNamed
    return earlier is not None


def _named_subject(
    standing: Standing, broadcast_id: int, subject: int, *, is_pupil: bool | None
) -> tuple[Broadcast, Listed]:
    """The notice and how it stands with this subject, where one sees them by name in a place of one's own."""
    broadcast = (
        Broadcast.objects.select_related("audience_org", "audience_class__school").filter(pk=broadcast_id).first()
    )
    if broadcast is None:
        raise NotFound
    for unit in _units_of(broadcast, subject):
        listed = _listed(broadcast, unit, subject)
        if (
            listed
            and is_pupil in {None, bool(listed.is_pupil)}
            and policy.is_named_to(standing, subject, is_pupil=bool(listed.is_pupil))
            and _is_in_ones_place(standing, broadcast, listed)
        ):
            return broadcast, listed
    raise NotFound


def _units_of(broadcast: Broadcast, subject: int) -> list[int]:
    """Where the notice counts them: found by those who have it for them."""
    guardians = GuardianLink.objects.filter(student=subject).values_list("guardian", flat=True)
    reasons = Acknowledgement.objects.filter(broadcast=broadcast, person__in=[*guardians, subject])
    found = reasons.filter(student=subject) | reasons.filter(person=subject, student__isnull=True)
    return sorted(set(found.values_list("unit", flat=True)))


def _listed(broadcast: Broadcast, unit: int, subject: int) -> Listed | None:
    scope = Sql("AND asked.unit_id = %s AND COALESCE(asked.student_id, asked.person_id) = %s", (unit, subject))
    row = subjects(broadcast.pk, scope)
    with connection.cursor() as cursor:
        cursor.execute(row.text, row.params)
        found = cursor.fetchone()
    if found is None:
        return None
    at_unit, school_class, pk, is_pupil, grade, state, at, reason, _channels = found
    return Listed(at_unit, school_class, pk, is_pupil, grade, state, at, reason)


def _is_in_ones_place(standing: Standing, broadcast: Broadcast, listed: Listed) -> bool:
    if policy.may_open_org(standing, broadcast, Org.objects.get(pk=listed.unit)):
        return True
    about = Q(student=listed.subject) | Q(student__isnull=True, person=listed.subject)
    own = Place(broadcast, None, standing.classes)
    return bool(standing.classes) and own.reasons().filter(about, unit=listed.unit).exists()


def _as_it_is(standing: Standing, broadcast: Broadcast, listed: Listed) -> Subject:
    now = _listed(broadcast, listed.unit, listed.subject) or listed
    (told,) = subjects_told(standing, broadcast, [now])
    return told
