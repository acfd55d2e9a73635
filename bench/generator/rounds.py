"""What a generator does with its sockets once they are in: one message after the other, or many at a rate."""

import random
import statistics
import time
from collections import Counter
from time import perf_counter
from typing import Any

from bench.generator.loop import Loop

# Long enough to see a copy too many, short enough that idling is no part of a delivery.
GAP = 0.005


def one_by_one(loop: Loop, count: int, seconds: float) -> dict[str, Any]:
    """Post a message, wait until all have it, post the next; milliseconds to the first, middle, 99th and last receipt."""
    before = [client.got for client in loop.clients]
    shares = [_post_and_wait(loop, 7 * turn % len(loop.clients), seconds) for turn in range(count)]
    took = sum(client.got - had for client, had in zip(loop.clients, before, strict=True))
    wrong = sum(client.got - had != count for client, had in zip(loop.clients, before, strict=True))
    return {
        "deliveries": took,
        "wrong": wrong + len(loop.lost),
        **{name: statistics.median(share[name] for share in shares) for name in ("first", "p50", "p99", "last")},
    }


def _post_and_wait(loop: Loop, sender: int, seconds: float) -> dict[str, float]:
    number = loop.post(loop.clients[sender])
    delays = loop.book.delays[number]
    ends_at = perf_counter() + seconds
    while len(delays) < len(loop.clients) and perf_counter() < ends_at:
        loop.turn(0.05)
    quiet_at = perf_counter() + GAP
    while (left := quiet_at - perf_counter()) > 0:
        loop.turn(left)
    return spread(delays)


def spread(delays: list[float]) -> dict[str, float]:
    """First, median, 99th percentile and last, in milliseconds."""
    if not delays:
        return {"first": 1e9, "p50": 1e9, "p99": 1e9, "last": 1e9}
    ordered = sorted(delays)
    at = {"first": 0, "p50": len(ordered) // 2, "p99": min(len(ordered) - 1, int(len(ordered) * 0.99))}
    return {**{name: 1_000 * ordered[index] for name, index in at.items()}, "last": 1_000 * ordered[-1]}


def at_rate(loop: Loop, rate: float, seconds: float, *, patience: float = 3.0) -> dict[str, Any]:
    """Post at this rate, evenly spread over time and over all clients; then wait for what is still on its way."""
    senders = list(loop.clients)
    random.Random(int(rate)).shuffle(senders)
    in_room = Counter(client.room for client in loop.clients)
    lost_before, refused_before = len(loop.lost), sum(client.refused for client in loop.clients)
    first = len(loop.book.sent_at)
    began, worked = perf_counter(), time.process_time()
    expected = sent = 0
    while (now := perf_counter()) < began + seconds:
        while sent < (now - began) * rate:
            client = senders[sent % len(senders)]
            loop.post(client)
            expected += in_room[client.room]
            sent += 1
        loop.turn(max(0.0, min(0.005, began + sent / rate - perf_counter())))
    elapsed, worked = perf_counter() - began, time.process_time() - worked
    ends_at = perf_counter() + patience
    while (received := _received(loop, first)) < expected and perf_counter() < ends_at:
        for _turn in range(20):
            loop.turn(0.01)
    delays = [delay for some in loop.book.delays[first:] for delay in some]
    return {
        "rate": rate,
        "sends_per_s": sent / elapsed,
        "deliveries_per_s": received / elapsed,
        "deliveries": received,
        "missing": expected - received,
        "lost": len(loop.lost) - lost_before,
        "refused": sum(client.refused for client in loop.clients) - refused_before,
        "generator": worked / elapsed,
        **spread(delays),
    }


def _received(loop: Loop, first: int) -> int:
    return sum(len(some) for some in loop.book.delays[first:])
