"""Everybody's connection is cut at the same moment, and everybody is back at once: signed in, with what was missed."""

from contextlib import ExitStack
from typing import Any

from bench import processes
from bench.generator.remote import Remote
from bench.ours.dialect import Returning
from bench.ours.server import Installation, Server
from bench.peers.base import strangers
from bench.peers.naive import CORE
from bench.plan import Plan
from bench.processes import Meter
from bench.report.table import Found, Table
from bench.statements import Counter

# In the first two of a person's rooms four messages are missed, in the others three: twenty with six rooms.
MANY, FEW, ROOMS_WITH_MANY = 4, 3, 2
SECONDS = 90.0
# The tutorial's server may never have all back: this is told, and not waited for.
PEER_SECONDS = 45.0
COLUMNS = {
    "back": "back",
    "seconds": "last one caught up, s",
    "middle": "half of them, s",
    "errors": "attempts refused or dropped",
    "told": "told when to return",
    "queries": "statements each",
    "framing": "BEGIN/COMMIT each",
    "cpu": "CPU ms each, server + Redis",
    "postgres": "PostgreSQL ms each",
    "generator": "generator's share of a core",
}


def measure(plan: Plan, installation: Installation, *, with_peer: bool = True) -> Found:
    """Storms of our server with everything, and of the tutorial's with the handshake alone."""
    title = f"{plan.returning:,} people cut off at once and back without jitter"
    table = Table("storm", title, COLUMNS)
    with ExitStack() as stack:
        people = installation.people(plan.returning, rooms_each=plan.rooms_each, room_size=plan.room_size)
        counter = Counter(installation.database_url)
        stack.callback(counter.close)
        server = stack.enter_context(installation.serving())
        if not plan.is_quick:
            server.rest()
        for turn in range(plan.rounds):
            print(f"storm: round {turn + 1} of {plan.rounds}", flush=True)
            _ours(server, people, table, counter, installation.postgres_pid)
    if with_peer:
        _naive(plan, table)
    found = Found(tables=[table])
    found.tell("storm_seconds", table.middle("ours", "seconds"))
    # All rounds together: a median would hide the round in which somebody was turned away.
    found.tell("storm_errors", sum(table.rows["ours"]["errors"]), 0)
    found.tell("storm_queries", table.middle("ours", "queries"))
    found.tell("storm_cpu_ms", table.middle("ours", "cpu"))
    found.tell("storm_naive_seconds", table.middle("naive", "seconds"))
    found.tell("storm_naive_back", table.middle("naive", "back"), 0)
    found.tell("storm_naive_errors", table.middle("naive", "errors"), 0)
    return found


def _ours(server: Server, people: list[dict[str, Any]], table: Table, counter: Counter, postgres: int) -> None:
    meter = Meter(postgres)
    with Remote(server.port, server.dialect) as generator:
        generator.ask("join", people=people)
        # They know their rooms as of now. What is posted next never reaches them, as far as they will remember.
        missed = _post_to_all(generator, people)
        generator.ask("rest", seconds=3.0)
        counter.start()
        cpu, stored = server.cpu_seconds(), meter.seconds()
        told = generator.ask("storm", dialect=Returning(missed), seconds=SECONDS)
        counted = counter.count()
        _note(table, "ours", told, len(people), server.cpu_seconds() - cpu)
        table.add(
            "ours",
            queries=counted.statements / len(people),
            framing=counted.framing / len(people),
            postgres=1_000 * (meter.seconds() - stored) / len(people),
        )
        for calls, query in counter.most(5):
            print(f"    {calls:>6} {query[:110]}", flush=True)


def _post_to_all(generator: Remote, people: list[dict[str, Any]]) -> int:
    """The same number of messages for everybody; how many."""
    posts, missed = [], 0
    seen: set[int] = set()
    for at, who in enumerate(people):
        for turn, room in enumerate(who["rooms"]):
            if room not in seen:
                seen.add(room)
                posts += [(at, room)] * (MANY if turn < ROOMS_WITH_MANY else FEW)
    missed = sum(MANY if turn < ROOMS_WITH_MANY else FEW for turn in range(len(people[0]["rooms"])))
    generator.ask("post_all", posts=posts)
    return missed


def _naive(plan: Plan, table: Table) -> None:
    """Its tutorial has neither sign-in nor history, so its people come back to an empty room: the handshake alone."""
    with (
        processes.folder("naive") as folder,
        CORE.serving(folder) as server,
        Remote(server.port, server.dialect) as one,
    ):
        people = strangers(plan.returning, room_size=plan.room_size)
        one.ask("join", people=people)
        cpu = server.cpu_seconds()
        # For information, and once.
        told = one.ask("storm", seconds=PEER_SECONDS if not plan.is_quick else 8.0)
        _note(table, "naive", told, len(people), server.cpu_seconds() - cpu)


def _note(table: Table, name: str, told: dict[str, Any], count: int, cpu: float) -> None:
    back = told["seconds"]
    table.add(
        name,
        back=told["back"],
        seconds=back[-1] if not told["missing"] else float("inf"),
        middle=back[len(back) // 2] if back else float("inf"),
        errors=sum(told["errors"].values()) + told["missing"],
        told=told["told"],
        cpu=1_000 * cpu / count,
        generator=told["generator"],
    )
    print(f"  {name}: {told['back']} back, last {back[-1] if back else 0:.2f} s, errors {told['errors']}", flush=True)
