"""One run: a school on two servers, a worker, PostgreSQL and Redis; faults; peace; and the checker's verdict."""

import asyncio
import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.crowd import Crowd
from tests.chaos.faults import Faults, plan
from tests.chaos.gate import Gate, Mood
from tests.chaos.journal import now
from tests.chaos.parts import Deliver, Part, Postgres, Redis, Serve, within

ROOT = Path(__file__).resolve().parents[2]
BUILT_WITHIN = 120
ANSWERED_WITHIN = 60
# A right that ended is gone from every open socket in 30 s even with Redis down (P6); a socket's heartbeat comes every 25 s.
COMPLETE_WITHIN = 45
# What a killed worker had begun is free again after its lease of a minute: longer than that it never stands still.
OUTBOX_STILL = 75
OUTBOX_WITHIN = 300
# A slower machine gets this much more time, and then it is a failure.
MOST_OF_TIME = 1.15
RECOVERIES = 150


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is broken and sent."""

    kills: int
    cuts: int
    acked: int
    minutes: float
    seed: int
    revocations: int = 200
    # Exactly these, in this order; empty: drawn from the seed.
    faults: tuple[str | Mood, ...] = ()
    root: Path = ROOT
    outbox: bool = True
    rate: float = 0
    change_every: float = 0
    kept: bool = False
    classes: int = 20
    complete_within: float = COMPLETE_WITHIN

    def sends_a_second(self) -> float:
        """A third more than needed: nothing is acknowledged while PostgreSQL is down."""
        return self.rate or max(15.0, 1.35 * self.acked / (self.minutes * 60))

    def changes_every(self) -> float:
        """Four rights at a time, a fifth more than needed."""
        return self.change_every or min(5.0, self.minutes * 60 / (self.revocations / 4 * 1.2))


@dataclass(slots=True)
class Report:
    """What the run prints."""

    figures: dict[str, Any] = field(default_factory=dict)
    violations: int = 0
    told: list[str] = field(default_factory=list)


class Run:
    """Holds the processes of a run, and ends them."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.rng = random.Random(wanted.seed)
        self.folder = Path(tempfile.mkdtemp(prefix="tt-chaos-"))
        self.postgres = Postgres(self.folder)
        self.redis = Redis(self.folder)
        env = self._environment()
        self.servers = [Serve(self.folder, root=wanted.root, env=env) for _number in range(2)]
        self.worker = Deliver(self.folder, root=wanted.root, env=env)
        self.gates = [Gate(server.port) for server in self.servers]
        self.env = env
        self.registrar: asyncio.subprocess.Process | None = None
        self.crowd: Crowd | None = None
        self.bugs: list[str] = []
        self.complete_after = self.outbox_after = 0.0

    @property
    def parts(self) -> list[Part]:
        """All that is killed."""
        return [*self.servers, self.worker, self.redis, self.postgres]

    def _environment(self) -> dict[str, str]:
        """As in production: secrets of its own, no debugging, nothing that knows of tests."""
        kept = {
            name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
        }
        return kept | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "LAYER_KEY": secrets.token_urlsafe(48),
            "DATA_DIR": str(self.folder),
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "PYTHONUNBUFFERED": "1",
        }

    async def run(self) -> Report:
        """Everything from the empty folder to the verdict; nothing is left running."""
        asyncio.get_running_loop().set_exception_handler(lambda _loop, about: self.bugs.append(_told(about)))
        began = now()
        try:
            faults = await self._live()
            report = await self._judge(faults)
        except Exception:
            print(f"the run broke off; its logs and journals: {self.folder}")
            raise
        finally:
            await self._end()
        report.figures["seconds"] = round(now() - began)
        report.told += self.bugs
        if not self.wanted.kept:
            shutil.rmtree(self.folder, ignore_errors=True)
        return report

    async def _live(self) -> Faults:
        await asyncio.gather(self.postgres.start(), self.redis.start())
        await self._command("migrate", "--noinput", "--verbosity", "0")
        self.registrar = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.registrar", str(self.folder), "--seed", str(self.wanted.seed),
            "--every", str(self.wanted.changes_every()), "--classes", str(self.wanted.classes),
            cwd=self.wanted.root, env=self.env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(self.folder / "registrar.log").open("wb"),
        )  # fmt: skip
        assert self.registrar.stdout is not None
        said = await asyncio.wait_for(self.registrar.stdout.readline(), BUILT_WITHIN)
        if said.strip() != b"built":
            raise RuntimeError(f"the school is not built:\n{(self.folder / 'registrar.log').read_text()[-3000:]}")
        await asyncio.gather(self.worker.start(), *(server.start() for server in self.servers))
        await asyncio.gather(*(gate.open() for gate in self.gates))
        self.crowd = Crowd(self.folder, self.gates, "http://127.0.0.1:8000", self.wanted.sends_a_second())
        await self.crowd.come()
        if not await within(60, self.crowd.has_begun):
            raise RuntimeError("not everybody could connect")
        assert self.registrar.stdin is not None
        self.registrar.stdin.write(b"\n")
        self.crowd.begin_writing()
        return await self._break()

    async def _break(self) -> Faults:
        """Faults for as long as was asked, then writing until enough is acknowledged or a little more time has passed."""
        assert self.crowd is not None
        crowd, wanted, began = self.crowd, self.wanted, now()
        faults = Faults(self.parts, self.gates, crowd, self.rng)
        planned = list(wanted.faults) or plan(wanted.kills, wanted.cuts, self.rng)
        seconds = wanted.minutes * 60
        await asyncio.wait_for(faults.run(planned, seconds * 0.95), seconds * MOST_OF_TIME + RECOVERIES)
        left = began + seconds * MOST_OF_TIME - now()
        await within(max(1.0, left), lambda: crowd.acked >= wanted.acked and now() >= began + seconds)
        await self._peace()
        return faults

    async def _peace(self) -> None:
        """Nothing breaks any more, nobody writes anything new: what is open must come to its end by itself."""
        assert self.crowd is not None
        assert self.registrar is not None
        crowd = self.crowd
        crowd.stop_writing()
        self.registrar.terminate()
        await asyncio.wait_for(self.registrar.wait(), 30)
        pairs = last_pairs(self.folder)
        crowd.settle()
        await within(ANSWERED_WITHIN, lambda: not crowd.unanswered)
        with psycopg.connect(self.postgres.url, autocommit=True) as database:
            heads = dict(
                database.execute("SELECT id, head FROM rooms_room WHERE school_class_id IS NOT NULL").fetchall()
            )
            heads = {room: head for room, head in heads.items() if room in set(crowd.town["rooms"])}
            began = now()
            await within(self.wanted.complete_within, lambda: crowd.is_complete(heads, pairs))
            self.complete_after = now() - began
            if self.wanted.outbox:
                await self._outbox_empties(database)
        await crowd.go_home(self.folder)

    async def _outbox_empties(self, database: "psycopg.Connection[Any]") -> None:
        """Wait for the worker for as long as it gets on."""
        began = moved = now()
        least = _open_dispatches(database)
        while least and now() < min(moved + OUTBOX_STILL, began + OUTBOX_WITHIN):
            await asyncio.sleep(0.5)
            left = _open_dispatches(database)
            if left < least:
                least, moved = left, now()
        self.outbox_after = now() - began

    async def _judge(self, faults: Faults) -> Report:
        """The checker, in a process of its own."""
        assert self.crowd is not None
        outbox = [] if self.wanted.outbox else ["--no-outbox"]
        checker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.check", str(self.folder), self.postgres.url, *outbox,
            cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        out, _nothing = await asyncio.wait_for(checker.communicate(), 300)
        if checker.returncode not in {0, 1}:
            raise RuntimeError("the checker did not come to a verdict")
        verdict = json.loads(out)
        outcome = faults.outcome
        slow = sorted(seconds for seconds, _kind in outcome.resumed_after)
        figures = {"kills": sum(outcome.kills.values())}
        figures |= {f"kills_{kind}": outcome.kills[kind] for kind in ("server", "redis", "postgres", "worker")}
        figures |= {"cuts": outcome.cuts, **verdict["figures"]}
        figures["resume_p99_s"] = round(slow[min(len(slow) - 1, int(len(slow) * 0.99))], 2) if slow else -1
        for kind in faults.outcome.kills:
            figures[f"resume_{kind}_max_s"] = round(
                max([s for s, k in outcome.resumed_after if k == kind], default=-1), 2
            )
        figures["complete_after_s"] = round(self.complete_after, 1)
        figures["outbox_after_s"] = round(self.outbox_after, 1)
        figures["redis_kill_closed_sockets"] = outcome.redis_closed
        figures["live_gaps_seen"] = self.crowd.gaps_seen
        told = verdict["told"] + [f"writes never resumed after {kind}" for kind in outcome.never_resumed]
        return Report(figures, verdict["violations"] + len(outcome.never_resumed), told)

    async def _command(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "manage.py", *arguments, cwd=self.wanted.root, env=self.env
        )
        if await asyncio.wait_for(process.wait(), BUILT_WITHIN):
            raise RuntimeError(f"manage.py {arguments[0]} failed")

    async def _end(self) -> None:
        """Every process that this run started, by its pid."""
        if self.registrar is not None and self.registrar.returncode is None:
            self.registrar.kill()
            await self.registrar.wait()
        for gate in self.gates:
            await gate.close()
        for part in self.parts:
            by = signal.SIGINT if part.kind == "postgres" else signal.SIGTERM
            with contextlib.suppress(ProcessLookupError):
                await part.stop(by)


def last_pairs(folder: Path) -> set[tuple[int, int]]:
    """(person, room) that may be seen at the end, as the registrar left it."""
    lines = (folder / "registrar.jsonl").read_text().splitlines()
    kind, _at, pairs = json.loads(lines[-1])
    if kind != "held":
        raise RuntimeError("the registrar did not end in order")
    return {(person, room) for person, room in pairs}


def _open_dispatches(database: "psycopg.Connection[Any]") -> int:
    row = database.execute("SELECT count(*) FROM delivery_dispatch WHERE done_at IS NULL").fetchone()
    return int(row[0]) if row else 0


def _told(about: dict[str, Any]) -> str:
    error = about.get("exception")
    return f"the harness itself failed: {about.get('message')} {error!r}"
