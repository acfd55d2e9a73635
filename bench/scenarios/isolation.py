"""A small room's wait while a large one is busy; its clients are a process of their own, so that only the server is shared."""

from bench.generator.remote import Remote
from bench.ours.server import Installation
from bench.plan import Plan
from bench.report.table import Found, Table

EVERY_20_MS, BUSY_RATE = 50.0, 4.0
# Under it a quiet p99 says more about the machine's scheduler than about the server.
FLOOR_MS = 8.0
COLUMNS = {
    "p50": "p50 ms",
    "p99": "p99 ms",
    "last": "worst ms",
    "missing": "lost",
    "busy_last": "large room's last receipt ms",
}


def measure(plan: Plan, installation: Installation) -> Found:
    """Quiet, then busy, each round; both in the same server with the same sockets."""
    title = (
        f"One room of {plan.room_size}, a message every 20 ms, beside {plan.crowd:,} sockets with 4 messages a second"
    )
    table = Table("isolation", title, COLUMNS)
    crowd, few = installation.people(plan.crowd), installation.people(plan.room_size)
    with (
        installation.serving() as server,
        Remote(server.port, server.dialect) as small,
        Remote(server.port, server.dialect) as large,
    ):
        small.ask("join", people=few)
        large.ask("join", people=crowd)
        if not plan.is_quick:
            server.rest()
        small.ask("at_rate", rate=EVERY_20_MS, seconds=1.0)
        large.ask("one_by_one", count=1)
        for _turn in range(plan.rounds):
            quiet = small.ask("at_rate", rate=EVERY_20_MS, seconds=plan.watched_seconds)
            table.add("quiet", **quiet)
            large.begin("at_rate", rate=BUSY_RATE, seconds=plan.watched_seconds + 2)
            small.ask("rest", seconds=1.0)
            busy = small.ask("at_rate", rate=EVERY_20_MS, seconds=plan.watched_seconds)
            table.add("busy", **busy, busy_last=large.finish()["last"])
            print(f"  isolation: quiet p99 {quiet['p99']:.1f} ms, busy p99 {busy['p99']:.1f} ms", flush=True)
    found = Found(tables=[table])
    quiet_ms, busy_ms = table.middle("quiet", "p99") or 0.0, table.middle("busy", "p99") or 0.0
    found.tell("isolation_ratio", busy_ms / max(quiet_ms, FLOOR_MS))
    found.tell("isolation_quiet_p99_ms", quiet_ms, 1)
    found.tell("isolation_busy_p99_ms", busy_ms, 1)
    return found
