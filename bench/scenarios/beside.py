"""A class talks while a province is imported into the same database: how much longer its messages take."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.generator.remote import Remote
from bench.ours.server import Installation, on_postgres
from bench.plan import Plan
from bench.processes import ROOT
from bench.report.table import Found, Table
from bench.scenarios.isolation import EVERY_20_MS, FLOOR_MS

COLUMNS = {"slices": "slices of ten seconds", "p50": "p50 ms", "p99": "p99 ms", "last": "worst ms", "missing": "lost"}
# A whole evening of it would say no more.
QUIET_SLICES = 3
LONGEST = 600.0


def measure(plan: Plan, _installation: Installation) -> Found:
    """In an installation of its own: quiet first, then beside the first import of `bk` with every room derived."""
    title = f"One room of {plan.room_size}, a message every 20 ms, beside the first import of a province"
    table = Table("beside", title, COLUMNS)
    with on_postgres() as installation:
        package = _package(installation, "small" if plan.is_quick else "bk")
        people = installation.people(plan.room_size)
        with installation.serving() as server, Remote(server.port, server.dialect) as room:
            room.ask("join", people=people)
            server.rest()
            room.ask("at_rate", rate=EVERY_20_MS, seconds=2.0)
            for _slice in range(QUIET_SLICES):
                table.add("quiet", slices=QUIET_SLICES, **room.ask("at_rate", rate=EVERY_20_MS, seconds=10.0))
            _while_importing(installation, package, room, table)
    found = Found(tables=[table])
    quiet, busy = table.middle("quiet", "p99") or 0.0, table.middle("beside an import", "p99") or 0.0
    found.tell("beside_import_ratio", busy / max(quiet, FLOOR_MS))
    found.tell("beside_import_p99_ms", busy, 1)
    return found


def _package(installation: Installation, profile: str) -> Path:
    package = installation.folder / f"{profile}.zip"
    asked = ["make_province", "--profile", profile, "--seed", "1", "--out", str(package)]
    subprocess.run(
        [sys.executable, "manage.py", *asked, *(["--subjects"] if profile == "bk" else [])],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return package


def _while_importing(installation: Installation, package: Path, room: Remote, table: Table) -> None:
    command = [sys.executable, "manage.py", "sync_registry", str(package), "--source", "province", "--apply", "--json"]
    until = time.monotonic() + LONGEST
    found: list[dict[str, float]] = []
    with subprocess.Popen(command, cwd=ROOT, env=installation.environment, stdout=subprocess.DEVNULL) as importing:
        while importing.poll() is None and time.monotonic() < until:
            found.append(room.ask("at_rate", rate=EVERY_20_MS, seconds=10.0))
        if importing.poll() is None:
            importing.kill()
        if importing.wait():
            raise RuntimeError(f"the import ended with {importing.returncode}")
    for each in found:
        table.add("beside an import", slices=len(found), **each)
    p99 = [each["p99"] for each in found]
    print(
        f"  beside: {len(found)} slices, p99 {statistics.median(p99):.1f} ms, worst slice {max(p99):.1f} ms", flush=True
    )
