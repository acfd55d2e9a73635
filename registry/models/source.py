"""Where registry rows come from, and what each import did."""

from django.db import models


class Source(models.Model):
    """A system that may speak about one org subtree (`scope_org`; empty only until its first import names the root)."""

    class Kind(models.TextChoices):
        CSV = "csv", "OneRoster CSV"
        REST = "rest", "OneRoster REST"
        SHEET = "sheet", "Spreadsheet"

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CSV)
    scope_org = models.ForeignKey("registry.Org", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # OneRoster says endDate is exclusive; many exporters mean the last day. Normalised to exclusive at import.
    end_date_inclusive = models.BooleanField(default=False)
    relative_is_guardian = models.BooleanField(default=False)
    # Vietnamese names are written family name first; other sources may set otherwise.
    family_name_first = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class SyncRun(models.Model):
    """One import, from the package received to its end. Counts are per file: read, added, changed, ..."""

    class State(models.TextChoices):
        RECEIVED = "received", "received"
        DRY_RUN = "dry_run", "dry run"
        REFUSED = "refused", "refused"
        HELD = "held", "held"
        APPLIED = "applied", "applied"
        FAILED = "failed", "failed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    mode = models.CharField(max_length=8, default="bulk")
    version = models.CharField(max_length=8, default="")
    file_sha256 = models.CharField(max_length=64)
    # What decides the result beside the file: the importer's revision and the source's habits at that time.
    reading = models.CharField(max_length=20, default="", blank=True)
    counts = models.JSONField(default=dict)
    refusal_code = models.CharField(max_length=60, default="", blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-started_at"])]


class SyncIssue(models.Model):
    """One thing wrong in a package. Holds no cell value but the row's id: reports travel, names must not."""

    class Severity(models.TextChoices):
        REFUSED = "refused", "package refused"
        QUARANTINED = "quarantined", "row quarantined"
        WARNING = "warning", "warning"

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="issues")
    file = models.CharField(max_length=60)
    line = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=60, default="", blank=True)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    sourced_id = models.CharField(max_length=255, default="", blank=True)
    # The issue that explains this one: a missing school is reported once, not once per enrolment.
    root_issue = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="dependants")
    dependants_count = models.PositiveIntegerField(default=0)
