"""What every row that a registry source sends has in common."""

from django.db import models


class Status(models.TextChoices):
    """OneRoster 1.2, record states. Unknown values never become live: the importer quarantines them."""

    ACTIVE = "active", "active"
    TO_BE_DELETED = "tobedeleted", "tobedeleted"


class Record(models.Model):
    """A row of a source, found again by (source, sourced_id). `digest` tells whether the source's row changed."""

    source = models.ForeignKey("registry.Source", on_delete=models.PROTECT, related_name="+")
    sourced_id = models.CharField(max_length=255)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    date_last_modified = models.DateTimeField(null=True, blank=True)
    digest = models.BinaryField(max_length=16, default=b"")
    # The source's newest row was quarantined: what stands here is the version before it.
    stale = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint("source", "sourced_id", name="%(app_label)s_%(class)s_one_a_source")]
