"""Who says to be whose guardian. A link is the registry's claim; rights follow only with the roles that make it true."""

from django.db import models

from registry.models.person import Person
from registry.models.source import Source


class GuardianLink(models.Model):
    """One pair, however many rows say so. ACTIVE only while the student is a student and the other holds a guardian role
    in the student's school or above; everything else stays UNVERIFIED and grants nothing."""

    class State(models.TextChoices):
        ACTIVE = "active", "active"
        UNVERIFIED = "unverified", "unverified"
        BLOCKED = "blocked", "blocked"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="student_links")
    student = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardian_links")
    relation = models.CharField(max_length=20, default="", blank=True)
    said_by_student = models.BooleanField(default=False)
    said_by_guardian = models.BooleanField(default=False)
    # Parents who live apart: the household is cut here, rights stay.
    separate = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNVERIFIED)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("guardian", "student", name="registry_guardianlink_once")]
        indexes = [models.Index(fields=["student", "state"]), models.Index(fields=["guardian", "state"])]


class PersonLink(models.Model):
    """Two records of the same human (a teacher who is also a parent, from two sources). Never merges rights."""

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("one", "other", name="registry_personlink_once")]
