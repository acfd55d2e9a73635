"""Who did what, when, to whom: append-only, each line chained to the one before."""

from django.db import models


class AuditLine(models.Model):
    """One act. `digest` covers this line and the previous digest, so that a change anywhere shows."""

    at = models.DateTimeField()
    # DO_NOTHING and no constraint: the line must read for ever as it was written, or its digest would not hold.
    actor = models.ForeignKey(
        "registry.Person", null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    act = models.CharField(max_length=60)
    # The unit whose business it is: its head reads the line, and whoever heads a unit above it. Empty: nobody's but the
    # server's own, and every line from before lines knew it.
    org = models.ForeignKey(
        "registry.Org",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    # "broadcast:12", "activation_code:7": ids only.
    subject = models.CharField(max_length=80, default="", blank=True)
    details = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(
                fields=["org", "-id"], name="registry_auditline_journal", condition=models.Q(org__isnull=False)
            ),
        ]
