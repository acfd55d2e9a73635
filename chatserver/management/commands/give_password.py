"""manage.py give_password: how staff first get in, and get in again when a password is lost."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from chatserver.signin import devices
from registry import audit
from registry.activation import ALPHABET
from registry.models import Account, Person
from registry.selectors import live_people


class Command(BaseCommand):
    help = "Gives a person a sign-in name and a fresh password, shown once. Their signed-in devices are signed out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and which name."""
        parser.add_argument("--person", type=int, metavar="ID", required=True, help="a person of the registry")
        parser.add_argument("--username", help="sign-in name (default: the registry's, or an invented one)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Name and password, one line each."""
        person = live_people().filter(pk=options["person"]).first()
        if person is None:
            raise CommandError(f"No person {options['person']} in the registry, or no role today.")
        account = _account(person, options["username"])
        password = "-".join(_letters(5) for _ in range(4))
        account.set_password(password)
        account.save(update_fields=["password"])
        devices.end_all(account)
        audit.record(None, "password.given", subject=f"account:{account.pk}", person=person.pk)
        self.stdout.write(f"name: {account.username}\npassword: {password}")


def _account(person: Person, username: str | None) -> Account:
    account = Account.objects.filter(person=person).first() or Account(person=person)
    name = username or account.username or _free(person.username) or _letters(10)
    if Account.objects.filter(username__iexact=name).exclude(pk=account.pk).exists():
        raise CommandError(f"Somebody else signs in as {name}. Choose another with --username.")
    account.username = Account.normalize_username(name)
    account.save()
    return account


def _free(username: str) -> str:
    return "" if Account.objects.filter(username__iexact=username).exists() else username


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET.lower()) for _ in range(count))
