"""Run the measurements: `python -m bench [live|registry]`. A section prints its BENCH lines at its end."""

import importlib
import sys
import traceback

SECTIONS = ("live", "registry")


def main(wanted: str) -> int:
    """Every section asked for; one that fails says so, the others still run. The number of failures."""
    lines: list[str] = []
    failures = 0
    for name in [wanted] if wanted else SECTIONS:
        if name not in SECTIONS:
            print(f"no section {name}; there are: {', '.join(SECTIONS)}")
            return 1
        print(f"== {name}", flush=True)
        try:
            found = importlib.import_module(f"bench.{name}").measure()
        except Exception:  # noqa: BLE001  a section that fails must not hide the others; it is printed and counted
            traceback.print_exc()
            print(f"FAILED {name}", flush=True)
            failures += 1
            continue
        told = [f"BENCH {key}={value}" for key, value in found.items()]
        print("\n".join(told), flush=True)
        lines += told
    print("== all\n" + "\n".join(lines))
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
