"""Organisations as a tree of any depth whose parent links carry dates: no level may be assumed to exist."""

from django.db import models

from registry.models.record import Record


class Org(Record):
    """A unit of the education sector (OneRoster 1.2 section 'Orgs'): Sở = state, xã/phường = local, trường = school."""

    class Type(models.TextChoices):
        NATIONAL = "national", "national"
        STATE = "state", "state"
        DISTRICT = "district", "district"
        LOCAL = "local", "local"
        SCHOOL = "school", "school"
        DEPARTMENT = "department", "department"
        BRANCH = "ext:diemTruong", "school branch"

    name = models.CharField(max_length=255)
    type = models.CharField(max_length=30)
    identifier = models.CharField(max_length=255, default="", blank=True)
    # mam_non, tieu_hoc, thcs, thpt, gdtx, th_thcs, thcs_thpt; empty where the source does not say.
    school_level = models.CharField(max_length=12, default="", blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["type"])]

    def __str__(self) -> str:
        return f"org {self.pk}"


class OrgParent(models.Model):
    """`org` stood or stands under `parent` from `valid_from` up to, and not on, `valid_to`. Empty = open."""

    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="child_links")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        # Two constraints, not NULLS NOT DISTINCT: SQLite has none.
        constraints = [
            models.UniqueConstraint("org", "parent", "valid_from", name="registry_orgparent_once"),
            models.UniqueConstraint(
                fields=["org", "parent"],
                condition=models.Q(valid_from__isnull=True),
                name="registry_orgparent_open_once",
            ),
        ]


class OrgClosure(models.Model):
    """Every org with every org above it today, itself at depth 0. Rebuilt whole in the transaction that changes links."""

    ancestor = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="below")
    descendant = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("ancestor", "descendant", name="registry_orgclosure_once")]
        indexes = [models.Index(fields=["descendant", "depth"])]
