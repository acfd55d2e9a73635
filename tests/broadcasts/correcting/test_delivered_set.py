"""G11: of a thousand recipients the correction reaches exactly the thousand, and whom the first had not reached yet hears of
the new one alone."""

import uuid
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadcasts.ledger import listing, policy
from broadcasts.ledger.filters import wanted_in
from broadcasts.ledger.people import Subject, subjects_told
from broadcasts.ledger.places import topmost
from broadcasts.models import Acknowledgement, Broadcast, Contact, Receipt
from delivery.models import Delivery, Dispatch, PushSubscription
from registry.models import Person
from tests.broadcasts.correcting.desk import begin, correct, write
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.ladder.conftest import Phones
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.delivery.push_service import Browser, base64url

GUARDIANS, RANG, WAITING, SLIPS, CALLS = 1000, 600, 200, 50, 30


def test_a_thousand_recipients_are_the_same_thousand(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    crowd(cast, GUARDIANS - 2)
    sent = publish(cast.hanh, cast.class_7a, urgency="khan", roles=["guardians"])
    people = list(sent.receipts.order_by("person").values_list("person", flat=True))
    assert len(people) == GUARDIANS
    _without_phones(cast)
    rang, late, by_hand = people[:RANG], people[RANG : RANG + WAITING], people[RANG + WAITING :]
    _subscribe(phones, rang)
    phones.work()
    assert Delivery.objects.filter(state="sent").count() == RANG
    # Their phones come on when the first has been told already; its reminder would have found them.
    phone = _subscribe(phones, late)
    _told_by_hand(cast, sent, by_hand[:SLIPS], "slip")
    _told_by_hand(cast, sent, by_hand[SLIPS : SLIPS + CALLS], "call")

    hanh = Desk(cast, cast.hanh)
    draft = write(hanh, begin(hanh, sent), body="Sửa: nghỉ từ thứ Năm.")
    assert hanh.people(draft) == GUARDIANS
    told = correct(hanh, sent)
    assert set(told.receipts.values_list("person", flat=True)) == set(people)
    assert not Acknowledgement.objects.filter(broadcast=told, acknowledged_at__isnull=False).exists()

    phones.service.pushes.clear()
    phones.work()
    heard = [push.path for push in phones.service.pushes]
    assert sorted(heard) == sorted(f"/{person}" for person in [*rang, *late])
    # One matter: on the phone and on the way there the newer takes the older one's place.
    assert len({push.headers["topic"] for push in phones.service.pushes}) == 1
    (push,) = phones.service.at(str(late[0]))
    told_late = phone.read(push)
    assert (told_late["id"], told_late["title"]) == (told.pk, f"ĐÍNH CHÍNH: {sent.title}")
    assert (told_late["tag"], told_late["corrects"]["id"]) == (f"broadcast-{sent.pk}", sent.pk)
    # Nothing of the first is left to be told: neither to those whose phones came late nor as a reminder.
    rungs = sent.rungs.values_list("pk", flat=True)
    assert not Dispatch.objects.filter(source="broadcast", subject=sent.pk, done_at=None).exists()
    assert not Dispatch.objects.filter(source="rung", subject__in=rungs, done_at=None).exists()
    assert not Delivery.objects.filter(dispatch__source="rung", dispatch__subject__in=rungs).exists()

    spared = set(Receipt.objects.filter(broadcast=sent, is_spared=True).values_list("person", flat=True))
    assert spared == set(late) | set(by_hand[SLIPS + CALLS :])
    # Nobody of the hand lists counts as told of the new one, and who calls sees by what they were told the old one.
    subjects = _everybody(cast.lan, told)
    assert len(subjects) == GUARDIANS
    assert {one.state for one in subjects} == {"waiting"}
    before = [contact.channel for one in subjects for contact in one.told_before]
    assert (before.count("slip"), before.count("call"), len(before)) == (SLIPS, CALLS, SLIPS + CALLS)


def test_correcting_takes_as_many_statements_for_five_hundred_as_for_ten(cast: Cast, settings: Any) -> None:
    settings.UNDO_SECONDS = 0

    def statements() -> int:
        sent = publish(cast.hanh, cast.class_7a, roles=["guardians"])
        hanh = Desk(cast, cast.hanh)
        draft = write(hanh, begin(hanh, sent), body="Sửa.")
        people = hanh.people(draft)
        with CaptureQueriesContext(connection) as captured:
            hanh.submit(draft, people=people)
        assert Broadcast.objects.get(corrects=sent).receipts.count() == people
        return len(captured)

    few = statements()
    crowd(cast, 500)
    assert statements() == few


def test_a_list_with_corrected_notices_costs_what_one_without_does(cast: Cast) -> None:
    hoa = Desk(cast, cast.hoa)
    sent = [publish(cast.hanh, cast.school, roles=["guardians"]) for _ in range(6)]
    hoa.get("")
    with CaptureQueriesContext(connection) as plain:
        hoa.get("")
    for one in sent[:3]:
        correct(Desk(cast, cast.hanh), one)
    hoa.get("")
    with CaptureQueriesContext(connection) as corrected:
        assert len(hoa.get("")["broadcasts"]) == 9
    assert len(corrected) == len(plain)


def _without_phones(cast: Cast) -> None:
    PushSubscription.objects.filter(person__in=[person.pk for person in cast.people().values()]).delete()


def _subscribe(phones: Phones, people: list[int]) -> Browser:
    """A telephone for each of them, signed in, all with the key of the one that is given back."""
    one = Browser(phones.service.url("crowd"))
    secret = base64url(one.auth)
    PushSubscription.objects.bulk_create(
        PushSubscription(person_id=person, endpoint=phones.service.url(str(person)), p256dh=one.p256dh, auth=secret)
        for person in people
    )
    return one


def _told_by_hand(cast: Cast, sent: Broadcast, guardians: list[int], channel: str) -> None:
    pupils = sent.acknowledgements.filter(person__in=guardians).values_list("student", flat=True)
    Contact.objects.bulk_create(
        Contact(
            broadcast=sent, subject_id=pupil, unit=cast.school, channel=channel, at=timezone.now(), by=cast.lan,
            client_contact_id=uuid.uuid4(), content_digest=b"",
        )
        for pupil in pupils
    )  # fmt: skip


def _everybody(person: Person, told: Broadcast) -> list[Subject]:
    """All of the class as its teacher sees them, on one page."""
    standing = policy.standing_of(person)
    place = topmost(standing, told)
    assert place
    page = listing.page_of(standing, place, wanted_in(QueryDict()), after=None, limit=GUARDIANS)
    return subjects_told(standing, told, page.listed)
