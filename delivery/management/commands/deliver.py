"""A delivery worker as a process of its own, for installations on PostgreSQL; run as many as there are cores."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from delivery import loop


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT, finishes what it has begun and ends with 0."""

    help = "Sends push notices. On the embedded default this runs inside serve."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.EMBEDDED:
            raise CommandError(
                "On the embedded default the server delivers by itself. A worker needs PostgreSQL: set DATABASE_URL."
            )
        asyncio.run(self.deliver())

    async def deliver(self) -> None:
        """Delivers until the process is asked to end."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        self.stdout.write("Delivering.")
        self.stdout.flush()
        await loop.run(stop)
        self.stdout.write("Stopped.")
