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
    # A localised Excel writes `;`. Off: such a file is refused with that reason.
    semicolons_allowed = models.BooleanField(default=False)
    # Limits of registry/sync/valves.py that differ for this source: {"valve": number}.
    thresholds = models.JSONField(default=dict, blank=True)
    # Spreadsheets: which of our columns each of their headers means, as it was confirmed last: {"header": "column"}.
    mapping = models.JSONField(default=dict, blank=True)
    # REST: the provider's base address, its token address, and how we are known there; the secret is encrypted.
    endpoint = models.CharField(max_length=500, default="", blank=True)
    token_endpoint = models.CharField(max_length=500, default="", blank=True)
    client_id = models.CharField(max_length=255, default="", blank=True)
    client_secret = models.BinaryField(default=b"", blank=True)
    # REST: the newest dateLastModified seen, by collection. Never the wall clock: theirs is another one.
    seen_until = models.JSONField(default=dict, blank=True)
    # When the nightly pull begins, Vietnam's time; empty: only when somebody asks.
    runs_at = models.TimeField(null=True, blank=True)
    # The last time the source was read well, whether or not anything differed. What the alarm looks at.
    heard_at = models.DateTimeField(null=True, blank=True)
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
        ROLLED_BACK = "rolled_back", "rolled back"
        FAILED = "failed", "failed"

    class Trigger(models.TextChoices):
        COMMAND = "command", "command"
        UPLOAD = "upload", "upload"
        SCHEDULE = "schedule", "schedule"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=12, choices=Trigger.choices, default=Trigger.COMMAND)
    started_by = models.ForeignKey(
        "registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The generation it was compared with; empty for the first.
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    mode = models.CharField(max_length=8, default="bulk")
    version = models.CharField(max_length=8, default="")
    file_sha256 = models.CharField(max_length=64)
    # What decides the result beside the file: the importer's revision and the source's habits at that time.
    reading = models.CharField(max_length=20, default="", blank=True)
    counts = models.JSONField(default=dict)
    refusal_code = models.CharField(max_length=60, default="", blank=True)
    # Every valve with what it measured: [{"valve": ..., "table": ..., "org": ..., "found": n, "limit": n, "is_open": bool}].
    valves = models.JSONField(default=list)
    # The package in DATA_DIR/packages/, kept until the run is applied or refused and 7 days (decision 31).
    kept_as = models.CharField(max_length=80, default="", blank=True)
    confirmed_by = models.ForeignKey(
        "registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seconded_by = models.ForeignKey(
        "registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmation = models.CharField(max_length=500, default="", blank=True)
    rolled_back_by = models.ForeignKey(
        "registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    rolled_back_at = models.DateTimeField(null=True, blank=True)
    rollback_reason = models.CharField(max_length=500, default="", blank=True)
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


class SyncChange(models.Model):
    """A record as it was before a run wrote it, for the rollback, kept 30 days. `before` is empty where the run made it."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="changes")
    # Of the models that a run writes, by their name: "person", "orgparent".
    model = models.CharField(max_length=30)
    record = models.BigIntegerField()
    before = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("run", "model", "record", name="registry_syncchange_once")]


class PendingRow(models.Model):
    """A row of a delta whose reference does not resolve yet: tried again with each run of its source for 7 days."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pending")
    table = models.CharField(max_length=30)
    sourced_id = models.CharField(max_length=255)
    # The cells as they came, by column.
    cells = models.JSONField()
    version = models.CharField(max_length=8)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("source", "table", "sourced_id", name="registry_pendingrow_once")]
