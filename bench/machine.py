"""On what it was measured: the machine, and the version of everything that took part."""

import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

from tests import services

LIBRARIES = ("Django", "channels", "channels-redis", "daphne", "twisted", "autobahn", "redis", "psycopg", "msgspec")


def describe() -> dict[str, str]:
    """Lines for the page."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "machine": f"{os.cpu_count()} cores ({_processor()}), {_memory_gib()} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}",
        "load": f"load average at the start {load}",
        "day": time.strftime("%d %b %Y, %H:%M UTC", time.gmtime()),
        "ours": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "services": f"{_first_line(services.postgres_bin('postgres'), '--version')}, "
        f"{_first_line('redis-server', '--version').split(' sha')[0]}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> int:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


def _first_line(*command: str) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return (said.stdout or said.stderr).strip().splitlines()[0]
