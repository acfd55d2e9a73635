"""The parts under test: real processes that are started again at once whenever they end. Ended by their pids only."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg

from tests import services
from tests.chaos.journal import now

LOOK_EVERY = 0.02


class Part:
    """One process and its supervisor. `kind` is what the plan of faults calls it."""

    def __init__(self, kind: str, command: list[str], *, folder: Path, cwd: Path, env: dict[str, str]) -> None:
        self.kind = kind
        self.log = folder / f"{kind}-{services.free_port()}.log"
        self.accepting = asyncio.Event()
        self.accepted_at = 0.0
        self.starts = 0
        self._command = command
        self._cwd = cwd
        self._env = env
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def accepts(self) -> bool:
        """Whether the process can be used now."""
        raise NotImplementedError

    async def start(self, seconds: float = 60) -> None:
        """Start and supervise; returns when it accepts."""
        self._keeper = asyncio.create_task(self._keep())
        await self.wait_accepting(seconds)

    async def wait_accepting(self, seconds: float = 60) -> None:
        """Return when the process can be used; a failed start is told with its log."""
        try:
            await asyncio.wait_for(self.accepting.wait(), seconds)
        except TimeoutError:
            raise RuntimeError(f"{self.kind} does not come up:\n{self.log.read_text()[-3000:]}") from None

    def kill(self) -> None:
        """kill -9, now. The supervisor starts it again."""
        self.accepting.clear()
        if self._process is not None and self._process.returncode is None:
            for pid in self._family(self._process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _family(self, pid: int) -> list[int]:
        return [pid]

    async def stop(self, by: signal.Signals = signal.SIGTERM, seconds: float = 12) -> None:
        """End it for good."""
        if self._keeper is not None:
            self._keeper.cancel()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(by)
            try:
                await asyncio.wait_for(self._process.wait(), seconds)
            except TimeoutError:
                self.kill()
                await self._process.wait()

    async def _keep(self) -> None:
        while True:
            with self.log.open("ab") as output:
                self._process = await asyncio.create_subprocess_exec(
                    "setpriv", "--pdeathsig=KILL", *self._command, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                    cwd=self._cwd, env=self._env,
                )  # fmt: skip
            self.starts += 1
            await self._watch(self._process)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Say when it accepts; return when it has ended."""
        ended = asyncio.create_task(process.wait())
        try:
            while not ended.done() and not await self.accepts():
                await asyncio.wait([ended], timeout=LOOK_EVERY)
            if not ended.done():
                self.accepted_at = now()
                self.accepting.set()
            await ended
        finally:
            self.accepting.clear()
            ended.cancel()


class Postgres(Part):
    """A cluster of its own with the settings it is installed with: fsync and synchronous commits on."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port = folder / "data", services.free_port()
        self._as_owner: list[str] = []
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            folder.chmod(0o755)
            self.data.mkdir()
            os.chown(self.data, owner.pw_uid, owner.pw_gid)
            self._as_owner = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        # pdeathsig is forgotten when the user changes, so it is asked for once more behind that.
        server = [*self._as_owner, "setpriv", "--pdeathsig=KILL", services.postgres_bin("postgres")]
        options = ["-D", str(self.data), "-p", str(self.port), "-k", "", "-h", "127.0.0.1", "-c", "max_connections=100"]
        super().__init__("postgres", [*server, *options], folder=folder, cwd=folder, env=dict(os.environ))
        self.url = f"postgres://trong@127.0.0.1:{self.port}/postgres"

    async def start(self, seconds: float = 60) -> None:
        """Make the cluster, then start it."""
        make = [services.postgres_bin("initdb"), "-D", str(self.data), "-U", "trong", "--auth=trust", "-E", "UTF8"]
        subprocess.run(
            [*self._as_owner, *make, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=self.data
        )
        await super().start(seconds)

    async def accepts(self) -> bool:
        """It answers a query."""
        try:
            connection = await psycopg.AsyncConnection.connect(self.url, connect_timeout=2)
        except psycopg.OperationalError:
            return False
        await connection.close()
        return True

    def _family(self, pid: int) -> list[int]:
        """With its backends: orphans of a dead postmaster hold the shared memory, and no new one may start beside them.
        Stopped first, so that it has no more children meanwhile."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        return [pid, *children_of(pid)]


class Redis(Part):
    """Keeps nothing on disk: empty after every kill."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("redis-server"):
            raise SystemExit("redis-server is missing: apt-get install -y redis-server")
        self.port = services.free_port()
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        super().__init__("redis", command, folder=folder, cwd=folder, env=dict(os.environ))
        self.url = f"redis://127.0.0.1:{self.port}/0"

    async def accepts(self) -> bool:
        """It answers."""
        return await _answers(self.port, b"PING\r\n", b"+PONG")


class Serve(Part):
    """One `manage.py serve`."""

    def __init__(self, folder: Path, *, root: Path, env: dict[str, str]) -> None:
        self.port = services.free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        super().__init__("server", command, folder=folder, cwd=root, env=env)

    async def accepts(self) -> bool:
        """It answers a request that needs nothing."""
        return await _answers(
            self.port, b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 200"
        )


class Deliver(Part):
    """One `manage.py deliver`."""

    def __init__(self, folder: Path, *, root: Path, env: dict[str, str]) -> None:
        super().__init__("worker", [sys.executable, "manage.py", "deliver"], folder=folder, cwd=root, env=env)

    async def accepts(self) -> bool:
        """It has said so as often as it was started."""
        return self.log.exists() and self.log.read_bytes().count(b"Delivering.") >= self.starts


async def _answers(port: int, question: bytes, answer: bytes) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(question)
        return (await asyncio.wait_for(reader.read(256), 2)).startswith(answer)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()


def children_of(pid: int) -> list[int]:
    """The processes whose parent this is."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


async def within(seconds: float, is_true: Callable[[], Awaitable[bool] | bool], *, every: float = 0.25) -> bool:
    """Whether it becomes true in this time."""
    ends_at = now() + seconds
    while True:
        found = is_true()
        if found if isinstance(found, bool) else await found:
            return True
        if now() > ends_at:
            return False
        await asyncio.sleep(every)
