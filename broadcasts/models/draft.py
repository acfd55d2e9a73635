"""A notice on its way: written, submitted, decided about, waiting for its moment."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.node import Node
from registry.models import Org, Person


class Draft(models.Model):
    """What an author writes, until it has left as a Broadcast. Kept as it was written, fit to be sent or not."""

    class State(models.TextChoices):
        WRITING = "writing", "writing"
        # Waits for the second person until `decide_by`.
        SUBMITTED = "submitted", "submitted"
        # Came back: declined (`decision_reason`), or by itself (`problem`); the author may mend and submit it again.
        RETURNED = "returned", "returned"
        # Leaves by itself at `leaves_at`: the ten seconds of undo, or the moment it is scheduled for.
        LEAVING = "leaving", "leaving"
        LEFT = "left", "left"
        DISCARDED = "discarded", "discarded"

    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    # The client's name for it: made once, and sent once, however often it is tried.
    client_broadcast_id = models.UUIDField()
    # Rises with every change; who changes an older one is told instead of overwriting.
    version = models.PositiveIntegerField(default=1)
    content = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WRITING)
    # It passes down what this unit was told to carry out; set when it is made, and never changed.
    relays = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # What the author saw when submitting and what the second person decides about: exactly this, to so many people.
    content_digest = models.BinaryField(max_length=32, null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    # In whose name it was submitted, and whether it would look official: who decides follows from it.
    issuer = models.ForeignKey(Org, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_official = models.BooleanField(default=False)
    # Why a second person is wanted (approval.py); empty: none is.
    why = models.JSONField(default=list)
    # A document of this number was issued before, and the author says that it is meant so.
    duplicate_is_meant = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # An opaque mark of the browser: the second person decides on another one.
    submitted_from = models.CharField(max_length=64, default="", blank=True)
    decide_by = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=500, default="", blank=True)
    # "Phá kính": the author alone, with this reason, reported at once.
    broke_glass_reason = models.CharField(max_length=500, default="", blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    # The code of the refusal for which it did not leave.
    problem = models.CharField(max_length=40, default="", blank=True)
    broadcast = models.OneToOneField(Broadcast, null=True, blank=True, on_delete=models.PROTECT, related_name="draft")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("author", "client_broadcast_id", name="broadcasts_draft_named_once")]
        indexes = [
            models.Index(fields=["author", "-updated_at"]),
            models.Index(fields=["leaves_at"], name="broadcasts_draft_leaving", condition=models.Q(state="leaving")),
            models.Index(
                fields=["decide_by"], name="broadcasts_draft_submitted", condition=models.Q(state="submitted")
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
