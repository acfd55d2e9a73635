"""A lost or stolen device, or somebody who left: the office signs a person out wherever they are signed in."""

from django.db import transaction

from chatserver.people.policy import Office, require_over
from chatserver.signin import devices
from registry import audit
from registry.belonging import unit_of
from registry.models import Account, Person

# Why. A word and not a text: it stands in the audit trail, where no names may be.
CAUSES = ("lost", "stranger", "changed", "left", "other")


@transaction.atomic
def sign_out_everywhere(office: Office, person: Person, *, because: str) -> int:
    """Ends every session of this person, with its sockets and push addresses; how many there were. Refuses: DecidedAbove."""
    require_over(office, person)
    account = Account.objects.filter(person=person).first()
    open_ones = devices.open_devices(account) if account else []
    for device in open_ones:
        devices.end(device)
    audit.record(
        office.person,
        "devices.ended",
        subject=f"person:{person.pk}",
        concerning=unit_of(person.pk),
        because=because,
        devices=len(open_ones),
    )
    return len(open_ones)
