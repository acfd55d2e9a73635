"""What is denied here, whatever the registry says: custody, dismissal. It never gives anything (decision 5)."""

from django.db import models

from registry.models.account import Account
from registry.models.org import Org
from registry.models.person import Person


class LocalOverride(models.Model):
    """One deny. Of a person (`student` empty): their roles in `org` and below count for nothing, without an org nowhere.
    Of a guardian (`student` set): whatever link there is between the two gives nothing. Other records of the same human
    (PersonLink) are denied with them. It stands from `made_at` until `ended_at`, or until the day `until` (exclusive)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="overrides")
    student = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="guardian_overrides"
    )
    org = models.ForeignKey(Org, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # Shown to those who may make and end it and to the org above; never to whom it denies (decision 22).
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # One of the two is set: when it ends by itself, or when somebody has to look at it again.
    until = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "student"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=False) | models.Q(review_on__isnull=False),
                name="registry_localoverride_ends_or_is_reviewed",
            )
        ]
