"""A worker killed fifty times while ten thousand pushes go out: none is lost, few come twice, and those collapse."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection

from delivery.actions import enqueue
from delivery.fitting import tag_digest
from delivery.models import Delivery, Dispatch, PushSubscription
from tests import services
from tests.cast import Cast
from tests.delivery.push_service import Answer, PushService
from tests.delivery.test_outside import Listener
from tests.delivery.test_processes import many
from tests.proofs import WHOLE
from tests.wire import ROOT, database_url

GONE, BUSY, LIMITED, AWAY = "gone", "busy", "limited", "away"
NOTICES = range(1, 1_001 if WHOLE else 151)
KILLS = 50 if WHOLE else 7
# What a service asks for that has had too many, in seconds: less than a lease, so that no killed worker explains it.
WAITS = 40


class Killed:
    """Workers one after the other, each killed when its time has come."""

    def __init__(self, service: PushService) -> None:
        self._env = {**os.environ, "DATABASE_URL": database_url(), "OUTSIDE_TEST_HOSTS": f"127.0.0.1:{service.port}"}
        self._log = Path(tempfile.mkdtemp(prefix="tt-killed-")) / "log"
        self._worker: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.delivery.a_worker"]
        self._worker = services.start(command, self._log, cwd=ROOT, env=self._env)

    def kill(self) -> None:
        """Without a word, wherever it is."""
        if self._worker is not None:
            services.stop(self._worker, by=signal.SIGKILL)
            self.kills += 1
            self._worker = None


@pytest.fixture
def killed(service: PushService) -> Iterator[Killed]:
    workers = Killed(service)
    yield workers
    workers.kill()


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_killed_again_and_again_it_loses_nothing_and_repeats_little(
    committed_cast: Cast, service: PushService, killed: Killed
) -> None:
    """A steady stream of fifty pushes a second, as an evening has them, and a kill every two seconds of work on average, at
    whatever is being done then. How many are under way at a time, and so come twice, is their rate times how long one takes."""
    chance = random.Random(20261123)
    with Listener() as neighbour:
        phones = subscribe(committed_cast, service, neighbour)
        stream = threading.Thread(target=publish_steadily, daemon=True)
        stream.start()
        while stream.is_alive() or killed.kills < KILLS:
            killed.start()
            # Never before it has done anything: how long a start takes is this machine's affair.
            service.arrived.clear()
            service.arrived.wait(15 if stream.is_alive() else 1)
            time.sleep(chance.uniform(0.2, 4))
            killed.kill()
        killed.start()
        until_done(seconds=180)
        assert neighbour.connections == 0, "nobody outside the list was called"

    told, topics = heard(service), {tag_digest(f"broadcast.{number}") for number in NOTICES}
    for phone in (*phones, f"/{BUSY}", f"/{LIMITED}"):
        assert told[phone].keys() == topics, "each was tried at each phone"
    pushes = sum(sum(told[phone].values()) for phone in phones)
    repeats = pushes - len(phones) * len(topics)
    print(f"PROVE push_kills={killed.kills} pushes={pushes} push_repeats={repeats}")
    # What came twice has the topic of the first: the phone shows one.
    assert repeats <= pushes / (100 if WHOLE else 50)
    # A second time only where it was killed at that very moment.
    assert 1 <= len(service.at(GONE)) <= 2
    assert not PushSubscription.objects.filter(endpoint=service.url(GONE)).exists()
    assert soonest_again(service, BUSY) >= 5
    assert soonest_again(service, LIMITED) >= WAITS


def subscribe(cast: Cast, service: PushService, neighbour: Listener) -> list[str]:
    """Ten phones that take what they are told; and one that is gone, one whose service fails at times, one that asks to be left
    alone for a while, one whose address leads to a neighbour."""
    many(cast, service, 14)
    odd = dict(zip(PushSubscription.objects.order_by("pk"), (GONE, BUSY, LIMITED, AWAY), strict=False))
    for row, name in odd.items():
        address = f"https://127.0.0.1:{neighbour.port}/{name}" if name == AWAY else service.url(name)
        PushSubscription.objects.filter(pk=row.pk).update(endpoint=address)
    service.script[GONE] = [Answer(410)] * 5
    service.script[BUSY] = [Answer(500), Answer(201), Answer(503), Answer(201)] * 10
    service.script[LIMITED] = [Answer(429, {"Retry-After": str(WAITS)})]
    others = PushSubscription.objects.exclude(pk__in=[row.pk for row in odd])
    return ["/" + endpoint.rsplit("/", 1)[1] for endpoint in others.values_list("endpoint", flat=True)]


def publish_steadily() -> None:
    """A notice to all of them every fifth of a second."""
    for number in NOTICES:
        enqueue("test_matter", number)
        time.sleep(0.2)
    connection.close()


def until_done(*, seconds: float) -> None:
    """Until nothing waits any more; leases of the killed run out in a minute."""
    deadline = time.monotonic() + seconds
    while (
        Dispatch.objects.filter(done_at=None).exists() or Delivery.objects.filter(state=Delivery.State.WAITING).exists()
    ):
        assert time.monotonic() < deadline, "not all has come to an end"
        time.sleep(0.5)


def heard(service: PushService) -> dict[str, Counter[str]]:
    """What came, by address and topic."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for push in service.pushes:
        found[push.path][push.headers["topic"]] += 1
    return found


def soonest_again(service: PushService, phone: str) -> float:
    """The least time after which the same notice came again."""
    came: dict[str, list[float]] = defaultdict(list)
    for push in service.at(phone):
        came[push.headers["topic"]].append(push.at)
    return min(second - first for times in came.values() for first, second in pairwise(times))
