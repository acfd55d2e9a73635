"""Loads the demo province: generated, imported as any package is, its week played through the real actions."""

import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from chatserver.demo.notices import play_notices, play_waiting
from chatserver.demo.people import DEMO_PASSWORD, find_cast, make_accounts, ready_accounts, someone_not_activated
from chatserver.demo.talk import play_talk
from chatserver.province import make_province
from delivery.models import Dispatch
from registry import activation
from registry.models import Account, Person, SyncRun

SEED = 1


class Command(BaseCommand):
    help = "Load the demo province if the database is empty, and print who can sign in how."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads on the first call, prints on every call. Refuses a database with another province in it."""
        with translation.override(settings.LANGUAGE_CODE):
            began = time.monotonic()
            if not Person.objects.exists():
                self._import()
            elif not SyncRun.objects.filter(source__name="demo").exists():
                raise CommandError("There is already a province in this database: the demo is for empty ones.")
            if not Account.objects.exists():
                self._play()
                self._progress(f"Xong sau {time.monotonic() - began:.0f} giây / done")
            self._tell()

    def _import(self) -> None:
        package = Path(settings.DATA_DIR) / "demo.zip"
        self._progress("Tạo tỉnh mẫu / making the demo province")
        make_province("small", SEED, out=package)
        call_command("sync_registry", str(package), apply=True, source="demo", stdout=sys.stderr)
        package.unlink()

    def _play(self) -> None:
        # One transaction: a first start that is stopped in the middle begins again, and not with half a week.
        with transaction.atomic():
            cast = find_cast()
            make_accounts(cast)
            random = Random(SEED)  # noqa: S311  the same demo for everybody
            play_talk(cast, random, progress=self._progress)
            play_notices(cast, random, progress=self._progress)
            play_waiting(cast, random)
            # The week is over: nobody needs a push about it.
            Dispatch.objects.filter(done_at=None).update(done_at=timezone.now())

    def _tell(self) -> None:
        cast = find_cast()
        lines = [
            f"  {ready.username:<6} {DEMO_PASSWORD}  {'+' if ready.has_second_factor else ' '} {ready.who}"
            for ready in ready_accounts(cast)
        ]
        guardian = someone_not_activated(cast)
        code = activation.issue(guardian, by=None, school=cast.school)
        self.stdout.write(
            "\n".join(
                [
                    "",
                    f"Trống Trường: {settings.PUBLIC_URL}",
                    "Tài khoản dùng thử / demo accounts (tên đăng nhập, mật khẩu / username, password):",
                    *lines,
                    f"+ cần mã 6 số / wants a 6-digit code: make code NAME=hung{_place()}",
                    f"Kích hoạt bằng phiếu / activation: {settings.PUBLIC_URL}/k#{code}   ({guardian.name})",
                    "",
                ]
            )
        )

    def _progress(self, what: str) -> None:
        self.stderr.write(f"  … {what}")


def _place() -> str:
    """What the command has to be told besides, where the data lie elsewhere than `make run` puts them."""
    here = Path(settings.DATA_DIR)
    return "" if here == settings.BASE_DIR / "var" else f" DATA_DIR={here}"
