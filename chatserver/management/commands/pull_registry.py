"""manage.py pull_registry: read a OneRoster REST source and show, or apply, what changed."""

import json
import os
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from chatserver.registry_api.rehearsal import Difference
from chatserver.registry_sources.guarded import GuardedCaller, pulls_folder
from registry.models import Source, SyncRun
from registry.sync.codes import sentence
from registry.sync.report import as_json, as_text
from registry.sync.rest.pulling import NotDue, Pull
from registry.sync.rest.turn import AlreadyPulling
from registry.sync.run import Outcome

REFUSED = 2
HELD = 3
BUSY = 4
_MODEST = 10


class Command(BaseCommand):
    help = "Read a OneRoster 1.2 REST source. Shows what would change; --apply changes it."
    # They load every address and all behind it, of which an import needs nothing; `serve` makes them.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """See --help."""
        parser.add_argument("source", metavar="SOURCE", help="the source's name or number")
        parser.add_argument("--apply", action="store_true", help="make the changes; without it nothing is changed")
        parser.add_argument(
            "--full", action="store_true", help="read everything, not only what changed since last time"
        )
        parser.add_argument("--scheduled", action="store_true", help="the nightly pull, which serve starts by itself")
        parser.add_argument("--json", action="store_true", help="the report for machines")
        parser.add_argument("--language", choices=["vi", "en"], default="vi")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0: applied, or shown. 2: refused, with a code. 3: held. 4: somebody else pulls it just now."""
        source = _named(options["source"])
        if options["scheduled"]:
            # Nobody waits for it, and it runs beside a server.
            os.nice(_MODEST)
        trigger = SyncRun.Trigger.SCHEDULE if options["scheduled"] else SyncRun.Trigger.COMMAND
        with translation.override(options["language"]), GuardedCaller(source) as call:
            pull = Pull(
                source,
                call,
                folder=pulls_folder(),
                progress=_silent if options["scheduled"] else _Progress(self.stderr),
                rehearsal=Difference(source),
            )
            try:
                outcome = pull.run(apply=options["apply"], is_full=options["full"], trigger=trigger)
            except AlreadyPulling:
                raise CommandError(_("Somebody else is pulling this source just now."), returncode=BUSY) from None
            except NotDue:
                return
            self._print(outcome, for_machines=options["json"])
            _end(outcome)

    def _print(self, outcome: Outcome, *, for_machines: bool) -> None:
        if for_machines:
            self.stdout.write(json.dumps(as_json(outcome), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(as_text(outcome)))


def _end(outcome: Outcome) -> None:
    if outcome.is_refused:
        code = outcome.run.refusal_code
        raise CommandError(f"{code}: {sentence(code, 'refused')}", returncode=REFUSED)
    if outcome.run.state == SyncRun.State.HELD:
        raise CommandError(_("Held: nothing was changed. Somebody who may has to look at it."), returncode=HELD)


def _named(name: str) -> Source:
    found = Source.objects.filter(name=name).first()
    if found is None and name.isascii() and name.isdigit():
        found = Source.objects.filter(pk=int(name)).first()
    if found is None:
        raise CommandError(f"There is no source {name!r}. manage.py registry_source shows them.")
    return found


def _silent(_stage: str, _done: int) -> None:
    """Nobody looks."""


class _Progress:
    """A line a second, and none for what is over within the first one."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._last = monotonic()

    def __call__(self, stage: str, done: int) -> None:
        if monotonic() - self._last < 1:
            return
        self._last = monotonic()
        self._stream.write(f"{_('reading and comparing')}: {stage} {done or ''}".rstrip())
        self._stream.flush()
