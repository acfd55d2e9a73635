"""manage.py demo_code hung: the six digits that a demo account's authenticator app would show now."""

import time
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

STEP = 30


class Command(BaseCommand):
    help = "Prints the 6-digit code of a demo account. Only with DEMO on, where every password is known anyway."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """The digits alone, so that a script can use them. Each is good once: the next comes within half a minute."""
        if not settings.DEMO:
            raise CommandError("Only the demo tells codes (DEMO=1).")
        found = Authenticator.objects.filter(type="totp", user__username__iexact=options["username"]).first()
        if found is None:
            raise CommandError(f"{options['username']} has no authenticator app.")
        self.stdout.write(format_hotp_value(hotp_value(decrypt(found.data["secret"]), int(time.time()) // STEP)))
