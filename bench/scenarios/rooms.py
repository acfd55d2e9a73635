"""A hundred rooms of forty at a rising rate: how many messages a second before one in a hundred waits half a second."""

from contextlib import ExitStack
from typing import Any

from bench import processes
from bench.generator.remote import Remote
from bench.ours.server import Installation, Server, embedded
from bench.peers.base import strangers
from bench.peers.naive import CORE
from bench.plan import Plan
from bench.processes import Meter
from bench.report.table import Found, Table

LIMIT_MS = 500.0
# A generator that sends less than this share of the rate has not tested it.
KEPT_UP = 0.97
LEAST_RATE = 2.0
SURE_SHARE = 0.6
COLUMNS = {
    "sends": "sends a second",
    "failing": "first rate that fails",
    "deliveries": "deliveries a second",
    "p50": "p50 ms",
    "p99": "p99 ms",
    "cpu": "CPU µs a delivery, server + Redis",
    "postgres": "PostgreSQL µs a delivery",
    "generator": "generator's share of a core",
}


def measure(plan: Plan, large: Installation) -> Found:
    """Ours stored on PostgreSQL, ours stored on SQLite, and the tutorial's, which stores nothing."""
    title = f"{plan.rooms} rooms of {plan.room_size}: the best rate with p99 within 500 ms and nothing lost"
    table = Table("rooms", title, COLUMNS)
    count = plan.rooms * plan.room_size
    with ExitStack() as stack:
        folder = stack.enter_context(processes.folder("rooms"))
        small = stack.enter_context(embedded())
        on_large = large.people(count, room_size=plan.room_size)
        on_small = small.people(count, room_size=plan.room_size)
        for turn in range(plan.rounds):
            print(f"rooms: round {turn + 1} of {plan.rounds}", flush=True)
            with large.serving() as server:
                _climb(server, "ours", on_large, plan, table, plan.rate, Meter(large.postgres_pid))
            with small.serving() as server:
                _climb(server, "ours on SQLite", on_small, plan, table, plan.rate, None)
            with CORE.serving(folder) as server:
                _climb(server, "naive", strangers(count, room_size=plan.room_size), plan, table, plan.naive_rate, None)
    found = Found(tables=[table])
    found.tell("rooms_sends_per_s", table.middle("ours", "sends"), 0)
    found.tell("rooms_sends_per_s_sqlite", table.middle("ours on SQLite", "sends"), 0)
    found.tell("rooms_naive_ratio", table.ratio("sends", "ours", "naive"), 1)
    found.tell("rooms_naive_sends_per_s", table.middle("naive", "sends"), 0)
    found.tell("rooms_deliveries_per_s", table.middle("ours", "deliveries"), 0)
    return found


def _climb(
    server: Any, name: str, people: list[dict[str, Any]], plan: Plan, table: Table, rate: float, meter: Meter | None
) -> None:
    """Down by halves until a rate is carried, then up until one is not."""
    best: dict[str, float] = {}
    failing = 0.0
    with Remote(server.port, server.dialect) as generator:
        generator.ask("join", people=people)
        if isinstance(server, Server) and not plan.is_quick:
            server.rest()
        # What held in an earlier round is not climbed again from the bottom.
        held = table.rows.get(name, {}).get("sends", [])
        rate = max(rate, min(held) * SURE_SHARE) if held else rate
        # Not counted: every room's first message.
        generator.ask("at_rate", rate=rate / 4, seconds=plan.step_seconds, patience=10.0)
        while rate >= LEAST_RATE:
            told = _carried(server, name, generator, rate, plan.step_seconds, meter)
            if told is None:
                failing = rate
                if best:
                    break
                rate /= 2
            else:
                best = told
                rate *= plan.rate_step
    table.add(name, failing=failing, **(best or {"sends": 0.0}))


def _carried(
    server: Any, name: str, generator: Remote, rate: float, seconds: float, meter: Meter | None
) -> dict[str, float] | None:
    """The figures at this rate; None if it is too much. A rate has failed when it failed twice: once may be the machine."""
    for _try in range(2):
        cpu, stored = server.cpu_seconds(), meter.seconds() if meter else 0.0
        told: dict[str, float] = generator.ask("at_rate", rate=rate, seconds=seconds)
        told["cpu"] = 1e6 * (server.cpu_seconds() - cpu) / max(told["deliveries"], 1)
        if meter:
            told["postgres"] = 1e6 * (meter.seconds() - stored) / max(told["deliveries"], 1)
        print(
            f"  {name} {rate:.0f}/s: p99 {told['p99']:.0f} ms, missing {told['missing']}, lost {told['lost']},"
            f" refused {told['refused']}, {told['cpu']:.0f} µs, generator {told['generator']:.2f}",
            flush=True,
        )
        told["sends"] = told["sends_per_s"]
        is_whole = not (told["missing"] or told["lost"]) and told["sends"] >= KEPT_UP * rate
        if is_whole and told["p99"] <= LIMIT_MS:
            return told | {"deliveries": told["deliveries_per_s"]}
        generator.ask("settle", seconds=20.0)
    return None
