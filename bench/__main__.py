"""Run the measurements: `python -m bench [SCENARIO] [--quick] [--write]`. The BENCH lines come at the end."""

import argparse
import importlib
import sys
import traceback
from typing import Any

from bench import machine
from bench.plan import QUICK, WHOLE
from bench.processes import allow_many_sockets
from bench.report import page
from bench.report.table import Found
from tests import services

SCENARIOS = ("fanout", "rooms", "storm", "isolation", "memory", "registry")


def main(wanted: str, *, is_quick: bool, writes: bool) -> int:
    """Every scenario asked for; one that fails says so, the others still run. The number of failures."""
    allow_many_sockets()
    plan, about = QUICK if is_quick else WHOLE, machine.describe()
    print(
        f"{about['machine']}\n{about['load']}{', quick run: small counts, one round' if is_quick else ''}", flush=True
    )
    found, failures = Found(), 0
    # A quick run is about the live core; an import of a province takes longer than all of it.
    for name in [wanted] if wanted else SCENARIOS[: -1 if is_quick else None]:
        print(f"== {name}", flush=True)
        try:
            _add(found, importlib.import_module(_module(name)).measure(*_how(name, plan)))
        except Exception:  # noqa: BLE001  a scenario that fails must not hide the others; it is printed and counted
            traceback.print_exc()
            print(f"FAILED {name}", flush=True)
            failures += 1
        finally:
            services.stop_all()
    print("\n".join(table.markdown() for table in found.tables))
    if writes:
        page.write(found, about, plan)
    print("\n".join(f"BENCH {name}={value}" for name, value in found.figures.items()), flush=True)
    return failures


def _module(name: str) -> str:
    return "bench.registry" if name == "registry" else f"bench.scenarios.{name}"


def _how(name: str, plan: Any) -> tuple[Any, ...]:
    return () if name == "registry" else (plan,)


def _add(found: Found, more: Any) -> None:
    if isinstance(more, Found):
        found.figures |= more.figures
        found.tables += more.tables
    else:
        found.figures |= more


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="", choices=["", *SCENARIOS])
    parser.add_argument("--quick", action="store_true", help="small counts and one round, under 3 minutes")
    parser.add_argument("--write", action="store_true", help="put the tables and the picture into docs/performance.md")
    asked = parser.parse_args()
    sys.exit(min(1, main(asked.scenario, is_quick=asked.quick, writes=asked.write)))
