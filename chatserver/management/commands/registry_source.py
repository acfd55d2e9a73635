"""manage.py registry_source: show the sources, or set up one that is read over the network."""

import argparse
import datetime as dt
import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatserver.registry_sources.guarded import is_allowed
from registry.models import Source
from registry.sync.rest.sources import set_up

_NEVER = "never"


class Command(BaseCommand):
    help = "Show the registry sources, or set up a OneRoster 1.2 REST source and when it is pulled."

    def add_arguments(self, parser: CommandParser) -> None:
        """The secret is never an argument: arguments stand in process lists and shell histories."""
        parser.add_argument("name", nargs="?", metavar="SOURCE")
        parser.add_argument("--endpoint", help="https://HOST/ims/oneroster/rostering/v1p2")
        parser.add_argument("--token-endpoint", help="where the access token is asked for")
        parser.add_argument("--client-id", help="the name we have there")
        parser.add_argument("--secret-file", type=Path, metavar="FILE", help="the secret; - reads standard input")
        parser.add_argument("--ask-secret", action="store_true", help="type the secret in, unseen")
        parser.add_argument(
            "--runs-at", type=_time, metavar="HH:MM", help="pulled nightly at, Vietnam's time; or never"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Without a name: a line for each source, and never a secret."""
        if not options["name"]:
            for source in Source.objects.order_by("pk"):
                self.stdout.write(_line(source))
            return
        for option in ("endpoint", "token_endpoint"):
            if options[option] and not is_allowed(options[option]):
                raise CommandError(f"--{option.replace('_', '-')}: this address is not called; it must be https.")
        changed = {name: options[name] for name in ("endpoint", "token_endpoint", "client_id") if options[name]}
        if options["runs_at"] is not None:
            changed["runs_at"] = None if options["runs_at"] == _NEVER else options["runs_at"]
        source = Source.objects.get_or_create(name=options["name"][:200], defaults={"kind": Source.Kind.REST})[0]
        set_up(source, by=None, secret=_secret(options), **changed)
        self.stdout.write(_line(source))


def _line(source: Source) -> str:
    runs = f"pulled at {source.runs_at:%H:%M}" if source.runs_at else "pulled when asked"
    heard = f"{source.heard_at:%Y-%m-%d %H:%M} UTC" if source.heard_at else _NEVER
    secret = "with a secret" if source.client_secret else "no secret"
    about = f", {source.endpoint or 'no address'}, {secret}, {runs}" if source.kind == Source.Kind.REST else ""
    return f"{source.pk}  {source.name}: {source.kind}{about}, last read {heard}"


def _secret(options: dict[str, Any]) -> str:
    path: Path | None = options["secret_file"]
    if path is not None:
        return (sys.stdin.read() if str(path) == "-" else path.read_text()).strip()
    return getpass.getpass("Secret: ").strip() if options["ask_secret"] else ""


def _time(text: str) -> dt.time | str:
    if text == _NEVER:
        return text
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 02:30") from None
