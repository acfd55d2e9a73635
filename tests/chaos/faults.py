"""What breaks when: a plan drawn from a seed, carried out one fault after the other, each with its recovery timed."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.crowd import Crowd
from tests.chaos.gate import Gate, Mood
from tests.chaos.journal import now
from tests.chaos.parts import Part

# Of 200 kills: 80 servers, 40 Redis, 50 PostgreSQL, 30 workers.
SHARES = {"server": 0.40, "redis": 0.20, "postgres": 0.25, "worker": 0.15}
# What the worker had claimed when it or its database died is free again a minute later, and that must be seen.
LEASED = ("worker", "postgres")
CUTS = {Mood.RESET: 1.5, Mood.BLACKHOLE: 9.5, Mood.DEAF: 3.0, Mood.DELAY: 6.0, Mood.TRICKLE: 6.0}
SHARE_CUT = 0.5
# Sockets that a dying Redis would close are closed within this time of its return.
REDIS_SECONDS = 1.5
UP_WITHIN = 40.0
ACK_WITHIN = 30.0


@dataclass(slots=True)
class Outcome:
    """What was broken, and how it came back."""

    kills: Counter[str] = field(default_factory=Counter)
    cuts: int = 0
    resumed_after: list[tuple[float, str]] = field(default_factory=list)
    redis_closed: int = 0
    never_resumed: list[str] = field(default_factory=list)


def plan(kills: int, cuts: int, rng: random.Random) -> list[str | Mood]:
    """Faults in random order, each kind in its share; not in the last third those after which work waits for a lease."""
    found: list[str | Mood] = []
    for kind, share in SHARES.items():
        found += [kind] * max(1, round(kills * share))
    found = found[:kills] + ["server"] * (kills - len(found))
    moods = list(CUTS)
    found += [moods[number % len(moods)] for number in range(cuts)]
    rng.shuffle(found)
    planned = [each for each in found if each not in LEASED]
    for each in found:
        if each in LEASED:
            planned.insert(rng.randrange(1 + len(planned) * 2 // 3), each)
    return planned


class Faults:
    """Carries out a plan."""

    def __init__(self, parts: list[Part], gates: list[Gate], crowd: Crowd, rng: random.Random) -> None:
        self._parts, self._gates, self._crowd, self._rng = parts, gates, crowd, rng
        self.outcome = Outcome()
        self._cuts: set[asyncio.Task[None]] = set()

    async def run(self, faults: list[str | Mood], seconds: float) -> None:
        """All of them within about this time, and never two faults of which one would hide the other's effect."""
        began = now()
        slot = seconds / max(1, len(faults))
        for number, fault in enumerate(faults):
            due = began + slot * (number + self._rng.random() * 0.6)
            await asyncio.sleep(max(0.1, due - now()))
            if isinstance(fault, Mood):
                self._cut(fault)
            elif fault == "redis":
                await self._kill_redis()
            else:
                await self._kill(fault)
        await self._heal()

    def _cut(self, mood: Mood) -> None:
        self.outcome.cuts += 1
        self._crowd.journal.write("cut", mood.value)
        task = asyncio.create_task(self._misbehave(self._rng.choice(self._gates), mood))
        self._cuts.add(task)
        task.add_done_callback(self._cuts.discard)

    async def _misbehave(self, gate: Gate, mood: Mood) -> None:
        gate.feel(mood, SHARE_CUT, self._rng)
        await asyncio.sleep(CUTS[mood])
        gate.recover()

    async def _heal(self) -> None:
        if self._cuts:
            await asyncio.wait(tuple(self._cuts))

    async def _kill(self, kind: str) -> None:
        part = self._rng.choice([each for each in self._parts if each.kind == kind])
        self.outcome.kills[kind] += 1
        self._crowd.journal.write("kill", kind)
        part.kill()
        await part.wait_accepting(UP_WITHIN)
        self._crowd.journal.write("up", kind)
        try:
            acked_at = await asyncio.wait_for(self._crowd.next_ack(part.accepted_at), ACK_WITHIN)
        except TimeoutError:
            self.outcome.never_resumed.append(kind)
        else:
            self.outcome.resumed_after.append((acked_at - part.accepted_at, kind))

    async def _kill_redis(self) -> None:
        """Alone, so that every socket that closes now closes because of it."""
        await self._heal()
        await asyncio.sleep(1.0)
        began = now()
        await self._kill("redis")
        await asyncio.sleep(REDIS_SECONDS)
        self.outcome.redis_closed += sum(at >= began for at, _habit, _code in self._crowd.closings)
