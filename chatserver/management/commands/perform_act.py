"""manage.py perform_act: what serve hands over, one act on one import, so that its own memory and processor stay free."""

import json
import os
import sys
from threading import Thread
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from chatserver.registry_api.acts import ACTS, perform

_MODEST = 10
_SERVER_GONE = 3


class Command(BaseCommand):
    help = "Not for people: reads one line of JSON from standard input, from the server that started it, and does that."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """`{"run": 7, "act": "look", "how": {...}}`: see chatserver/registry_api/acts.py."""
        # Those who write go first.
        os.nice(_MODEST)
        told = json.loads(sys.stdin.readline())
        Thread(target=_end_with_the_server, args=(sys.stdin,), daemon=True).start()
        perform(told["run"], ACTS[told["act"]], **told["how"])


def _end_with_the_server(line: TextIO) -> None:
    """Nobody would know of the act any more. Its transaction is rolled back, and the run ends as interrupted."""
    line.read()
    os._exit(_SERVER_GONE)
