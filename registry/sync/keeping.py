"""Packages that wait for a decision, on disk, and how long they and the journals of applied runs are kept (decision 31)."""

import datetime as dt
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from registry.models import SyncChange, SyncRun
from registry.sync.errors import PackageRefused
from registry.sync.package import file_sha256

State = SyncRun.State
PIECE = 1 << 20
# After the run is applied, refused, or was only looked at.
KEPT = dt.timedelta(days=7)
# Nobody decided: what is in the package is long out of date by then.
HELD_AT_MOST = dt.timedelta(days=30)
JOURNAL_KEPT = dt.timedelta(days=30)
# A process that is killed leaves its run as it was; no import takes so long.
ABANDONED = dt.timedelta(hours=2)


def folder() -> Path:
    """Where packages lie, open to nobody but the server's own user: there are names of children in them."""
    found: Path = settings.DATA_DIR / "packages"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def receive(chunks: Iterable[bytes]) -> str:
    """Write a package as it comes in; returns the name it is kept as."""
    name = f"{secrets.token_hex(16)}.zip"
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return name


def keep(run: SyncRun, package: Path) -> None:
    """Keep a copy of the run's package, unless it is kept already."""
    if not run.kept_as:
        with package.open("rb") as stream:
            run.kept_as = receive(iter(lambda: stream.read(PIECE), b""))


def replace(run: SyncRun, package: Path) -> None:
    """Keep this package as the run's, and no other: what is decided from now on is decided about it."""
    if run.kept_as:
        (folder() / Path(run.kept_as).name).unlink(missing_ok=True)
        run.kept_as = ""
    keep(run, package)
    run.file_sha256 = file_sha256(package)


def path_of(run: SyncRun) -> Path:
    """The run's kept package. Refuses when it is not here any more."""
    path = folder() / Path(run.kept_as).name
    if not run.kept_as or not path.is_file():
        raise PackageRefused("package_gone")
    return path


def size_of(run: SyncRun) -> int:
    """Bytes of the run's kept package; 0 where it is not here."""
    path = folder() / Path(run.kept_as).name
    return path.stat().st_size if run.kept_as and path.is_file() else 0


def end_runs() -> int:
    """End the runs that nobody decided or that a killed process left; how many."""
    now = timezone.now()
    undecided = SyncRun.objects.filter(state=State.HELD, started_at__lt=now - HELD_AT_MOST)
    abandoned = SyncRun.objects.filter(state=State.RECEIVED, started_at__lt=now - ABANDONED)
    return undecided.update(state=State.REFUSED, refusal_code="not_confirmed", finished_at=now) + abandoned.update(
        state=State.FAILED, refusal_code="interrupted", finished_at=now
    )


def forget_packages() -> int:
    """Delete packages whose time is over, and files that belong to no run; how many."""
    now = timezone.now()
    over = SyncRun.objects.exclude(kept_as="").exclude(state__in=[State.HELD, State.RECEIVED])
    over.filter(finished_at__lt=now - KEPT).update(kept_as="")
    wanted = set(SyncRun.objects.exclude(kept_as="").values_list("kept_as", flat=True))
    # One that came in a moment ago may have no run yet.
    settled = (now - ABANDONED).timestamp()
    gone = [path for path in folder().iterdir() if path.name not in wanted and path.stat().st_mtime < settled]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def forget_journals() -> int:
    """Delete what rollbacks of old runs would need; how many records."""
    return SyncChange.objects.filter(run__finished_at__lt=timezone.now() - JOURNAL_KEPT).delete()[0]
