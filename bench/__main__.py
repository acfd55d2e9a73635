"""Run the measurements: `python -m bench [SCENARIO] [--quick] [--write]`. The BENCH lines come at the end."""

import argparse
import contextlib
import importlib
import signal
import sys
import traceback

from bench import machine
from bench.ours.server import Installation, on_postgres
from bench.plan import QUICK, WHOLE, Plan
from bench.processes import allow_many_sockets
from bench.report import page
from bench.report.table import Found, Table
from tests import services

SCENARIOS = ("fanout", "rooms", "storm", "isolation", "memory", "revoke", "reorganise", "registry", "notices")

# Those with an installation of their own.
BY_THEMSELVES = {"registry", "notices"}


def main(wanted: str, *, is_quick: bool, writes: bool) -> int:
    """Every scenario asked for; one that fails says so, the others still run. The number of failures."""
    allow_many_sockets()
    services.own_folder()
    plan, about = QUICK if is_quick else WHOLE, machine.describe()
    print(
        f"{about['machine']}; {about['load']}{'; quick run: small counts, one round' if is_quick else ''}", flush=True
    )
    print(f"ours: {about['ours']}; {about['services']}")
    figures: dict[str, float] = {}
    failures = 0
    # A quick run is about the live core; an import of a province takes longer than all of it.
    names = [wanted] if wanted else [name for name in SCENARIOS if not (is_quick and name in BY_THEMSELVES)]
    with contextlib.ExitStack() as stack:
        installation = None if BY_THEMSELVES.issuperset(names) else stack.enter_context(on_postgres())
        for name in names:
            print(f"== {name}", flush=True)
            try:
                found = _measured(name, plan, installation)
            except Exception:  # noqa: BLE001  a scenario that fails must not hide the others; it is printed and counted
                traceback.print_exc()
                print(f"FAILED {name}", flush=True)
                failures += 1
                continue
            print(
                "\n".join(
                    [*(f"{key}: {text}" for key, text in found.versions.items()), *map(Table.markdown, found.tables)]
                )
            )
            if writes:
                page.write(name, found, about)
            figures |= found.figures
    print("\n".join(f"BENCH {name}={value}" for name, value in figures.items()), flush=True)
    return failures


def _measured(name: str, plan: Plan, installation: Installation | None) -> Found:
    if name == "registry":
        return Found(figures=importlib.import_module("bench.registry").measure())
    if name == "notices":
        own: Found = importlib.import_module("bench.notices").measure(plan)
        return own
    found: Found = importlib.import_module(f"bench.scenarios.{name}").measure(plan, installation)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="", choices=["", *SCENARIOS])
    parser.add_argument("--quick", action="store_true", help="small counts and one round, under 3 minutes")
    parser.add_argument("--write", action="store_true", help="put the tables and the picture into docs/performance.md")
    asked = parser.parse_args()
    # Told to end, it unwinds like any error: what it started ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if asked.quick and asked.write:
        parser.error("a quick run is too rough to be written down")
    sys.exit(min(1, main(asked.scenario, is_quick=asked.quick, writes=asked.write)))
