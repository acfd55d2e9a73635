"""Counted rows of the ledger, kept so that a board of a province adds up some thousand rows instead of all its people."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.receipt import WRITTEN_IN_BULK
from registry.models import Org, SchoolClass


class Tally(models.Model):
    """How many subjects of one class or staff stand alike: same state, same reason, same contacts. Whatever a board or a
    list counts is a sum of these. Written anew where something moved (ledger/tallies.py), never changed."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="tallies", **WRITTEN_IN_BULK)
    unit = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="+", **WRITTEN_IN_BULK)
    school_class = models.ForeignKey(
        SchoolClass, null=True, blank=True, on_delete=models.CASCADE, related_name="+", **WRITTEN_IN_BULK
    )
    grade = models.CharField(max_length=20, default="", blank=True)
    is_pupil = models.SmallIntegerField()
    state = models.CharField(max_length=12)
    # Empty where they are reached.
    reason = models.CharField(max_length=12, default="", blank=True)
    # The channels by hand that reached them, a bit each (ledger/words.py).
    channels = models.SmallIntegerField(default=0)
    subjects = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["broadcast", "unit"])]


class Tallied(models.Model):
    """When a notice was counted, and how many facts there were then. Locked by whoever counts."""

    broadcast = models.OneToOneField(Broadcast, primary_key=True, on_delete=models.CASCADE, related_name="tallied")
    # Any of it; all of it: sign-ins and lost telephones move no fact, and change reasons.
    counted_at = models.DateTimeField()
    whole_at = models.DateTimeField()
    facts = models.BigIntegerField()
    # Somebody looks at a board of it until then, and every server keeps it counted; nobody looks: nothing is counted.
    wanted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["wanted_until"],
                name="broadcasts_tallied_wanted",
                condition=models.Q(wanted_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"tallied {self.pk}"
