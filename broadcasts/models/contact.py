"""A contact by hand: somebody went and told them, and wrote it down."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.words import Channel
from registry.models import Org, Person


class Contact(models.Model):
    """A named member of the staff reached this subject (a pupil's household, or a grown-up) by telephone, at home, and so
    on. Never deleted: one that was a mistake is withdrawn and counts no more."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="contacts")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Where the notice counts the subject, as in Acknowledgement.
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, default="", blank=True)
    # The client's name for it, and what it said: sent again, it is the same contact.
    client_contact_id = models.UUIDField()
    content_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("by", "client_contact_id", name="broadcasts_contact_named_once")]
        indexes = [models.Index(fields=["broadcast", "subject"])]

    def __str__(self) -> str:
        return f"contact {self.pk}"
