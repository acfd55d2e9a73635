"""Who has a notice, and who took note of it."""

from typing import TypedDict

from django.db import models

from broadcasts.models.broadcast import Broadcast
from registry.models import Org, Person, SchoolClass


class WrittenInBulk(TypedDict):
    db_constraint: bool
    db_index: bool


# Receipts and acknowledgements are written by the hundred thousand, in one statement, out of the very tables that their
# keys name. Checking each key again and keeping an index for each doubled the time to publish to a province (measured);
# PROTECT and CASCADE hold in Django, and the indexes that are asked for stand in Meta.
WRITTEN_IN_BULK: WrittenInBulk = {"db_constraint": False, "db_index": False}


class Receipt(models.Model):
    """One recipient of one broadcast: when a device had it, when the person opened it."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="receipts", **WRITTEN_IN_BULK)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="receipts", **WRITTEN_IN_BULK)
    delivered_at = models.DateTimeField(null=True, blank=True)
    # When it was opened, which a device without a line tells of later; and when the server heard of it (tap.py).
    seen_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    # Another notice took its place before it had reached them: they have the newer one alone.
    is_spared = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint("broadcast", "person", name="broadcasts_receipt_once")]
        indexes = [models.Index(fields=["person", "-broadcast"])]


class Acknowledgement(models.Model):
    """Why a recipient has the broadcast, and their explicit "Đã rõ": one row per guardian and child, or one per
    recipient for themselves (`student` empty). Written at publishing with `acknowledged_at` empty, so that what is
    outstanding is a row and not an absence. `unit` is the school or office it counts for."""

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.CASCADE, related_name="acknowledgements", **WRITTEN_IN_BULK
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements", **WRITTEN_IN_BULK)
    student = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **WRITTEN_IN_BULK
    )
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+", **WRITTEN_IN_BULK)
    school_class = models.ForeignKey(
        SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **WRITTEN_IN_BULK
    )
    # When it was said, which a device without a line tells of later; and when the server heard of it (tap.py).
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Two constraints, not NULLS NOT DISTINCT: SQLite has none.
        constraints = [
            models.UniqueConstraint("broadcast", "person", "student", name="broadcasts_acknowledgement_once"),
            models.UniqueConstraint(
                fields=["broadcast", "person"],
                condition=models.Q(student__isnull=True),
                name="broadcasts_acknowledgement_own_once",
            ),
        ]
        indexes = [models.Index(fields=["broadcast", "unit"]), models.Index(fields=["person", "broadcast"])]
