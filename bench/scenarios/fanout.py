"""One message to everybody in a large room: what a delivery costs, and how long the last one waits."""

from contextlib import ExitStack
from typing import Any

from bench import processes
from bench.generator.remote import Remote
from bench.ours.server import Installation
from bench.peers.base import Missing, Peer, strangers
from bench.peers.ejabberd import EJABBERD
from bench.peers.floor import FLOOR
from bench.peers.naive import CORE, PUBSUB
from bench.peers.socketio import SOCKETIO
from bench.plan import Plan
from bench.processes import Meter
from bench.report.table import Found, Table

PEERS: tuple[Peer, ...] = (CORE, PUBSUB, SOCKETIO, EJABBERD, FLOOR)
SLOW = {"naive", "naive-pubsub"}
COLUMNS = {
    "first": "first ms",
    "p50": "p50 ms",
    "p99": "p99 ms",
    "last": "last ms",
    "cpu": "CPU µs a delivery, server + Redis",
    "postgres": "PostgreSQL µs a delivery",
    "join_cpu": "CPU ms a connect",
    "kib": "KiB a socket",
    "wrong": "sockets with too few or too many",
}


def measure(plan: Plan, installation: Installation, peers: tuple[Peer, ...] = PEERS) -> Found:
    """Interleaved rounds of our server and every peer that is installed."""
    tables = {crowd: Table(f"fanout-{crowd}", f"One room of {crowd:,} sockets", COLUMNS) for crowd in plan.crowds}
    with ExitStack() as stack:
        folder = stack.enter_context(processes.folder("peers"))
        people = installation.people(max(plan.crowds))
        versions = {peer.name: version for peer in peers if (version := _version(peer))}
        present = [peer for peer in peers if peer.name in versions]
        for turn in range(plan.rounds):
            print(f"fanout: round {turn + 1} of {plan.rounds}", flush=True)
            # Everybody begins each round with a process of its own, ours too.
            with installation.serving() as ours:
                if not plan.is_quick:
                    ours.rest()
                _round(ours, people, plan, tables, installation.postgres_pid)
            for peer in present:
                with peer.serving(folder) as server:
                    _round(server, strangers(max(plan.crowds)), plan, tables, None)
    return _found(tables, versions)


def _version(peer: Peer) -> str:
    """Empty if the peer is not on this machine: then it says what to type, and has no figures."""
    try:
        return peer.version()
    except Missing as missing:
        print(missing, flush=True)
        return ""


def _round(
    server: Any, people: list[dict[str, Any]], plan: Plan, tables: dict[int, Table], postgres: int | None
) -> None:
    there = 0
    with Remote(server.port, server.dialect) as generator:
        for crowd, table in tables.items():
            cpu, kib = server.cpu_seconds(), server.resident_kib()
            generator.ask("join", people=people[there:crowd])
            generator.ask("rest", seconds=1.0)
            joined = {"join_cpu": 1_000 * (server.cpu_seconds() - cpu) / (crowd - there)}
            if server.name != "ours":
                # Ours runs through all rounds and fills again what it had: its memory is a scenario of its own.
                joined["kib"] = (server.resident_kib() - kib) / (crowd - there)
            there = crowd
            # Not counted: the first message after so many joins reads the members.
            generator.ask("one_by_one", count=1)
            meter = Meter(postgres) if postgres else None
            cpu, stored = server.cpu_seconds(), meter.seconds() if meter else 0.0
            count = plan.slow_messages if server.name in SLOW else plan.messages
            told = generator.ask("one_by_one", count=count)
            told["cpu"] = 1e6 * (server.cpu_seconds() - cpu) / max(told["deliveries"], 1)
            if meter:
                told["postgres"] = 1e6 * (meter.seconds() - stored) / max(told["deliveries"], 1)
            table.add(server.name, **joined, **told)
            print(f"  {server.name} {crowd}: {told['cpu']:.1f} µs, last {told['last']:.1f} ms", flush=True)


def _found(tables: dict[int, Table], versions: dict[str, str]) -> Found:
    found = Found(tables=list(tables.values()), versions=versions)
    largest = tables[max(tables)]
    for name, peer in {
        "fanout_naive_ratio": "naive",
        "fanout_naive_pubsub_ratio": "naive-pubsub",
        "fanout_ejabberd_ratio": "ejabberd",
        "fanout_socketio_ratio": "socket.io",
    }.items():
        found.tell(name, largest.ratio("cpu", peer, "ours"))
    found.tell("fanout_floor_ratio", largest.ratio("cpu", "ours", "floor"))
    found.tell("p99_naive_ratio", largest.ratio("p99", "naive", "ours"))
    for row in largest.rows:
        name = row.replace("-", "_").replace(".", "")
        found.tell(f"fanout_cpu_us_{name}", largest.middle(row, "cpu"), 1)
        found.tell(f"fanout_p99_ms_{name}", largest.middle(row, "p99"), 1)
    found.tell("fanout_wrong", sum(sum(row.get("wrong", [])) for row in largest.rows.values()), 0)
    return found
