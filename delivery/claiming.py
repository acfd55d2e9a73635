"""Takes due deliveries for one worker, and finds out what is still to be said to whom."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import translation

from delivery.channels import Address, DeliveryChannel
from delivery.fitting import tag_digest
from delivery.models import Delivery, Dispatch
from delivery.outcomes import Outcome
from delivery.pace import QUIET, wait_after
from delivery.sources import Notice, Priority, source_named
from realtime.faults import log_bug
from registry.lists import these

log = logging.getLogger(__name__)

# Longer than any send may take. Who dies holding it has lost its deliveries to another worker when it is over.
LEASE = dt.timedelta(seconds=60)

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Job:
    """One notice for one address, leased to this worker."""

    delivery: Delivery
    address: Address
    notice: Notice

    @property
    def tag_digest(self) -> str:
        """What the phone and the push service take for the same matter."""
        return tag_digest(self.notice.tag)


def claim(channels: Mapping[str, DeliveryChannel], *, now: dt.datetime, limit: int) -> tuple[list[Job], list[Outcome]]:
    """Up to `limit` due deliveries, most pressing first: what to send, and what became of the others."""
    due = Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now), state=State.WAITING, waits_until__lte=now
    )
    # Looked at without a lock first: on SQLite a claim is a write, and an idle worker asks every other second.
    if not due.exists():
        return [], []
    with transaction.atomic():
        mine = list(due.select_for_update(skip_locked=True).order_by("-priority", "waits_until", "pk")[:limit])
        until = now + LEASE
        Delivery.objects.filter(pk__in=these([each.pk for each in mine])).update(lease_until=until)
    for each in mine:
        each.lease_until = until
    return _sorted_out(mine, channels, now)


def _sorted_out(
    mine: list[Delivery], channels: Mapping[str, DeliveryChannel], now: dt.datetime
) -> tuple[list[Job], list[Outcome]]:
    """Left out: who no longer has the address, is not to be told, is told something newer, or was just told."""
    outcomes: list[Outcome] = []
    addressed = list(_addressed(mine, channels, outcomes))
    jobs = list(_worded(addressed, now, outcomes))
    jobs = list(_newest(jobs, outcomes))
    return list(_not_just_told(jobs, now, outcomes)), outcomes


def _addressed(
    mine: list[Delivery], channels: Mapping[str, DeliveryChannel], outcomes: list[Outcome]
) -> Iterable[tuple[Delivery, Address]]:
    known: dict[str, dict[int, Address]] = {}
    for slug, channel in channels.items():
        known[slug] = channel.addresses({each.address for each in mine if each.channel == slug})
    for delivery in mine:
        address = known.get(delivery.channel, {}).get(delivery.address)
        if address is None:
            outcomes.append(Outcome.ended(delivery, State.GONE, "address_gone"))
        elif address.person_id != delivery.person_id:
            # The phone changed hands: what was meant for its former user must not appear on it.
            outcomes.append(Outcome.ended(delivery, State.GONE, "address_moved"))
        else:
            yield delivery, address


def _worded(addressed: list[tuple[Delivery, Address]], now: dt.datetime, outcomes: list[Outcome]) -> Iterable[Job]:
    """Asks each source once a subject and language."""
    dispatches = Dispatch.objects.in_bulk({delivery.dispatch_id for delivery, _ in addressed})
    groups: dict[tuple[int, str], list[tuple[Delivery, Address]]] = defaultdict(list)
    for delivery, address in addressed:
        delivery.dispatch = dispatches[delivery.dispatch_id]
        groups[delivery.dispatch_id, address.language].append((delivery, address))
    for (dispatch_id, language), group in groups.items():
        notices = _notices(dispatches[dispatch_id], [address.person_id for _, address in group], language)
        for delivery, address in group:
            if notices is None:
                outcomes.append(Outcome.postponed(delivery, now + wait_after(delivery.attempts + 1), "source_failed"))
            elif (notice := notices.get(address.person_id)) is None:
                outcomes.append(Outcome.ended(delivery, State.DROPPED, "not_wanted"))
            else:
                yield Job(delivery, address, notice)


def _notices(dispatch: Dispatch, person_ids: list[int], language: str) -> dict[int, Notice] | None:
    """What the source says, or None after an error in it: one faulty subject must not hold up everybody else."""
    try:
        with translation.override(language):
            return source_named(dispatch.source).notices_for(dispatch.subject, set(person_ids), language=language)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  a bug in a source, of whatever kind; told, and tried again later
        log_bug(log, error, "source %s failed for subject %s", dispatch.source, dispatch.subject)
        return None


def _newest(jobs: list[Job], outcomes: list[Outcome]) -> Iterable[Job]:
    """Of several notices of one matter for one address only the newest: it would replace the others anyhow."""
    newest: dict[tuple[str, int, str], Job] = {}
    for job in sorted(jobs, key=lambda job: (job.notice.at, job.delivery.dispatch_id)):
        key = job.delivery.channel, job.address.id, job.tag_digest
        if key in newest:
            outcomes.append(Outcome.ended(newest[key].delivery, State.DROPPED, "replaced"))
        newest[key] = job
    kept = {job.delivery.pk for job in newest.values()}
    return [job for job in jobs if job.delivery.pk in kept]


def _not_just_told(jobs: list[Job], now: dt.datetime, outcomes: list[Outcome]) -> Iterable[Job]:
    """A second notice of the same matter waits out the half minute, unless it is pressing."""
    told = _told_at([job for job in jobs if job.notice.priority < Priority.URGENT], now)
    for job in jobs:
        at = told.get((job.delivery.channel, job.address.id, job.tag_digest))
        if at is None:
            yield job
        else:
            outcomes.append(Outcome.postponed(job.delivery, at + QUIET, "just_told"))


def _told_at(jobs: list[Job], now: dt.datetime) -> dict[tuple[str, int, str], dt.datetime]:
    if not jobs:
        return {}
    recent = Delivery.objects.filter(
        state=State.SENT,
        address__in=these({job.address.id for job in jobs}),
        tag_digest__in={job.tag_digest for job in jobs},
        finished_at__gt=now - QUIET,
    )
    rows = recent.order_by("finished_at").values_list("channel", "address", "tag_digest", "finished_at")
    return {(channel, address, tag): at for channel, address, tag, at in rows if at is not None}
