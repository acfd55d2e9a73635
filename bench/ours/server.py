"""Our server as it is installed: one `manage.py serve`, production settings, rights and storage on."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import processes
from bench.ours.dialect import Ours
from bench.processes import ROOT, Running, cpu_seconds, resident_kib
from tests import services

DIALECT = Ours()
# Within a minute after its start a server tidies once; what is measured begins after it.
TIDIED = "upkeep:"


class Installation:
    """A database with what belongs to it; servers and people are added to it."""

    def __init__(
        self, folder: Path, *, database_url: str, postgres_pid: int = 0, redis_url: str = "", redis_pid: int = 0
    ) -> None:
        self.folder = folder
        self.postgres_pid = postgres_pid
        self.redis_pid = redis_pid
        self.database_url = database_url
        self._people: dict[tuple[int, int, int], list[dict[str, Any]]] = {}
        # The environment of an operator: nothing in it tells that somebody measures.
        self.environment = {
            name: value for name, value in os.environ.items() if name not in {"TESTING", "DEMO", "OUTSIDE_TEST_HOSTS"}
        } | {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(folder),
            "REDIS_URL": redis_url,
            "SECRET_KEY": "only for this measurement, never an installation",
            "LAYER_KEY": "only for this measurement, never an installation either",
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "ORIGINS": "http://127.0.0.1:8000",
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=self.environment, check=True
        )

    def people(self, count: int, *, rooms_each: int = 1, room_size: int | None = None) -> list[dict[str, Any]]:
        """So many people, signed in, each in so many rooms; `room` is the one they post to. Asked for again, the same ones."""
        wanted = count, rooms_each, room_size or count
        if wanted not in self._people:
            name = "-".join(map(str, wanted))
            file = self.folder / f"people-{name}.json"
            subprocess.run(
                [sys.executable, "-m", "bench.ours.population", *map(str, wanted), name, file],
                cwd=ROOT,
                env=self.environment,
                check=True,
                timeout=300,
            )
            self._people[wanted] = json.loads(file.read_text())["people"]
        return [who | {"room": who["rooms"][0]} for who in self._people[wanted]]

    @contextlib.contextmanager
    def serving(self) -> Iterator["Server"]:
        """A running server."""
        port = services.free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        with Running(command, self.folder / f"serve-{port}.log", env=self.environment) as running:
            running.wait_for(f"Listening on http://127.0.0.1:{port}")
            yield Server(running, port, self.redis_pid)


class Server:
    """A running `serve`."""

    name = "ours"
    dialect = DIALECT

    def __init__(self, running: Running, port: int, redis_pid: int) -> None:
        self.running = running
        self.port = port
        self.pids = [running.pid, *([redis_pid] if redis_pid else [])]

    def rest(self) -> None:
        """Return when the work of its first minute is done."""
        self.running.wait_for(TIDIED, 90)

    def cpu_seconds(self) -> float:
        """Of the server and Redis."""
        return cpu_seconds(self.pids)

    def resident_kib(self) -> int:
        """Memory of the server alone."""
        return resident_kib([self.running.pid])


@contextlib.contextmanager
def on_postgres() -> Iterator[Installation]:
    """PostgreSQL and Redis with encryption."""
    with (
        processes.folder("ours") as folder,
        processes.postgres() as (database, postgres_pid),
        processes.redis() as (redis, redis_pid),
    ):
        yield Installation(
            folder, database_url=database, postgres_pid=postgres_pid, redis_url=redis, redis_pid=redis_pid
        )


@contextlib.contextmanager
def embedded() -> Iterator[Installation]:
    """As on a bare machine: SQLite in a file, one process, nothing else."""
    with processes.folder("embedded") as folder:
        yield Installation(folder, database_url=f"sqlite:///{folder}/own.sqlite3")
