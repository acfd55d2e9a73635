"""What senders keep for the next time."""

from django.db import models

from broadcasts.models.words import Kind
from registry.models import Org, Person


class Template(models.Model):
    """A text to begin from. Of one person, or, with an org, of all who may send in its name and below it."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    org = models.ForeignKey(Org, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=500)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"template {self.pk}"


class SavedAudience(models.Model):
    """A selection under a name: who it is, is asked anew each time."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    selection = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("owner", "name", name="broadcasts_savedaudience_named_once")]

    def __str__(self) -> str:
        return f"saved audience {self.pk}"
