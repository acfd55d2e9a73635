"""The ledger counted once more, the slow and obvious way: one subject after the other, in Python. It shares no line with
the product."""

from collections import defaultdict
from dataclasses import dataclass, field

from broadcasts.models import Acknowledgement, Broadcast, Contact, Receipt
from delivery.models import PushSubscription
from registry.models import Account, Device, Role

STAFF = {"teacher", "principal", "siteAdministrator", "districtAdministrator", "aide", "counselor", "proctor"}


@dataclass
class Plain:
    """One subject: where it is counted and what became of it."""

    unit: int
    subject: int
    school_class: int | None = None
    is_pupil: bool = False
    people: set[int] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        """The strongest."""
        return next(s for s in ("acknowledged", "seen", "contacted", "delivered", "waiting") if s in self.facts)

    def reason(self) -> str:
        """Why not yet."""
        accounts = Account.objects.filter(person__in=self.people, is_active=True)
        devices = Device.objects.filter(account__in=accounts, ended_at=None)
        owners = set(devices.values_list("account__person", flat=True))
        if self.state in {"acknowledged", "seen", "contacted"}:
            return ""
        if self.state == "delivered":
            return "not_opened"
        if not accounts:
            return "no_account"
        if not owners:
            return "signed_out"
        return "not_opened" if PushSubscription.objects.filter(person__in=owners).exists() else "no_push"


def subjects_of(broadcast: Broadcast) -> list[Plain]:
    """Every subject of the notice."""
    found: dict[tuple[int, int], Plain] = {}
    receipts = {one.person_id: one for one in Receipt.objects.filter(broadcast=broadcast)}
    staff = set(Role.objects.filter(role__in=STAFF).values_list("person", flat=True))
    for reason in Acknowledgement.objects.filter(broadcast=broadcast):
        key = reason.unit_id, reason.student_id or reason.person_id
        one = found.setdefault(key, Plain(*key, facts={"waiting"}))
        one.school_class = one.school_class or reason.school_class_id
        one.is_pupil |= reason.student_id is not None or reason.person_id not in staff
        one.people.add(reason.person_id)
        receipt = receipts[reason.person_id]
        told = {
            "acknowledged": reason.acknowledged_at,
            "seen": receipt.seen_at,
            "delivered": receipt.delivered_at,
        }
        one.facts |= {fact for fact, at in told.items() if at}
    for contact in Contact.objects.filter(broadcast=broadcast, withdrawn_at=None):
        found[contact.unit_id, contact.subject_id].channels.add(contact.channel)
        found[contact.unit_id, contact.subject_id].facts.add("contacted")
    return list(found.values())


def totals_of(some: list[Plain]) -> dict[str, int]:
    """The numbers that are not 0, as test_boards.told() has them."""
    counts: dict[str, int] = defaultdict(int)
    for one in some:
        reason = one.reason()
        counts["subjects"] += 1
        counts[one.state] += 1
        counts["reached"] += not reason
        if reason:
            counts[reason] += 1
        for channel in one.channels:
            counts[channel] += 1
    return {name: number for name, number in counts.items() if number}
