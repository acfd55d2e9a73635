"""Broadcast, Receipt, Acknowledgement: one voice to many, with proof."""

from typing import TypedDict

from django.db import models

from registry.models import Org, Person, SchoolClass


class WrittenInBulk(TypedDict):
    db_constraint: bool
    db_index: bool


class Urgency(models.TextChoices):
    """Độ khẩn, Nghị định 30/2020/NĐ-CP Annex I.II.2.b. The signer decides it."""

    ORDINARY = "thuong", "Thường"
    URGENT = "khan", "Khẩn"
    VERY_URGENT = "thuong_khan", "Thượng khẩn"
    FLASH = "hoa_toc", "Hỏa tốc"


class Kind(models.TextChoices):
    DIRECTION = "dieu_hanh", "Điều hành"
    TEACHING = "day_hoc", "Dạy học"
    INFORMATION = "thong_tin", "Thông tin"


class Role(models.TextChoices):
    """As what somebody is addressed. Staff are those who do not teach; a person may be several of these."""

    GUARDIANS = "guardians", "guardians"
    STUDENTS = "students", "students"
    TEACHERS = "teachers", "teachers"
    STAFF = "staff", "staff"


class Broadcast(models.Model):
    """A notice as issued. Its audience is `audience_org` and everything below, or one class; filtered by `roles`."""

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="broadcasts")
    # In whose name: the org whose role let the author send, or the class's school for a teacher's own notice.
    issuer = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="issued_broadcasts")
    # Frozen at publishing: an org that is renamed or dissolved later does not change who issued this.
    issuer_name = models.CharField(max_length=255)
    author_name = models.CharField(max_length=600)
    # Drawn with serif and seal; never for a teacher's class notice.
    is_official = models.BooleanField()
    audience_org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    audience_class = models.ForeignKey(SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Of guardians, students, teachers, staff; at least one.
    roles = models.JSONField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.ORDINARY)
    title = models.CharField(max_length=500)
    body = models.TextField()
    wants_acknowledgement = models.BooleanField(default=False)
    client_broadcast_id = models.UUIDField()
    content_digest = models.BinaryField(max_length=32)
    published_at = models.DateTimeField()
    # Somebody looks at the live board until then; renewed while they do. Nobody looks: nothing is counted for them.
    watched_until = models.DateTimeField(null=True, blank=True)
    # When those who watch were last told, by whichever process: at most once a second over all. `told_facts` is how
    # many receipts, looks and answers there were then; `told_rev` numbers the tellings.
    told_at = models.DateTimeField(null=True, blank=True)
    told_facts = models.BigIntegerField(default=0)
    told_rev = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("author", "client_broadcast_id", name="broadcasts_broadcast_named_once")]
        indexes = [models.Index(fields=["-published_at"]), models.Index(fields=["author", "-published_at"])]

    def __str__(self) -> str:
        return f"broadcast {self.pk}"


# Receipts and acknowledgements are written by the hundred thousand, in one statement, out of the very tables that their
# keys name. Checking each key again and keeping an index for each doubled the time to publish to a province (measured);
# PROTECT and CASCADE hold in Django, and the indexes that are asked for stand in Meta.
WRITTEN_IN_BULK: WrittenInBulk = {"db_constraint": False, "db_index": False}


class Receipt(models.Model):
    """One recipient of one broadcast: when a device had it, when the person opened it."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="receipts", **WRITTEN_IN_BULK)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="receipts", **WRITTEN_IN_BULK)
    delivered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("broadcast", "person", name="broadcasts_receipt_once")]
        indexes = [models.Index(fields=["person", "-broadcast"])]


class Acknowledgement(models.Model):
    """Why a recipient has the broadcast, and their explicit "Đã rõ": one row per guardian and child, or one per
    recipient for themselves (`student` empty). Written at publishing with `acknowledged_at` empty, so that what is
    outstanding is a row and not an absence. `unit` is the school or office it counts for."""

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.CASCADE, related_name="acknowledgements", **WRITTEN_IN_BULK
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements", **WRITTEN_IN_BULK)
    student = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **WRITTEN_IN_BULK
    )
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+", **WRITTEN_IN_BULK)
    school_class = models.ForeignKey(
        SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **WRITTEN_IN_BULK
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Two constraints, not NULLS NOT DISTINCT: SQLite has none.
        constraints = [
            models.UniqueConstraint("broadcast", "person", "student", name="broadcasts_acknowledgement_once"),
            models.UniqueConstraint(
                fields=["broadcast", "person"],
                condition=models.Q(student__isnull=True),
                name="broadcasts_acknowledgement_own_once",
            ),
        ]
        indexes = [models.Index(fields=["broadcast", "unit"]), models.Index(fields=["person", "broadcast"])]
