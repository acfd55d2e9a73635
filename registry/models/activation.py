"""Codes on paper that open a guardian's or pupil's account once."""

from django.db import models

from registry.models.account import Account
from registry.models.org import Org
from registry.models.person import Person


class ActivationCode(models.Model):
    """A single-use code for one person (never for one child: it opens all that guardian's children). Kept as HMAC only."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="activation_codes")
    code_hmac = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    school = models.ForeignKey(Org, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    # Taken back by the school, replaced by a newer code, or answered with "not me".
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=20, default="", blank=True)


class ActivationAttempt(models.Model):
    """Counts failures per window, in the database so that the limits hold across processes and restarts."""

    # "address:<hmac>", "code:<hmac>" or "all": what was tried and from where is kept as HMAC only.
    bucket = models.CharField(max_length=80)
    window_start = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("bucket", "window_start", name="registry_activationattempt_once")]
