"""What the other packages, and people, ask of delivery."""

import base64
import binascii
import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from delivery import wake
from delivery.addresses import AddressRefusedError, checked
from delivery.channels.webpush import PUSH_HOSTS
from delivery.errors import PushAddressRefused, PushKeysRefused
from delivery.models import Delivery, Dispatch, PushSubscription
from delivery.sources import source_named
from registry.lists import as_parameter, rows_of_numbers, these
from registry.models import Device, Person

# By hand: every message comes by here, and the ORM takes longer to write it than the database to do it.
_ENQUEUE = """
INSERT INTO delivery_dispatch (source, subject, due_at, priority, channel, "cursor", attempts, created_at)
SELECT %s, n.number, %s, %s, %s, 0, 0, %s"""
State = Delivery.State
# Phones, a tablet, the computers at work; more would be a way to make this server busy.
MOST_ADDRESSES = 10


class PushKeys(NamedTuple):
    """A browser's public key and secret, base64url as it wrote them."""

    p256dh: str
    auth: str


def enqueue(
    source: str, subject: int, *, due_at: dt.datetime | None = None, priority: int = 0, channel: str = ""
) -> None:
    """Somebody is to be told of `subject` once the caller's transaction has committed; rolled back, nobody is.

    One INSERT, in the caller's transaction. The same source and subject again change nothing. A later `due_at` spares
    those who will have read it on an open socket by then. `priority`: see delivery.sources.Priority. `channel`: over this
    one alone; else over all but those that are used on request only.
    """
    enqueue_all(source, [subject], due_at=due_at or timezone.now(), priority=priority, channel=channel)


def enqueue_all(
    source: str, subjects: Collection[int], *, due_at: dt.datetime, priority: int = 0, channel: str = ""
) -> None:
    """The same for many subjects of one source, in one INSERT."""
    source_named(source)
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_ENQUEUE} FROM {rows_of_numbers()} WHERE true ON CONFLICT DO NOTHING",
            [source, moment(due_at), priority, channel, moment(timezone.now()), as_parameter(subjects)],
        )
    transaction.on_commit(wake.poke)


def told_of(source: str, subjects: Collection[int]) -> "QuerySet[Delivery, int]":
    """The people who were told of any of these, or are being told right now."""
    causes = Dispatch.objects.filter(source=source, subject__in=these(subjects)).values("pk")
    on_its_way = Q(state=State.WAITING, lease_until__gt=timezone.now())
    sent = Delivery.objects.filter(Q(state=State.SENT) | on_its_way, dispatch__in=causes)
    return sent.values_list("person", flat=True)


def withdraw(source: str, subjects: Collection[int]) -> None:
    """Nobody more is told of these, from the caller's commit on; what waits is dropped. What a worker is sending right now
    goes out, or is asked about again when it comes back."""
    now = timezone.now()
    causes = Dispatch.objects.filter(source=source, subject__in=these(subjects))
    # First: a worker that expands one of them has its rows written when this is through, and finds it done afterwards.
    causes.filter(done_at=None).update(done_at=now, lease_until=None)
    idle = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = Delivery.objects.filter(idle, dispatch__in=causes.values("pk"), state=State.WAITING)
    waiting.update(state=State.DROPPED, outcome="withdrawn", finished_at=now)


@transaction.atomic
def subscribe(
    person: Person, device: Device | None, *, endpoint: str, keys: PushKeys, language: str
) -> PushSubscription:
    """This person is told things at this address from now on, and whoever had it before no longer is."""
    _require_address(endpoint)
    _require_keys(keys)
    # In a line per person: two tabs that subscribe at once must not keep eleven.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = PushSubscription(person=person, device=device, endpoint=endpoint, language=language, **keys._asdict())
    PushSubscription.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["endpoint"],
        update_fields=["person", "device", "p256dh", "auth", "language", "last_accepted_at", "refused_since"],
    )
    kept = PushSubscription.objects.get(endpoint=endpoint)
    _forget_surplus(kept)
    return kept


def unsubscribe(person: Person, *, endpoint: str) -> None:
    """This address is no longer told anything, if it is this person's; anybody else's stays as it is."""
    PushSubscription.objects.filter(person=person, endpoint=endpoint).delete()


def set_language(person: Person, language: str) -> None:
    """From now on this person's devices are told things in this language."""
    PushSubscription.objects.filter(person=person).update(language=language)


def forget_address(subscription_id: int) -> None:
    """The address is gone; what still waits for it is dropped when its turn comes."""
    PushSubscription.objects.filter(pk=subscription_id).delete()


def _forget_surplus(newest: PushSubscription) -> None:
    """The oldest go: the phone in the hand always works."""
    others = (
        PushSubscription.objects.filter(person=newest.person_id).exclude(pk=newest.pk).order_by("-created_at", "-pk")
    )
    surplus = list(others.values_list("pk", flat=True)[MOST_ADDRESSES - 1 :])
    if surplus:
        PushSubscription.objects.filter(pk__in=surplus).delete()


def _require_address(endpoint: str) -> None:
    try:
        checked(endpoint, PUSH_HOSTS)
    except AddressRefusedError as error:
        raise PushAddressRefused from error


def _require_keys(keys: PushKeys) -> None:
    """A point on P-256 and 16 bytes: found out now, while somebody can do something about it."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(keys.p256dh, 65))
        _decoded(keys.auth, 16)
    except ValueError as error:
        raise PushKeysRefused from error


def _decoded(key: str, length: int) -> bytes:
    """The key's bytes, if there are `length` of them; browsers write base64url, with or without padding."""
    try:
        raw = base64.b64decode(key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
    if len(raw) != length:
        raise ValueError("wrong length")
    return raw
