"""A notice as it was issued."""

from django.db import models

from broadcasts.models.words import How, Kind, Urgency
from registry.models import Org, Person, SchoolClass


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
    # All that the author chose of it (content.Selection): levels, grades, languages, those who have not acknowledged.
    audience = models.JSONField(default=dict)
    # Of guardians, students, teachers, staff; at least one.
    roles = models.JSONField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.ORDINARY)
    title = models.CharField(max_length=500)
    body = models.TextField()
    wants_acknowledgement = models.BooleanField(default=False)
    # Số và ký hiệu, ngày ban hành, người ký (Nghị định 30/2020/NĐ-CP, Annex I.II): of a document, else empty.
    number = models.PositiveIntegerField(null=True, blank=True)
    symbol = models.CharField(max_length=60, default="", blank=True)
    issued_on = models.DateField(null=True, blank=True)
    signer_name = models.CharField(max_length=200, default="", blank=True)
    signer_position = models.CharField(max_length=200, default="", blank=True)
    # Hạn xác nhận: until when an answer is expected.
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    # No rung of the ladder after it; only of what cannot wait for ever.
    ends_at = models.DateTimeField(null=True, blank=True)
    # Cần triển khai: the units that have it confirm it, pass it down and carry it out (node.py), until then.
    wants_carrying_out = models.BooleanField(default=False, db_default=False)
    carry_out_by = models.DateTimeField(null=True, blank=True)
    # The notice from above that this one passes down; whether its readers are shown the whole text of that.
    relays = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="relayed_by")
    quotes = models.BooleanField(default=False, db_default=False)
    # By which anybody finds it at /kt (verifying/codes.py); of what is official, since there are codes.
    code = models.CharField(max_length=10, null=True, blank=True, unique=True)
    # It speaks of paying (approval.py): shown with a warning that nobody who forwards it can take off.
    asks_for_money = models.BooleanField(default=False, db_default=False)
    # The notice that this one takes the place of, and how: one takes it, whoever tries at once. `first` is the one that the
    # row of them began with, `version` the place in it.
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="correction")
    correction_how = models.CharField(max_length=12, choices=How.choices, default="", db_default="", blank=True)
    first = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    # What holds instead of it, and since when that does: always the newest of the row. Empty: this one is in force.
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    superseded_how = models.CharField(max_length=12, choices=How.choices, default="", db_default="", blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    # A drill: drawn so that nobody takes it for the real thing, and left out of every figure.
    is_exercise = models.BooleanField(default=False)
    # The second person, and when; or why there was none ("phá kính").
    approved_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approver_name = models.CharField(max_length=600, default="", blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    broke_glass_reason = models.CharField(max_length=500, default="", blank=True)
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
        indexes = [
            models.Index(fields=["-published_at"]),
            models.Index(fields=["author", "-published_at"]),
            models.Index(
                fields=["issuer", "number"],
                name="broadcasts_broadcast_number",
                condition=models.Q(number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"broadcast {self.pk}"
