"""A thousand rights end while people talk: when their sockets are told, and whether anything reaches them afterwards."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.generator.remote import Remote
from bench.ours.listening import Listening
from bench.ours.server import Installation
from bench.plan import Plan
from bench.processes import ROOT
from bench.report.table import Found, Table

# As many stay as keep the rooms talking.
STAYING = 5
RATE = 20.0
SECONDS = 10.0
COLUMNS = {
    "ended": "rights ended",
    "leaked": "deliveries of what was posted after the commit",
    "untold": "never told",
    "p50": "told, p50 s",
    "p99": "told, p99 s",
    "last": "told, worst s",
    "each": "a revocation takes, ms",
    "heard": "deliveries in all",
}


def measure(plan: Plan, installation: Installation) -> Found:
    """Once: everybody of them loses their right once."""
    size = plan.room_size
    rooms = (plan.revoked + size - STAYING - 1) // (size - STAYING)
    people = installation.people(rooms * size, room_size=size)
    leaving, staying = _parted(people)
    leaving = leaving[: plan.revoked]
    table = Table(
        "revoke", f"{len(leaving):,} rights end one after the other under {RATE:.0f} messages a second", COLUMNS
    )
    with (
        installation.serving() as server,
        Remote(server.port, Listening()) as hearers,
        Remote(server.port, server.dialect) as writers,
    ):
        hearers.ask("join", people=leaving)
        writers.ask("join", people=staying)
        if not plan.is_quick:
            server.rest()
        writers.ask("at_rate", rate=RATE, seconds=1.0)
        ended = _end_while_writing([who["id"] for who in leaving], installation, writers)
        hearers.ask("rest", seconds=6.0)
        _compare(ended, hearers.ask("people"), table)
    found = Found(tables=[table])
    found.tell("revoke_leaked", table.middle("ours", "leaked"), 0)
    found.tell("revoke_untold", table.middle("ours", "untold"), 0)
    found.tell("revoke_p99_s", table.middle("ours", "p99"), 3)
    found.tell("revoke_max_s", table.middle("ours", "last"), 3)
    return found


def _parted(people: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Who loses the right, and the few of each room who stay."""
    seen: dict[int, int] = {}
    leaving, staying = [], []
    for who in people:
        seen[who["room"]] = seen.get(who["room"], 0) + 1
        (staying if seen[who["room"]] <= STAYING else leaving).append(who)
    return leaving, staying


def _end_while_writing(ids: list[int], installation: Installation, writers: Remote) -> list[dict[str, Any]]:
    given, told = installation.folder / "ending.json", installation.folder / "ended.json"
    given.write_text(json.dumps(ids))
    command = [sys.executable, "-m", "bench.ours.ending", str(given), str(told)]
    with subprocess.Popen(command, cwd=ROOT, env=installation.environment) as process:
        while process.poll() is None:
            writers.ask("at_rate", rate=RATE, seconds=SECONDS, patience=0.5)
        writers.ask("at_rate", rate=RATE, seconds=3.0)
        if process.returncode:
            raise RuntimeError(f"rights could not be ended: {process.returncode}")
    return list(json.loads(Path(told).read_text()))


def _compare(ended: list[dict[str, Any]], heard: list[dict[str, Any]], table: Table) -> None:
    by_person = {who["id"]: who for who in heard}
    delays, untold, leaked, all_heard = [], 0, 0, 0
    for one in ended:
        who = by_person[one["person"]]
        posted = who.get("posted", [])
        all_heard += len(posted)
        leaked += sum(rev > one["heads"].get(str(room), -1) for room, rev in posted)
        # A hint may come before the action that caused it has returned: never before it began.
        told = [at for at in who.get("changed", []) if at >= one["began_at"]]
        untold += not told
        delays += [max(0.0, told[0] - one["committed_at"])] if told else []
    delays.sort()
    if not all_heard:
        raise RuntimeError("nobody heard anything, so this proves nothing")
    took = sorted(one["committed_at"] - one["began_at"] for one in ended)
    table.add(
        "ours",
        ended=len(ended),
        leaked=leaked,
        untold=untold,
        p50=delays[len(delays) // 2],
        p99=delays[min(len(delays) - 1, int(len(delays) * 0.99))],
        last=delays[-1],
        each=1_000 * took[len(took) // 2],
        heard=all_heard,
    )
    print(f"  revoke: {leaked} leaked, {untold} untold, p99 {delays[int(len(delays) * 0.99)]:.3f} s", flush=True)
