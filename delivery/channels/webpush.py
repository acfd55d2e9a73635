"""Web Push (RFC 8030, 8291, 8292): encrypted for one browser, handed to that browser's push service."""

import datetime as dt
import email.utils
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self, cast

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from delivery.addresses import AddressRefusedError, Answer, Lookup, UnreachableError, system_lookup
from delivery.channels.base import Address, DeliveryChannel, DeliveryError, Fault
from delivery.fitting import fitted, tag_digest
from delivery.keys import key_pair
from delivery.models import PushSubscription
from delivery.sources import Notice, Priority
from registry.lists import these

if TYPE_CHECKING:
    from delivery.vapid import Sealer, Signer

# Firefox, Chrome and its kin, Safari, Edge. Nobody else is called, however the address came here.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    ".notify.windows.com",
)
# The body may have 4,096 bytes (RFC 8291, 4); 86 are header, 16 the seal, 1 the mark of the last record.
LARGEST_PLAINTEXT = 4096 - 86 - 16 - 1
# What is used of it (G04): a text of 1,500 Vietnamese characters and all that goes with it.
USED_PLAINTEXT = 3000
# What is tried once more when a service finds that too large.
SMALL_PLAINTEXT = 2000
_DAY, _HOUR = 86_400, 3_600
# A service that calls our key wrong for so long has an address that belongs to another key.
_REFUSED_FOR_GOOD = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAddress(Address):
    """A push subscription, ready to send to."""

    endpoint: str
    p256dh: str
    auth: str


class WebPush(DeliveryChannel):
    """Push to browsers. `lookup` and `tls` are passed in by tests.

    What sends is read where it is made: every command knows of this channel, and the worker alone sends.
    """

    slug: ClassVar[str] = "webpush"

    def __init__(self, *, lookup: Lookup = system_lookup, tls: ssl.SSLContext | None = None) -> None:
        from delivery.outside import Outside  # noqa: PLC0415

        self._outside = Outside(PUSH_HOSTS, lookup=lookup, tls=tls)
        self._signer: Signer | None = None
        self._sealer: Sealer | None = None

    async def __aenter__(self) -> Self:
        await self._outside.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._outside.__aexit__()

    def prepare(self) -> None:
        from delivery.vapid import Sealer, Signer  # noqa: PLC0415

        keys = key_pair()
        self._signer = Signer(keys, subject=settings.VAPID_SUBJECT)
        self._sealer = Sealer(keys)

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, address: Address, notice: Notice) -> None:
        push = cast("PushAddress", address)
        answer = await self._post(push, notice, USED_PLAINTEXT)
        if answer.status == 413:
            answer = await self._post(push, notice, SMALL_PLAINTEXT)
        if not 200 <= answer.status < 300:
            raise error_of(answer)

    async def _post(self, address: PushAddress, notice: Notice, limit: int) -> Answer:
        if self._signer is None or self._sealer is None:
            raise RuntimeError("prepare() comes before send()")
        text = fitted(notice, limit, language=address.language)
        body = self._sealer.seal(text, p256dh=address.p256dh, auth=address.auth)
        try:
            authorization = self._signer.authorization(origin_of(address.endpoint))
            headers = {"authorization": authorization, **headers_of(notice)}
            return await self._outside.post(address.endpoint, body, headers=headers)
        except AddressRefusedError as error:
            # Stored before a rule became stricter, or its name now leads to a private network.
            raise DeliveryError(str(error), fault=Fault.PERMANENT) from error
        except UnreachableError as error:
            raise DeliveryError(str(error), fault=Fault.SERVICE) from error

    # -- addresses ------------------------------------------------------------------------------------------------

    def addresses_of(self, person_ids: Collection[int]) -> list[tuple[int, int]]:
        found = _live().filter(person__in=these(person_ids)).order_by("pk")
        return list(found.values_list("person_id", "pk"))

    def addresses(self, ids: Collection[int]) -> dict[int, Address]:
        rows = _live().filter(pk__in=these(ids)).values_list(*_FIELDS)
        return {row[0]: _address(*row) for row in rows}

    def record_accepted(self, ids: Collection[int], *, now: dt.datetime) -> None:
        # Once a day is enough to see that an address lives; once a push would double the writes.
        stale = (
            Q(last_accepted_at=None)
            | Q(last_accepted_at__lt=now - dt.timedelta(days=1))
            | Q(refused_since__isnull=False)
        )
        PushSubscription.objects.filter(stale, pk__in=these(ids)).update(last_accepted_at=now, refused_since=None)

    def record_refused(self, ids: Collection[int], *, now: dt.datetime) -> None:
        refused = PushSubscription.objects.filter(pk__in=ids)
        refused.filter(refused_since=None).update(refused_since=now)
        refused.filter(refused_since__lt=now - _REFUSED_FOR_GOOD).delete()

    def forget(self, ids: Collection[int]) -> None:
        PushSubscription.objects.filter(pk__in=ids).delete()


def headers_of(notice: Notice) -> dict[str, str]:
    """How long the service keeps it, how eagerly it delivers, and what it may replace."""
    return {
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        # A notice is worth a day's wait for a phone that is off; talk an hour, then the app itself tells.
        "ttl": str(_DAY if notice.priority >= Priority.NOTICE else _HOUR),
        "urgency": "high" if notice.priority >= Priority.URGENT else "normal",
        "topic": tag_digest(notice.tag),
    }


def origin_of(endpoint: str) -> str:
    """Scheme, host and any unusual port of an address that was checked before it was kept."""
    scheme, _nothing, place, _rest = endpoint.split("/", 3)
    return f"{scheme}//{place.removesuffix(':443')}"


def error_of(answer: Answer) -> DeliveryError:
    """What an answer other than success means."""
    match answer.status:
        case 404 | 410:
            return DeliveryError("address_gone", fault=Fault.GONE)
        case 401 | 403:
            return DeliveryError("key_refused", fault=Fault.OURS)
        case 413:
            return DeliveryError("too_large", fault=Fault.PERMANENT)
        case 429:
            return DeliveryError("too_many", retry_after=retry_after(answer.headers))
    # A redirect lands here too: it is not followed, and may be a mistake of an hour.
    fault = Fault.SERVICE if answer.status >= 500 else Fault.TRY_AGAIN
    return DeliveryError(f"status_{answer.status}", fault=fault, retry_after=retry_after(answer.headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, given as a number or as a date; None when it is neither."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 9:
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max((until - timezone.now()).total_seconds(), 0)


def _live() -> QuerySet[PushSubscription]:
    # An ended device has no address any more, whoever ended it and however far the cleaning up has come.
    return PushSubscription.objects.filter(Q(device=None) | Q(device__ended_at=None, device__account__is_active=True))


_FIELDS = ("pk", "person_id", "language", "endpoint", "p256dh", "auth")


def _address(pk: int, person_id: int, language: str, endpoint: str, p256dh: str, auth: str) -> PushAddress:
    return PushAddress(
        id=pk,
        person_id=person_id,
        language=language,
        service=origin_of(endpoint),
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
    )
