"""manage.py verify_audit: whether the audit trail is as it was written."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry import audit


class Command(BaseCommand):
    """Reads every line of the audit trail and says whether the chain holds."""

    help = "Read the audit trail from its first line. Ends with 0 when it is whole, with 1 where it does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Roots that were kept elsewhere."""
        parser.add_argument(
            "--root",
            action="append",
            default=[],
            metavar="DIGEST",
            help="a root printed earlier by audit_roots; it has to be in the chain. May be given again.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Names the first bad line. Without a root nobody can tell that the newest lines were cut off."""
        wanted = {root.lower() for root in options["root"]}
        found = audit.read_chain(wanted)
        if found.bad is not None:
            raise CommandError(
                f"line {found.bad} does not hold: it was changed, or the line before it was changed or taken away. "
                f"{found.lines} lines before it hold.",
                returncode=1,
            )
        if missing := sorted(wanted - found.roots):
            raise CommandError(
                f"{found.lines} lines hold among themselves, but these roots are not in the chain: {', '.join(missing)}. "
                "Its end was cut off, or it was written anew.",
                returncode=1,
            )
        self.stdout.write(f"whole: {found.lines} lines, last digest {found.last}")
