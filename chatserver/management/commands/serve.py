"""Runs the server: HTTP and sockets in one process, and on the embedded default everything else in it too."""

import asyncio
import gc
import logging
import os
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from chatserver.server.beside import Beside
from chatserver.server.daphne import HardenedServer
from chatserver.server.single import AlreadyServed, hold

SWITCH_SECONDS = 0.001
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Serve the app, the API and the sockets. On the embedded default also migrates and delivers."
    # Run below instead, with the database among the checks, after migrations have made it what it should be.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGINT or SIGTERM, then finish what is in flight."""
        lock = None
        if settings.EMBEDDED:
            try:
                lock = hold(settings.DATA_DIR)
            except AlreadyServed:
                raise CommandError(
                    f"Another server already runs on {settings.DATA_DIR}. The embedded default is one process: stop the "
                    "other one, give this one its own DATA_DIR, or use PostgreSQL and Redis for several."
                ) from None
        # They read every address and all that is behind it, none of which is garbage (manage.py).
        gc.disable()
        self.check(databases=["default"])
        gc.enable()
        if settings.EMBEDDED:
            call_command("migrate", interactive=False, verbosity=0)
            if settings.DEMO:
                call_command("load_demo", stdout=self.stdout)
        self._serve(options["host"], options["port"])
        if lock is not None:
            lock.close()
        _leave()

    def _serve(self, host: str, port: int) -> None:
        from chatserver.asgi import application  # noqa: PLC0415  built once the checks have passed

        beside = Beside()

        def ready(loop: asyncio.AbstractEventLoop) -> None:
            beside.start(loop)
            self.stdout.write(f"Listening on http://{host}:{port}")
            self.stdout.flush()

        server = HardenedServer(application, host=host, port=port, on_ready=ready, on_stop=beside.stop)
        # What start-up left behind stays for good: the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        # A database thread in the middle of its Python must not keep the loop from a hundred writes for five milliseconds.
        sys.setswitchinterval(SWITCH_SECONDS)
        server.run()
        if server.failure:
            raise CommandError(f"Cannot listen on {host}:{port}: {server.failure}")


def _leave() -> None:
    """A thread that still waits for a database must not hold the process past the ten seconds promised."""
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
    for thread in others:
        thread.join(timeout=0.2)
    if any(thread.is_alive() for thread in others):
        logging.shutdown()
        os._exit(0)
