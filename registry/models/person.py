"""People the registry knows, and what they are where."""

from django.db import models

from registry.models.org import Org
from registry.models.record import Record


class Person(Record):
    """Someone in the registry (OneRoster 1.2 'Users'). How they sign in is Account; what they may do follows from roles."""

    enabled = models.BooleanField(default=True)
    username = models.CharField(max_length=255, default="", blank=True)
    given_name = models.CharField(max_length=255)
    family_name = models.CharField(max_length=255)
    middle_name = models.CharField(max_length=255, default="", blank=True)
    # The whole name as people write it here, NFC; the only one shown.
    name = models.CharField(max_length=600)
    # Folded (no tones, đ as d, lower case): search finds "Hạnh" by "hanh" on both databases.
    search_text = models.CharField(max_length=700, default="", blank=True)
    identifier = models.CharField(max_length=255, default="", blank=True)
    email = models.CharField(max_length=255, default="", blank=True)
    phone = models.CharField(max_length=60, default="", blank=True)
    grade = models.CharField(max_length=20, default="", blank=True)
    # "Phó Hiệu trưởng", "Văn thư": shown beside the name, grants nothing.
    position = models.CharField(max_length=120, default="", blank=True)
    # female, male or empty; only for how a teacher is addressed (cô, thầy).
    gender = models.CharField(max_length=10, default="", blank=True)
    # Guardians and pupils who share links have the same number (decision: household). For counting only, grants nothing.
    household = models.BigIntegerField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"person {self.pk}"


class Role(Record):
    """What a person is in an org, and when (OneRoster 1.2 'Roles'; from users.csv in 1.1). ends_on is exclusive."""

    class Name(models.TextChoices):
        AIDE = "aide", "aide"
        COUNSELOR = "counselor", "counselor"
        DISTRICT_ADMINISTRATOR = "districtAdministrator", "districtAdministrator"
        GUARDIAN = "guardian", "guardian"
        PARENT = "parent", "parent"
        PRINCIPAL = "principal", "principal"
        PROCTOR = "proctor", "proctor"
        RELATIVE = "relative", "relative"
        SITE_ADMINISTRATOR = "siteAdministrator", "siteAdministrator"
        STUDENT = "student", "student"
        SYSTEM_ADMINISTRATOR = "systemAdministrator", "systemAdministrator"
        TEACHER = "teacher", "teacher"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=60)
    is_primary = models.BooleanField(default=True)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["org", "role"]), models.Index(fields=["person", "role"])]
