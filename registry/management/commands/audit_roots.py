"""manage.py audit_roots: the roots of the audit trail, to be printed and kept elsewhere."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from registry import audit
from registry.selectors import today


class Command(BaseCommand):
    """Prints, for each day, the digest of its last line."""

    help = "Print the root of each day: its date, the number of its last line, the digest of that line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far back."""
        parser.add_argument("--days", type=int, default=30, help="so many days back (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a day, oldest first."""
        for root in audit.daily_roots(since=today() - dt.timedelta(days=options["days"])):
            self.stdout.write(f"{root.day.isoformat()} {root.line} {root.digest}")
