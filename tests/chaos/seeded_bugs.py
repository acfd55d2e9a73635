"""Proof that the judge can condemn: bugs as patches, each applied to a copy of the project and run until it is caught."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.gate import Mood
from tests.chaos.run import ROOT, Report, Run, Wanted

PATCHES = Path(__file__).parent / "seeded"
# What the servers do not need, or must not share.
LEFT_OUT = (".git", ".venv", ".cache", "node_modules", "frontend", "var", "static-collected", "*_cache", ".hypothesis")


@dataclass(frozen=True, slots=True)
class Bug:
    """A patch's name, the faults under which it shows, for how long, and the invariants of which it must violate one."""

    name: str
    faults: tuple[str | Mood, ...]
    violates: frozenset[str]
    seconds: float = 24
    change_every: float = 5.0

    @property
    def patch(self) -> Path:
        """The unified diff."""
        return PATCHES / f"{self.name}.patch"


BUGS = (
    Bug(
        "revocation_not_pushed", ("server",), frozenset({"leaked"}), seconds=12, change_every=0.6,
    ),
    Bug("resync_off", ("server", Mood.RESET, "server"), frozenset({"incomplete"}), seconds=14),
    Bug("commit_not_durable", ("postgres",) * 4, frozenset({"lost"})),
    Bug(
        "no_idempotency_key", (Mood.DEAF, "server", Mood.DEAF, "postgres", "server", Mood.RESET),
        frozenset({"duplicated"}), seconds=34,
    ),
    Bug("no_row_lock", ("server", "postgres"), frozenset({"gaps"})),
    Bug("publish_before_commit", ("postgres", "server") * 3, frozenset({"forked"}), seconds=34),
)  # fmt: skip


def caught(report: Report, bug: Bug) -> bool:
    """Whether the judge found what this bug does."""
    return any(report.figures.get(name, 0) > 0 for name in bug.violates)


def run_bug(bug: Bug, seed: int) -> bool:
    """Whether the bug is caught in its one bounded run."""
    with copy_with(bug.patch) as root:
        wanted = Wanted(
            kills=0, cuts=0, acked=0, minutes=bug.seconds / 60, seed=seed, faults=bug.faults, root=root, rate=40,
            change_every=bug.change_every, classes=4, outbox=False, complete_within=12,
        )  # fmt: skip
        report = asyncio.run(Run(wanted).run())
    found = {name: count for name, count in report.figures.items() if name in bug.violates}
    print(f"seeded {bug.name}: {'caught' if caught(report, bug) else 'MISSED'} {found}", flush=True)
    if not caught(report, bug):
        print(*report.told[:10], sep="\n")
    return caught(report, bug)


@contextmanager
def copy_with(patch: Path) -> Iterator[Path]:
    """A copy of the project with this patch applied; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tt-seeded-") as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
        subprocess.run(["git", "apply", str(patch)], cwd=root, check=True)
        yield root


def applies(patch: Path) -> subprocess.CompletedProcess[str]:
    """Whether the patch still fits the project as it stands."""
    return subprocess.run(
        ["git", "apply", "--check", str(patch)], cwd=ROOT, capture_output=True, text=True, check=False
    )
