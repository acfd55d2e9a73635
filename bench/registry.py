"""How long a province takes: generated, imported on PostgreSQL with every room derived, and imported again."""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.changes import day_of
from tests import services

ROOT = Path(__file__).resolve().parent.parent


def measure() -> dict[str, float]:
    """Seconds and megabytes of generating and importing `bk`; writes of a second import of the same rows; and a delta of
    a thousand rows on top, from the start of the command to its report."""
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
        made, made_mb, _ = run(["make_province", "--profile", "bk", "--seed", "1", "--out", str(package)], environment)
        applied, applied_mb, _ = run(["sync_registry", str(package), "--apply", "--json"], environment)
        repacked(package, other)
        again, again_mb, text = run(["sync_registry", str(other), "--apply", "--json"], environment)
        changes = folder / "bk-day.zip"
        day_of(package, changes)
        delta, delta_mb, _ = run(["sync_registry", str(changes), "--apply", "--json"], environment)
    finally:
        services.stop_all()
    return {
        "province_seconds": made,
        "province_peak_mb": made_mb,
        "sync_seconds": applied,
        "sync_peak_mb": applied_mb,
        "sync_again_seconds": again,
        "sync_again_peak_mb": again_mb,
        "sync_again_writes": sum(int(n) for n in re.findall(r'"(?:added|changed|removed|restored)": (\d+)', text)),
        "registry_delta_s": delta,
        "registry_delta_mb": delta_mb,
    }


def run(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Run a manage.py command in a process of its own: wall seconds, its peak MB, what it printed."""
    script = (
        "import resource, runpy, sys; sys.argv = ['manage.py', *sys.argv[1:]]\n"
        "try:\n    runpy.run_path('manage.py', run_name='__main__')\n"
        "finally:\n    print('PEAK', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)"
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
    peak = re.findall(r"PEAK (\d+)", done.stderr)
    return (
        seconds,
        float(peak[-1]) if peak else resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        done.stdout,
    )


def repacked(package: Path, other: Path) -> None:
    """The same rows in a zip with another hash, so that the import must compare and not just recognise the file."""
    import zipfile

    with zipfile.ZipFile(package) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            with old.open(name) as read, new.open(name, "w") as write:
                while block := read.read(1 << 20):
                    write.write(block)
