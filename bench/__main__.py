"""Run the measurements: `python -m bench [SECTION or SCENARIO] [--quick] [--write]`. The BENCH lines come when a section
ends, and again at the end."""

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

SECTIONS = {
    "live": ("fanout", "rooms", "storm", "isolation", "memory"),
    "registry": ("revoke", "reorganise", "province", "beside"),
    "notices": ("notices", "notices_board", "pushes"),
}
SCENARIOS = tuple(name for section in SECTIONS.values() for name in section)
# A quick run is about the live core; a province takes longer than all of it.
SLOW = {"province", "beside", "notices", "notices_board", "pushes"}


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
    with contextlib.ExitStack() as stack:
        installation = stack.enter_context(on_postgres())
        for section, scenarios in SECTIONS.items():
            found: dict[str, float] = {}
            for name in scenarios:
                if wanted not in {"", section, name} or (is_quick and name in SLOW and wanted != name):
                    continue
                try:
                    found |= _run(name, plan, installation, about if writes else None)
                except Exception:  # noqa: BLE001  a scenario that fails must not hide the others; it is printed and counted
                    traceback.print_exc()
                    print(f"FAILED {name}", flush=True)
                    failures += 1
            _tell(found)
            figures |= found
    _tell(figures)
    return failures


def _run(name: str, plan: Plan, installation: Installation, writes: dict[str, str] | None) -> dict[str, float]:
    print(f"== {name}", flush=True)
    found: Found = importlib.import_module(f"bench.scenarios.{name}").measure(plan, installation)
    print("\n".join([*(f"{key}: {text}" for key, text in found.versions.items()), *map(Table.markdown, found.tables)]))
    if writes is not None:
        page.write(name, found, writes)
    return found.figures


def _tell(figures: dict[str, float]) -> None:
    print("\n".join(f"BENCH {name}={value}" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("wanted", nargs="?", default="", choices=["", *SECTIONS, *SCENARIOS])
    parser.add_argument("--quick", action="store_true", help="small counts and one round, under 3 minutes")
    parser.add_argument("--write", action="store_true", help="put the tables and the picture into docs/performance.md")
    asked = parser.parse_args()
    # Told to end, it unwinds like any error: what it started ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if asked.quick and asked.write:
        parser.error("a quick run is too rough to be written down")
    sys.exit(min(1, main(asked.wanted, is_quick=asked.quick, writes=asked.write)))
