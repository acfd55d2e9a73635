"""Writes a believable province as a OneRoster 1.2 package."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatserver.province import PROFILES, make_province


class Command(BaseCommand):
    help = "Write a believable province as a OneRoster 1.2 package; the same seed gives the same bytes."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--profile", choices=sorted(PROFILES), default="small")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--subjects", action="store_true", help="add a scheduled class a subject")
        parser.add_argument("--today", type=_day, help="a day of the school year wanted; today unless given")
        parser.add_argument("--out", type=Path, required=True, help="the package to write, FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if not out.parent.is_dir():
            raise CommandError(f"There is no folder {out.parent}.")
        counts = make_province(
            options["profile"],
            options["seed"],
            out=out,
            subjects=options["subjects"],
            today=options["today"],
            progress=self._progress(),
        )
        written = ", ".join(f"{name} {count}" for name, count in counts.items())
        self.stdout.write(f"{out}: {written}")

    def _progress(self) -> Any:
        """A line a second on stderr, and none for what is over within the first one."""
        last = monotonic()

        def show(done: int, total: int) -> None:
            nonlocal last
            if monotonic() - last >= 1:
                last = monotonic()
                self.stderr.write(f"{done * 100 // total:3d} %  {done} of {total} pupils")

        return show


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-10-06") from error
