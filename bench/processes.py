"""Processes of a measurement: started and ended by their own pid, with what the kernel says they cost."""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
FILES = 20_000


def allow_many_sockets() -> None:
    """Raise the limit of open files for this process and all that it starts."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if wanted < 6_000:
        raise SystemExit(f"Only {hard} open files are allowed; the measurement needs 6,000: ulimit -Hn 20000")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """An empty folder that is gone afterwards."""
    found = Path(tempfile.mkdtemp(prefix=f"tt-bench-{name}-"))
    try:
        yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


class Running:
    """A process with its log; `with` ends it."""

    def __init__(self, command: list[str], log: Path, *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
        self.log = log
        # pdeathsig: it ends even if the measurement is killed.
        guarded = command if command[0] == "setpriv" else ["setpriv", "--pdeathsig=TERM", *command]
        self.process = services.start(guarded, log, cwd=cwd, env=env)
        self.pid = self.process.pid

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self, seconds: float = 15) -> None:
        """End it: politely, then not."""
        services.stop(self.process, seconds=seconds)

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Return when the process has written this."""
        deadline = time.monotonic() + seconds
        while not self.has_said(text):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no {text!r}:\n{self.log.read_text()[-2_000:]}")
            time.sleep(0.05)

    def has_said(self, text: str) -> bool:
        """Whether the process has written this so far."""
        return text in self.log.read_text()


@contextmanager
def redis() -> Iterator[tuple[str, int]]:
    """An empty Redis on loopback that keeps nothing: its address and its pid."""
    if not shutil.which("redis-server"):
        raise SystemExit("redis-server is missing: apt-get install -y redis-server")
    with folder("redis") as data:
        port = services.free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with Running(command, data / "log", cwd=data) as running:
            services.wait_for_port(port)
            yield f"redis://127.0.0.1:{port}/0", running.pid


@contextmanager
def postgres() -> Iterator[tuple[str, int]]:
    """A fresh PostgreSQL that counts statements, otherwise with its defaults: its address and its pid."""
    with folder("postgres") as home:
        as_owner = _owned(home)
        data, port = home / "data", services.free_port()
        initdb = [services.postgres_bin("initdb"), "-D", str(data), "-U", "trong", "--auth=trust", "-E", "UTF8"]
        subprocess.run([*as_owner, *initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=home)
        settings = {"shared_preload_libraries": "pg_stat_statements", "max_connections": "200"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = [services.postgres_bin("postgres"), "-D", str(data), "-p", str(port), "-k", str(home)]
        command = [*(as_owner or ["setpriv"]), "--pdeathsig=INT", *server, "-h", "127.0.0.1", *options]
        with Running(command, home / "log", cwd=home) as running:
            services.wait_for_port(port)
            url = f"postgres://trong@127.0.0.1:{port}/postgres"
            services.wait_for_query(url)
            yield url, running.pid


def _owned(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: what to put before its commands so that it runs as its own account."""
    if os.geteuid() != 0:
        return []
    shutil.chown(home, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes so far, all their threads, by the kernel's own clock: what the process
    table shows, without its rounding to hundredths."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def tree(pid: int) -> list[int]:
    """The process and its children, as PostgreSQL's backends are."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


class Meter:
    """What processes with children that come and go have used, the ended children included as far as they were waited for."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def seconds(self) -> float:
        """User and system time of the process, its children, and those children that have ended."""
        ticks = 0
        for pid in tree(self.pid):
            fields = _stat(pid)
            if fields:
                ticks += int(fields[11]) + int(fields[12])
                ticks += int(fields[13]) + int(fields[14]) if pid == self.pid else 0
        return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return []


def resident_kib(pids: Iterable[int]) -> int:
    """Memory that these processes hold."""
    return sum(_resident(pid) for pid in pids)


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
