"""Sockets that come in: so many at once, again after a failure, until all have joined."""

import heapq
import random
from dataclasses import dataclass, field
from time import perf_counter

from bench.generator.client import Client
from bench.generator.loop import Loop


@dataclass
class Arrived:
    """How it went: seconds from the beginning to each one's joining, and every attempt that failed, by reason."""

    seconds: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    told: int = 0
    missing: int = 0


class Arriving:
    """Lets these clients in."""

    def __init__(self, loop: Loop, clients: list[Client], *, at_once: int, began_at: float) -> None:
        self.loop = loop
        self.waiting = list(reversed(clients))
        self.at_once = at_once
        self.under_way: set[Client] = set()
        self.later: list[tuple[float, int, Client]] = []
        self.left = len(clients)
        self.began_at = began_at
        self.arrived = Arrived()

    def run(self, seconds: float) -> Arrived:
        """Return when all are in, or the time is up."""
        before = self.loop.on_ready, self.loop.on_lost
        self.loop.on_ready, self.loop.on_lost = self._ready, self._lost
        ends_at = perf_counter() + seconds
        try:
            while self.left and (now := perf_counter()) < ends_at:
                self._begin(now)
                self.loop.turn(0.02)
        finally:
            self.loop.on_ready, self.loop.on_lost = before
        self.arrived.missing = self.left
        return self.arrived

    def _begin(self, now: float) -> None:
        while self.later and self.later[0][0] <= now:
            self.waiting.append(heapq.heappop(self.later)[2])
        # A few between two turns: what is open already must not wait for thousands of connects.
        for _one in range(min(200, self.at_once - len(self.under_way), len(self.waiting))):
            client = self.waiting.pop()
            self.under_way.add(client)
            self.loop.open(client)

    def _ready(self, client: Client) -> None:
        self.under_way.discard(client)
        self.left -= 1
        client.attempts = 0
        self.arrived.seconds.append(perf_counter() - self.began_at)

    def _lost(self, client: Client, reason: str) -> None:
        """The server may say when to come back; else it is an error, and the protocol's own pause follows."""
        self.under_way.discard(client)
        if client.is_ready:
            self.left += 1
        if client.told is None:
            self.arrived.errors[reason] = self.arrived.errors.get(reason, 0) + 1
            pause = min(30.0, 0.5 * 2**client.attempts) * random.uniform(0.5, 1.5)
            client.attempts += 1
        else:
            self.arrived.told += 1
            pause = client.told
        client.told = None
        heapq.heappush(self.later, (perf_counter() + pause, id(client), client))
