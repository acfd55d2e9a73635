"""Servers that begin from a process which has read the libraries: two thirds of the CPU that a start takes were that.

Nothing of the project and no setting is read before the fork: the child runs `manage.py` as a start of its own does, with
its own environment. Tests of starting, the demo and the bench start theirs from nothing.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a server reads that asks for no settings, and that makes neither thread nor loop while it is read.
LIBRARIES = [
    "aiohttp", "asgiref.sync", "autobahn.websocket.protocol", "channels.layers", "concurrent.futures.thread",
    "cryptography.hazmat.primitives.serialization", "django.contrib.admin.utils", "django.core.checks",
    "django.core.management", "django.db.backends.postgresql.base", "django.db.migrations.loader", "django.forms",
    "django.template.loader", "django.test.client", "django.urls", "django.views.generic", "fido2.server", "jwt", "msgspec",
    "openpyxl", "PIL.ImageOps", "psycopg", "psycopg_pool", "redis.asyncio", "requests", "rest_framework.serializers",
    "tests.forked", "twisted.web.http", "webpush",
]  # fmt: skip


class Forked:
    """As much of subprocess.Popen as those who start servers use."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
        self.args = command
        self._process = _CONTEXT.Process(target=_run, args=([*command], str(log), dict(env)), daemon=True)
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """As of now."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, within so many seconds."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def send_signal(self, by: int) -> None:
        """Unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, by)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)


def _run(command: list[str], log: str, env: dict[str, str]) -> None:
    """In the child: what `python COMMAND` does."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    sys.argv = command
    runpy.run_path(command[0], run_name="__main__")


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(LIBRARIES)
