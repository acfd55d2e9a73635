"""How long a province takes: generated, imported on PostgreSQL with every room derived, and imported again."""

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psycopg

from bench.changes import day_of
from bench.ours.server import Installation
from bench.plan import Plan
from bench.processes import ROOT
from bench.report.table import Found, Table
from tests import services

COLUMNS = {"seconds": "from start to report, s", "mb": "most memory of the command, MB"}
# A run writes down that it was, its line in the audit trail, and when its source was last heard.
OWN_RECORD = frozenset({"registry_syncrun", "registry_syncissue", "registry_auditline", "registry_source"})
MIDNIGHT = "from rooms.receivers import revise_for_today; revise_for_today()"


def measure(plan: Plan, installation: Installation) -> Found:
    """Generating and importing `bk` with a class a subject (about 900,000 enrolments), zip to committed with every room
    derived; the same rows in another order; and a delta of a thousand rows on top. In a database of its own, whatever the
    plan and the installation."""
    folder = Path(tempfile.mkdtemp(prefix="tt-bench-"))
    environment = os.environ | {
        "DATABASE_URL": services.start_postgres(),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only for this measurement, never an installation",
        "TESTING": "1",
    }
    table = Table("province", "A province of 900,000 enrolments", COLUMNS)
    found = Found(tables=[table])
    package, other, changes = folder / "bk.zip", folder / "bk-again.zip", folder / "bk-day.zip"

    def timed(row: str, figure: str, *arguments: str) -> None:
        seconds, megabytes = run([*arguments], environment)
        table.add(row, seconds=seconds, mb=megabytes)
        found.tell(f"{figure}_s", seconds, 1)
        found.tell(f"{figure}_mb", megabytes, 0)

    run(["migrate", "--verbosity", "0"], environment)
    asked = ("--profile", "bk", "--seed", "1", "--subjects", "--out", str(package))
    timed("generated", "province", "make_province", *asked)
    timed("first import", "registry_first", "sync_registry", str(package), "--apply", "--json")
    repacked(package, other)
    before = written(environment["DATABASE_URL"])
    timed("the same rows in another order", "registry_same", "sync_registry", str(other), "--apply", "--json")
    writes = {name: count - before.get(name, 0) for name, count in written(environment["DATABASE_URL"]).items()}
    found.tell("registry_same_writes", sum(count for name, count in writes.items() if name not in OWN_RECORD), 0)
    timed("every room as of today, as after midnight", "registry_midnight", "shell", "-c", MIDNIGHT)
    day_of(package, changes)
    timed("a delta of 1,000 rows", "registry_delta", "sync_registry", str(changes), "--apply", "--json")
    own = ", ".join(f"{name} {count}" for name, count in writes.items() if count)
    table.notes.append(f"Rows written by the same rows in another order: {own}.")
    return found


def run(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a manage.py command in a process of its own: wall seconds, its peak MB."""
    script = (
        "import runpy, sys; sys.argv = ['manage.py', *sys.argv[1:]]\n"
        "try:\n    runpy.run_path('manage.py', run_name='__main__')\n"
        # Not ru_maxrss: that begins with what the process that started this one had.
        "finally:\n    held = open('/proc/self/status').read().split('VmHWM:')[1].split()[0]\n"
        "    print('PEAK', int(held) // 1024, file=sys.stderr)"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = round(time.monotonic() - started, 1)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return seconds, float(re.findall(r"PEAK (\d+)", done.stderr)[-1])


def written(database_url: str) -> dict[str, int]:
    """Rows written to each table since the database was made, as PostgreSQL counts them."""
    with psycopg.connect(database_url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        # What a session that has just ended did is counted a moment later.
        time.sleep(1.5)
        rows = connection.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables")
        return {str(name): int(count) for name, count in rows}


def repacked(package: Path, other: Path) -> None:
    """The same rows in another order, so that the import must compare and not just recognise the file."""
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            header, *rows = old.read(name).splitlines(keepends=True)
            new.writestr(name, b"".join([header, *reversed(rows)]))
