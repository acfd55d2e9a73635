"""manage.py let_in: for whom nobody stands above, who has lost every second factor."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from chatserver.people.letting_in import ACT
from chatserver.signin import devices, let_in
from delivery.actions import enqueue
from registry import audit
from registry.models import Account


class Command(BaseCommand):
    help = "Takes every second factor from an account, signs it out, and prints a code good once beside the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("--person", type=int, metavar="ID", required=True, help="a person of the registry")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """The code and until when it is good, one line each."""
        account = Account.objects.filter(person=options["person"]).first()
        if account is None:
            raise CommandError(f"Person {options['person']} has no account.")
        code, until = let_in.issue(account)
        devices.end_all(account)
        line = audit.record(None, ACT, subject=f"person:{options['person']}", account=account.pk)
        enqueue("let_in", line.pk)
        self.stdout.write(f"code: {code}\nuntil: {timezone.localtime(until):%d/%m/%Y %H:%M}")
