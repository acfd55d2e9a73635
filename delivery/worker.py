"""Claim, expand, send, record: one round of work. The loop is elsewhere."""

import asyncio
import datetime as dt
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from typing import ParamSpec, Self, TypeVar

from django.db import close_old_connections, connections
from django.utils import timezone

from delivery.channels import DeliveryChannel, DeliveryError, Fault
from delivery.claiming import Job, claim
from delivery.expanding import expand_due
from delivery.models import Delivery
from delivery.outcomes import Outcome, record
from delivery.pace import Rests, wait_after
from realtime.faults import log_bug

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# What is asked of the database a batch, most of it the same however large: at a hundred it took a third of the time.
BATCH = 500
# Sends at the same moment; the network waits, not we.
AT_ONCE = 64
# No send begins so close to the end of the lease that another worker could begin it too.
MARGIN = dt.timedelta(seconds=25)
# One line in ten minutes a service is enough to be found.
_ALARM = dt.timedelta(minutes=10)

Clock = Callable[[], dt.datetime]


def all_channels() -> dict[str, DeliveryChannel]:
    """One of each way of delivering that there is."""
    return {slug: channel() for slug, channel in sorted(DeliveryChannel.registered.items())}


class Worker:
    """Does rounds of work, used with `async with`. Any number of workers, here and elsewhere, share the same tables.

    The database is reached from one thread of the worker's own, so that pushes never take a connection from people.
    """

    def __init__(
        self,
        channels: Mapping[str, DeliveryChannel] | None = None,
        *,
        clock: Clock = timezone.now,
        at_once: int = AT_ONCE,
    ) -> None:
        self.channels = all_channels() if channels is None else channels
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._rests = Rests()
        self._alarmed: dict[str, dt.datetime] = {}
        self._slots = asyncio.Semaphore(at_once)
        self._unwritten: list[Outcome] = []
        self._noted = 0
        self._writing = asyncio.Lock()
        self._is_stopping = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="delivery")
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            for channel in self.channels.values():
                await self._opened.enter_async_context(channel)
                await self.in_database(channel.prepare)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        self._thread.shutdown()

    def stop(self) -> None:
        """Sends that have begun are finished; what is only claimed is given back."""
        self._is_stopping = True

    async def work_once(self, *, limit: int = BATCH) -> int:
        """What is due expanded and one batch of deliveries dealt with; how much that was. 0: nothing is due."""
        expanded = await self.in_database(expand_due, self.channels, now=self._clock())
        jobs, outcomes = await self.in_database(claim, self.channels, now=self._clock(), limit=limit)
        self._note(outcomes)
        by_address: dict[tuple[str, int], list[Job]] = defaultdict(list)
        for job in jobs:
            by_address[job.delivery.channel, job.address.id].append(job)
        rounds = (self._send_in_turn(group) for group in by_address.values())
        for failure in await asyncio.gather(*rounds, self._write(), return_exceptions=True):
            if isinstance(failure, BaseException):
                raise failure
        return expanded + len(jobs) + len(outcomes)

    async def in_database(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's answer, from the worker's database thread."""
        call = partial(_fresh, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def _send_in_turn(self, jobs: Iterable[Job]) -> None:
        """Notices for one address one after the other, so that the first answer counts for the rest."""
        is_gone = False
        for job in jobs:
            if is_gone:
                self._note([Outcome.ended(job.delivery, Delivery.State.GONE, "address_gone")])
                continue
            # The slot is held until it is written: so many at most are sent twice when this process is killed.
            async with self._slots:
                outcome = await self._sent(job)
                if outcome is not None:
                    is_gone = outcome.fault is Fault.GONE
                    self._note([outcome])
                    await self._write()
        await self._write()

    async def _sent(self, job: Job) -> Outcome | None:
        now = self._clock()
        lease = job.delivery.lease_until
        if lease is None or now > lease - MARGIN:
            return None
        if self._is_stopping:
            return Outcome.postponed(job.delivery, now, "worker_stopped")
        address = f"{job.delivery.channel}:{job.address.id}"
        rests_until = self._rests.until(job.address.service, address, now)
        if rests_until is not None:
            return Outcome.postponed(job.delivery, rests_until, "service_rests")
        try:
            await self.channels[job.delivery.channel].send(job.address, job.notice)
        except DeliveryError as error:
            return self._failed(job, error, address)
        except Exception as error:  # noqa: BLE001  one faulty address must not hold up all the others
            log_bug(log, error, "sending delivery %s failed", job.delivery.pk)
            return self._failed(job, DeliveryError("bug"), address)
        self._rests.succeeded(job.address.service)
        return Outcome.sent(job.delivery, job.tag_digest)

    def _failed(self, job: Job, error: DeliveryError, address: str) -> Outcome:
        now = self._clock()
        until = now + wait_after(job.delivery.attempts + 1, error.retry_after)
        self._rests.failed(job.address.service, address, error, until=until, now=now)
        if error.fault is Fault.OURS:
            self._raise_alarm(job.address.service, now)
        return Outcome.failed(job.delivery, error, until)

    def _raise_alarm(self, service: str, now: dt.datetime) -> None:
        if service not in self._alarmed or self._alarmed[service] < now - _ALARM:
            self._alarmed[service] = now
            log.error("push service %s refuses our key: check VAPID_SUBJECT, this machine's clock and the key", service)

    def _note(self, outcomes: list[Outcome]) -> None:
        self._unwritten += outcomes
        self._noted += len(outcomes)
        self.counts.update(outcome.state.value if outcome.waits_until is None else "again" for outcome in outcomes)

    async def _write(self) -> None:
        """All that is noted by now is written. What comes while somebody writes is written together, by the next."""
        upto = self._noted
        async with self._writing:
            if self._noted - len(self._unwritten) >= upto:
                return
            outcomes, self._unwritten = self._unwritten, []
            try:
                await self.in_database(record, outcomes, self.channels, now=self._clock())
            except BaseException:
                self._unwritten = outcomes + self._unwritten
                raise


def _fresh(function: Callable[[], R]) -> R:
    """Django closes or checks connections around an HTTP request; nobody does it for a worker, so it is done here."""
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()
