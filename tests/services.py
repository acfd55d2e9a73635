"""PostgreSQL and Redis for the tests: started here for real, on loopback, ended with the test run."""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.util import Finalize
from pathlib import Path

from tests.forked import Forked

Process = subprocess.Popen[bytes] | Forked
STARTED: list[Process] = []


def own_folder() -> str:
    """Put every temporary file of this run, its servers' and browsers' included, into one folder that goes with it.

    Returns the folder, for the DATA_DIR of what runs in this process.
    """
    root = tempfile.mkdtemp(prefix="tt-")
    # After multiprocessing has taken its own folder out of it (-100), and that is after whatever runs atexit.
    Finalize(None, shutil.rmtree, (root,), {"ignore_errors": True}, exitpriority=-200)
    # Nothing is taken from under a server that still runs.
    atexit.register(stop_all)
    # PostgreSQL's own account has to come through.
    Path(root).chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = root
    return root


def free_port() -> int:
    """A loopback port that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_bin(name: str) -> str:
    """The path of a PostgreSQL 15+ program; refuses with the line that installs it."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which(name)
    if found:
        return str(found[-1])
    if on_path:
        return on_path
    raise SystemExit(f"{name} is missing: apt-get install -y postgresql")


def start_postgres() -> str:
    """A fresh cluster under an account that is not root. Returns its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="tt-postgres-", dir=_where_a_commit_is_cheap()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(stop_all)
    as_owner: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data, port = folder / "data", free_port()
    subprocess.run(
        [
            *as_owner,
            postgres_bin("initdb"),
            "-D",
            str(data),
            "-U",
            "trong",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    server = [postgres_bin("postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    # pdeathsig: the server ends even if the test run is killed.
    start(
        [*(as_owner or ["setpriv"]), "--pdeathsig=INT", *server, "-c", "max_connections=200"],
        folder / "log",
        cwd=folder,
    )
    wait_for_port(port)
    url = f"postgres://trong@127.0.0.1:{port}/postgres"
    wait_for_query(url)
    return url


def _where_a_commit_is_cheap() -> Path | None:
    """Memory, if the machine has it to spare: with the settings that an installation has, half of a test was fsync."""
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    return memory if is_roomy else None


def start_redis(port: int | None = None) -> str:
    """An empty Redis that keeps nothing on disk. Returns its REDIS_URL."""
    if not shutil.which("redis-server"):
        raise SystemExit("redis-server is missing: apt-get install -y redis-server")
    folder = Path(tempfile.mkdtemp(prefix="tt-redis-"))
    port = port or free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    start(["setpriv", "--pdeathsig=TERM", *command], folder / "log", cwd=folder)
    wait_for_port(port)
    return f"redis://127.0.0.1:{port}/0"


def chromium() -> str:
    """Debian's browser: test tools cannot download their own."""
    found = shutil.which("chromium")
    if not found:
        raise SystemExit("chromium is missing: apt-get install -y chromium")
    return found


def start(
    command: Sequence[str], log: Path, *, cwd: Path | None = None, env: dict[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start a process of ours, its output in `log`; it is ended by stop() or at the end of the run."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=cwd, env=env)
    STARTED.append(process)
    return process


def stop(process: Process, *, by: signal.Signals = signal.SIGINT, seconds: float = 15) -> int:
    """End a process we started, by its pid; its exit status."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
    return process.returncode


def fork(command: Sequence[str], log: Path, *, env: dict[str, str]) -> Forked:
    """The same for a program of the project, sooner (tests/forked.py)."""
    log.touch()
    process = Forked(command, log, env)
    STARTED.append(process)
    return process


def stop_all() -> None:
    """End everything started here, newest first."""
    for process in reversed(STARTED):
        stop(process)
    STARTED.clear()


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Return when something listens on the loopback port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def wait_for_query(url: str, seconds: float = 20) -> None:
    """Return when PostgreSQL answers queries."""
    import psycopg

    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url.replace("postgres://", "postgresql://")).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


atexit.register(stop_all)
