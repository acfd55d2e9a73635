"""Let in again: who has lost every second factor gets a code for one sign-in, from somebody over them. It goes with the
password and in place of the factor, so that whoever hands it out cannot sign in with it."""

import datetime as dt
import secrets

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.db.models import QuerySet
from django.utils import timezone

from registry.activation import ALPHABET, LENGTH, grouped
from registry.models import Account

# Until the next working day at the latest: the two telephone each other.
LIFE = dt.timedelta(days=1)
_UNTIL = "let_in_until"


def issue(account: Account) -> tuple[str, dt.datetime]:
    """Takes every second factor from the account and gives the code, in plain, once, and until when it is good. A later
    code takes the place of this one. In a transaction of the caller's, who ends the account's sessions in it."""
    # Two who help at the same moment: the later code is the one that is good.
    Account.objects.select_for_update().get(pk=account.pk)
    Authenticator.objects.filter(user=account).delete()
    code, until = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)), timezone.now() + LIFE
    # In allauth's own table, as a recovery code: single use, counted attempts and sealing are there already.
    Authenticator.objects.create(
        user=account,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"migrated_codes": [encrypt(code)], "used_mask": 0, _UNTIL: until.isoformat()},
    )
    return grouped(code), until


def is_let_in(authenticator: Authenticator) -> bool:
    """Whether this is such a code. It proves no second factor: that is yet to be set up."""
    return _UNTIL in authenticator.data


def is_waiting(account_id: int) -> bool:
    """Whether the account was let in again and has no second factor yet: a password alone does not open it."""
    return _rows(account_id).exists()


def end_late(account: Account) -> None:
    """A code that was not used in time opens nothing."""
    for row in _rows(account.pk):
        if dt.datetime.fromisoformat(row.data[_UNTIL]) <= timezone.now():
            row.data["migrated_codes"] = []
            row.save(update_fields=["data"])


def finish(account: Account) -> None:
    """A second factor is there again."""
    _rows(account.pk).delete()


def _rows(account_id: int) -> "QuerySet[Authenticator]":
    kind = Authenticator.Type.RECOVERY_CODES
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=account_id, type=kind, data__has_key=_UNTIL)
    return rows
