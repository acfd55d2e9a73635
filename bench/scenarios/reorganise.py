"""283 communes become 92 in one run while everybody is connected: how long until those concerned are told, and that a
class notices nothing."""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.generator.remote import Remote
from bench.ours import reform
from bench.ours.listening import Listening
from bench.ours.server import Installation
from bench.plan import Plan
from bench.processes import ROOT
from bench.report.table import Found, Table

WHY = "Sắp xếp đơn vị hành chính"
COLUMNS = {
    "command": "the command, s",
    "told": "last one told, s",
    "moved": "people whose rooms changed hands",
    "untold": "of them never told",
    "disturbed": "guardians told of anything",
    "lost": "sockets lost",
    "heard": "guardians who hear their class afterwards, %",
}


def measure(plan: Plan, installation: Installation) -> Found:
    """Once: a province is reorganised once."""
    before, after = reform.packages(installation.folder)
    moved, guardians = reform.names(plan.reorganised)
    _sync(installation, before)
    people = _signed_in(installation, [*moved, *guardians])
    table = Table(
        "reorganise",
        f"{reform.COMMUNES} communes and {reform.SCHOOLS} schools re-parented with {len(people):,} sockets open",
        COLUMNS,
    )
    with installation.serving() as server, Remote(server.port, Listening()) as generator:
        generator.ask("join", people=people)
        if not plan.is_quick:
            server.rest()
        _sync(installation, after, held=True)
        began = perf_counter()
        _sync(installation, after, "--confirm", WHY)
        ended = perf_counter()
        generator.ask("rest", seconds=6.0)
        told = generator.ask("people")
        _note(table, told, set(moved), began=began, ended=ended)
        table.add("ours", heard=_heard(generator, told, set(guardians)))
    found = Found(tables=[table])
    found.tell("reorg_s", max(table.middle("ours", "command") or 0.0, table.middle("ours", "told") or 0.0))
    found.tell("reorg_untold", table.middle("ours", "untold"), 0)
    found.tell("reorg_disturbed", table.middle("ours", "disturbed"), 0)
    found.tell("reorg_lost", table.middle("ours", "lost"), 0)
    return found


def _sync(installation: Installation, package: Path, *options: str, held: bool = False) -> None:
    command = [sys.executable, "manage.py", "sync_registry", str(package), "--apply", "--source", "reform", *options]
    done = subprocess.run(
        command, cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False, timeout=300
    )
    if bool(done.returncode) is not held:
        raise RuntimeError(f"sync_registry ended with {done.returncode}:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")


def _signed_in(installation: Installation, names: list[str]) -> list[dict[str, Any]]:
    given, told = installation.folder / "names.json", installation.folder / "signed.json"
    given.write_text(json.dumps(names))
    subprocess.run(
        [sys.executable, "-m", "bench.ours.signing", str(given), str(told)],
        cwd=ROOT,
        env=installation.environment,
        check=True,
        timeout=300,
    )
    return list(json.loads(told.read_text()))


def _note(table: Table, told: list[dict[str, Any]], moved: set[str], *, began: float, ended: float) -> None:
    changed = {who["name"]: [at for at in who.get("changed", []) if at >= began] for who in told}
    last = max((times[-1] for times in changed.values() if times), default=float("inf"))
    table.add(
        "ours",
        command=ended - began,
        told=last - began,
        moved=len(moved),
        untold=sum(not changed[name] for name in moved),
        disturbed=sum(bool(times) for name, times in changed.items() if name not in moved),
        lost=sum(not who["is_ready"] for who in told),
    )
    print(f"  reorganise: command {ended - began:.1f} s, last told after {last - began:.1f} s", flush=True)


def _heard(generator: Remote, told: list[dict[str, Any]], guardians: set[str]) -> float:
    """One guardian of each class writes; everybody of the class hears it on the socket that was open all the time."""
    writers = {who["room"]: at for at, who in enumerate(told) if who["name"] in guardians}
    generator.ask("post_all", posts=[(at, room) for room, at in writers.items()], rate=100.0)
    generator.ask("rest", seconds=2.0)
    after = [who for who in generator.ask("people") if who["name"] in guardians]
    return 100 * sum(any(room == who["room"] for room, _rev in who.get("posted", [])) for who in after) / len(after)
