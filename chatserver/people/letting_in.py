"""Who has lost every second factor is let in again by somebody over them, who telephones the code through."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chatserver.people.policy import Office, require_may_let_in
from chatserver.signin import devices, factors, let_in
from delivery.actions import enqueue
from delivery.sources import Priority
from realtime.errors import Refusal
from registry import audit
from registry.belonging import unit_of
from registry.models import Account, AuditLine, Person

ACT = "second_factor.let_in"


class NoSecondFactor(Refusal):
    """There is nothing to take away; the password alone opens the account."""

    code = "no_second_factor"
    status = 409
    text = _("This person has no second factor yet and signs in with the password.")


@transaction.atomic
def let_in_again(office: Office, person: Person) -> tuple[str, dt.datetime]:
    """Takes every second factor from this person, signs them out everywhere, and gives the code with which they sign in,
    beside their password, and until when. Their superiors are told. Refuses: DecidedAbove, NoSecondFactor."""
    require_may_let_in(office, person)
    account = Account.objects.filter(person=person).first()
    if account is None or not (factors.is_enrolled(account) or let_in.is_waiting(account.pk)):
        raise NoSecondFactor
    given = let_in.issue(account)
    devices.end_all(account)
    line = audit.record(
        office.person,
        ACT,
        subject=f"person:{person.pk}",
        concerning=unit_of(person.pk),
        account=account.pk,
    )
    enqueue("let_in", line.pk, priority=Priority.URGENT)
    return given


def last_let_in(person: Person) -> AuditLine | None:
    """When this person was let in again for the last time, and by whom."""
    lines = AuditLine.objects.filter(subject=f"person:{person.pk}", act=ACT)
    return lines.select_related("actor").order_by("-pk").first()
