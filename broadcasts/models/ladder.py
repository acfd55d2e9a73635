"""The ladder: what an org decided about it, the rungs of each notice, and what a household was told of on which day."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.receipt import WRITTEN_IN_BULK
from registry.models import Org, Person


class Ladder(models.Model):
    """What an org has otherwise than the orgs above it (ladder/governing.py), for notices issued by it and below it."""

    org = models.OneToOneField(Org, primary_key=True, on_delete=models.CASCADE, related_name="+")
    # "khan.households": its steps, as ladder.words.Step writes them. What is not there is as above.
    rows = models.JSONField(default=dict)
    # Quiet hours, minutes after midnight; empty: as above.
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(null=True, blank=True)
    # Rows, and "quiet", that no org below may have otherwise.
    locked = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"ladder of org {self.pk}"


class Rung(models.Model):
    """One step of the ladder of one notice. When it was done its dispatch knows."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="rungs")
    # The words of ladder/words.py.
    side = models.CharField(max_length=12)
    action = models.CharField(max_length=12)
    to = models.CharField(max_length=8)
    # Minutes after it was published, as the table has it; `due_at` is when that is, the night left out.
    after = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    # Which source of delivery does it: the notice's own, the rung's, or none: there is no such channel.
    told_by = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("broadcast", "side", "action", "after", name="broadcasts_rung_once"),
        ]

    def __str__(self) -> str:
        return f"rung {self.pk}"


class HomePush(models.Model):
    """That somebody with a telephone was to be told of an ordinary notice on this day as one of a household: at once, or,
    with `digest_on`, in the evening's digest of that day."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="home_pushes", **WRITTEN_IN_BULK)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", **WRITTEN_IN_BULK)
    # As the registry counts it; who has none is one by themselves: their own number below nought.
    household = models.BigIntegerField()
    day = models.DateField()
    digest_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("broadcast", "person", name="broadcasts_homepush_once")]
        indexes = [
            models.Index(fields=["household", "day"]),
            models.Index(
                fields=["digest_on", "person"],
                name="broadcasts_homepush_digest",
                condition=models.Q(digest_on__isnull=False),
            ),
            # For what keeping to ninety days deletes.
            models.Index(fields=["day"]),
        ]
