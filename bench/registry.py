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
from tests import services

ROOT = Path(__file__).resolve().parent.parent
# A run writes down that it was, its line in the audit trail, and when its source was last heard.
OWN_RECORD = frozenset({"registry_syncrun", "registry_syncissue", "registry_auditline", "registry_source"})


def measure() -> dict[str, float]:
    """Seconds and megabytes of generating and importing `bk` with a class a subject (about 900,000 enrolments), zip to
    committed with every room derived; of the same rows in another order; and of a delta of a thousand rows on top. Each
    from the start of the command to its report."""
    folder = Path(tempfile.mkdtemp(prefix="tt-bench-"))
    environment = os.environ | {
        "DATABASE_URL": services.start_postgres(),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only for this measurement, never an installation",
        "TESTING": "1",
    }
    try:
        run(["migrate", "--verbosity", "0"], environment)
        package, other = folder / "bk.zip", folder / "bk-again.zip"
        asked = ["make_province", "--profile", "bk", "--seed", "1", "--subjects", "--out", str(package)]
        made, made_mb, _ = run(asked, environment)
        applied, applied_mb, _ = run(["sync_registry", str(package), "--apply", "--json"], environment)
        repacked(package, other)
        before = written(environment["DATABASE_URL"])
        again, again_mb, _ = run(["sync_registry", str(other), "--apply", "--json"], environment)
        writes = {table: count - before.get(table, 0) for table, count in written(environment["DATABASE_URL"]).items()}
        writes = {table: count for table, count in writes.items() if count}
        print(f"  written by the same rows: {writes}", flush=True)
        changes = folder / "bk-day.zip"
        day_of(package, changes)
        delta, delta_mb, _ = run(["sync_registry", str(changes), "--apply", "--json"], environment)
    finally:
        services.stop_all()
    return {
        "province_seconds": made,
        "province_peak_mb": made_mb,
        "registry_first_s": applied,
        "registry_first_mb": applied_mb,
        "registry_same_s": again,
        "registry_same_mb": again_mb,
        "registry_same_writes": sum(count for table, count in writes.items() if table not in OWN_RECORD),
        "registry_delta_s": delta,
        "registry_delta_mb": delta_mb,
    }


def run(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Run a manage.py command in a process of its own: wall seconds, its peak MB, what it printed."""
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
    return seconds, float(re.findall(r"PEAK (\d+)", done.stderr)[-1]), done.stdout


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
