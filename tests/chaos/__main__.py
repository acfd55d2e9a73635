"""`python -m tests.chaos`: break things, and print what was found. Ends with 1 if anything was lost or too little proved."""

import asyncio
import random
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from tests.chaos.run import ROOT, Report, Run, Wanted
from tests.chaos.seeded_bugs import BUGS, run_bug

RESUME_SECONDS = 5.0


def asked() -> Namespace:
    """The flags."""
    parser = ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 kills in under 4 minutes")
    parser.add_argument("--seeded", action="store_true", help="only the seeded bugs, on copies of the project")
    parser.add_argument("--no-seeded", action="store_true", help="only the project as it is")
    parser.add_argument("--bug", help="only this seeded bug")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--cuts", type=int)
    parser.add_argument("--acked", type=int, help="sends to be acknowledged at least")
    parser.add_argument("--minutes", type=float, help="how long things break")
    parser.add_argument("--rate", type=float, default=0, help="sends a second; by default a third more than needed")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--root", type=Path, default=ROOT, help="run the servers of this copy of the project")
    parser.add_argument("--keep", action="store_true", help="keep logs and journals, and say where")
    return parser.parse_args()


def wanted_by(given: Namespace) -> Wanted:
    """What these flags ask for."""
    kills, cuts, acked, minutes = (20, 4, 1_000, 1.1) if given.smoke else (200, 20, 100_000, 31.0)
    return Wanted(
        kills=kills if given.kills is None else given.kills,
        cuts=cuts if given.cuts is None else given.cuts,
        acked=given.acked or acked,
        minutes=given.minutes or minutes,
        seed=given.seed,
        root=given.root.resolve(),
        rate=given.rate or (25 if given.smoke else 0),
        classes=8 if given.smoke else 20,
        kept=given.keep,
    )


def too_little(report: Report, wanted: Wanted) -> list[str]:
    """What a run must have proved to count."""
    figures, found = report.figures, []
    for name in ("kills", "cuts", "acked", "revocations"):
        least = getattr(wanted, name)
        if figures[name] < least:
            found.append(f"only {figures[name]} {name}, asked were {least}")
    if figures["redis_kill_closed_sockets"]:
        found.append("sockets were closed when Redis was killed")
    if figures["resume_p99_s"] > RESUME_SECONDS:
        found.append(f"writes resume only after {figures['resume_p99_s']} s")
    return found


def run_whole(wanted: Wanted) -> tuple[dict[str, Any], bool]:
    """A run of the project itself: its figures, and whether it found nothing and tried enough."""
    run = Run(wanted)
    report = asyncio.run(run.run())
    failures = report.told + too_little(report, wanted)
    for line in failures[:50]:
        print(line)
    if wanted.kept:
        print(f"logs and journals: {run.folder}")
    tell(report.figures)
    return report.figures, not failures and not report.violations


def tell(figures: dict[str, Any]) -> None:
    """A line a figure."""
    for name, value in figures.items():
        print(f"CHAOS {name}={value}", flush=True)


def main() -> int:
    """The exit status."""
    given = asked()
    tell({"seed": given.seed})
    figures, is_well = ({}, True) if given.seeded else run_whole(wanted_by(given))
    if not given.no_seeded:
        chosen = [bug for bug in BUGS if given.bug in {None, bug.name}]
        bugs = chosen[:1] if given.smoke else chosen
        caught = sum(run_bug(bug, given.seed) for bug in bugs)
        is_well &= caught == len(bugs)
        tell({"seed": given.seed, **figures, "seeded_caught": f"{caught}/{len(bugs)}"})
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
