"""A file that goes with a notice."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.draft import Draft
from registry.models import Person


class Attachment(models.Model):
    """A PDF or a picture, checked and made harmless before it is kept. The bytes lie in DATA_DIR/files/ under their
    digest. Who may read the draft or the notice may have it, and nobody else."""

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    broadcast = models.ForeignKey(
        Broadcast, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return f"attachment {self.pk}"
