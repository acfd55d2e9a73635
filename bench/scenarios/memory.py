"""What the server keeps for each signed-in socket."""

from bench.generator.remote import Remote
from bench.ours.server import Installation
from bench.plan import Plan
from bench.report.table import Found, Table

COLUMNS = {
    "kib": "KiB a socket",
    "before": "server before, MiB",
    "after": "server after, MiB",
    "cpu": "CPU ms a connect",
}


def measure(plan: Plan, installation: Installation) -> Found:
    """A fresh server each round: memory that a process had once is not given back to the system."""
    table = Table("memory", f"Memory of the server with {plan.crowd:,} signed-in sockets", COLUMNS)
    people = installation.people(plan.crowd)
    # One joins first: what the first socket of a process costs (imports, pools) is not what the next one costs.
    first = installation.people(1)
    for _turn in range(plan.rounds):
        with installation.serving() as server, Remote(server.port, server.dialect) as generator:
            generator.ask("join", people=first)
            generator.ask("rest", seconds=1.0)
            before, cpu = server.resident_kib(), server.cpu_seconds()
            generator.ask("join", people=people)
            generator.ask("rest", seconds=2.0)
            after = server.resident_kib()
            table.add(
                "ours",
                kib=(after - before) / len(people),
                before=before / 1_024,
                after=after / 1_024,
                cpu=1_000 * (server.cpu_seconds() - cpu) / len(people),
            )
    found = Found(tables=[table])
    found.tell("kib_per_socket", table.middle("ours", "kib"), 1)
    found.tell("connect_cpu_ms", table.middle("ours", "cpu"))
    return found
